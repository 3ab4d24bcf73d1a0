import {
  type App,
  type AppStatus,
  type Environment,
  type StudioClient,
  type StudioEvent,
  problem,
  ProblemError,
} from '@atelier-ide/contract';
import type { Disposable } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import { abortReason } from '../clock.ts';
import type { EventStream } from '../studio-api/event-stream.ts';
import type { ComputeService, ComputeState } from './compute-service.ts';
import { createComputeStore } from './compute-store.ts';
import { rememberedEnvironment } from './environments.ts';

/**
 * Holds images, types, apps and instances. Read once, then only events change them; events that come while a list is
 * being read are applied again on top of it, so that an old answer never hides a new event. An app or instance that
 * is Deleted leaves the store.
 */
export type ComputeConfig = {
  api: StudioClient;
  events: EventStream;
  storage: StorageService;
  log: LogService;
};

const ENVIRONMENT_KEY = 'compute.environment';

type Identified = { id: string; status: string };

function withItem<T extends Identified>(items: readonly T[], item: T): readonly T[] {
  if (item.status === 'Deleted') return items.filter((one) => one.id !== item.id);
  const at = items.findIndex((one) => one.id === item.id);
  return at < 0 ? [...items, item] : items.with(at, item);
}

function reduce(state: ComputeState, event: StudioEvent): Partial<ComputeState> | null {
  switch (event.type) {
    case 'app':
      return { apps: withItem(state.apps, event.app) };
    case 'instance':
      return { instances: withItem(state.instances, event.instance) };
    case 'image':
      return { images: withItem(state.images, event.image) };
    default:
      return null;
  }
}

export function createCompute(config: ComputeConfig): ComputeService & Disposable {
  const { api, storage } = config;
  const store = createComputeStore();
  const changed = new Emitter<App>((error) => config.log.error('A listener of apps failed', error));
  let loading: Promise<void> | null = null;
  let missed: StudioEvent[] = [];

  async function load(): Promise<void> {
    missed = [];
    const [domain, images, instanceTypes, apps, instances] = await Promise.all([
      api.call('getDomain', {}),
      api.all('listImages', {}),
      api.all('listInstanceTypes', {}),
      api.all('listApps', {}),
      api.all('listInstances', {}),
    ]);
    const alive = <T extends Identified>(items: readonly T[]) =>
      items.filter((one) => one.status !== 'Deleted');
    const read = {
      isLoaded: true,
      domain,
      images,
      instanceTypes,
      apps: alive(apps),
      instances: alive(instances),
    };
    const state = missed.reduce<ComputeState>((now, event) => ({ ...now, ...reduce(now, event) }), read);
    store.setState(state, true);
    for (const app of state.apps) changed.fire(app);
  }

  function loadOnce(): Promise<void> {
    loading ??= load().finally(() => {
      loading = null;
    });
    return loading;
  }

  function apply(event: StudioEvent) {
    if (loading) missed.push(event);
    const change = reduce(store.getState(), event);
    if (change) store.setState(change);
    if (event.type === 'app') changed.fire(event.app);
  }

  const subscription = config.events.onDidReceive((event) => {
    // `hello` after a load that failed (the server was away): now it can work.
    const mustRead = event.type === 'reset' || (event.type === 'hello' && !store.getState().isLoaded);
    if (!mustRead) {
      apply(event);
      return;
    }
    const wait = loading ?? Promise.resolve();
    void wait
      .catch(() => undefined)
      .then(loadOnce)
      .catch((error: unknown) => config.log.error('Compute resources were not read', error));
  });

  const find = (id: string) => store.getState().apps.find((app) => app.id === id);
  const whenLoaded = () => (store.getState().isLoaded ? Promise.resolve() : loadOnce());

  async function whenInService(appId: string, signal?: AbortSignal): Promise<App> {
    const known = find(appId) ?? (await api.call('getApp', { params: { id: appId } }));
    return new Promise<App>((resolve, reject) => {
      const end = (settle: () => void) => {
        listener.dispose();
        signal?.removeEventListener('abort', stop);
        settle();
      };
      const stop = () => end(() => reject(abortReason(signal)));
      const look = (app: App) => {
        if (app.id !== appId) return;
        if (app.status === 'InService') end(() => resolve(app));
        else if (hasEnded(app.status)) end(() => reject(endProblem(app)));
      };
      const listener = changed.event(look);
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted) stop();
      else look(find(appId) ?? known);
    });
  }

  async function createApp(request: Parameters<ComputeService['createApp']>[0]): Promise<App> {
    const app = await api.call('createApp', { body: request });
    // The event may have been faster than this answer: then it knows better.
    if (!find(app.id)) apply({ type: 'app', app, seq: 0, time: app.createdAt });
    return app;
  }

  return {
    store,
    start: loadOnce,
    async jupyterServer() {
      await whenLoaded();
      const servers = store.getState().apps.filter((app) => app.type === 'JupyterServer');
      const running = servers.find((app) => app.status === 'InService');
      if (running) return running;
      const starting = servers.find((app) => app.status === 'Pending');
      const app = starting ?? (await createApp({ type: 'JupyterServer' }));
      return whenInService(app.id);
    },
    createApp,
    whenInService,
    async removeApp(appId) {
      await api.call('deleteApp', { params: { id: appId } });
    },
    async removeInstance(instanceId) {
      await api.call('deleteInstance', { params: { id: instanceId } });
    },
    defaultEnvironment: (): Environment =>
      rememberedEnvironment(store.getState(), storage.get(ENVIRONMENT_KEY)),
    rememberEnvironment(environment) {
      storage.set(ENVIRONMENT_KEY, { ...environment });
    },
    dispose() {
      subscription.dispose();
      changed.dispose();
    },
  };
}

function hasEnded(status: AppStatus): boolean {
  return status === 'Failed' || status === 'Deleting' || status === 'Deleted';
}

function endProblem(app: App): ProblemError {
  const detail = app.failure?.message ?? app.reason ?? 'The app ended before it was ready.';
  return new ProblemError(problem('app-not-running', detail, app.failure ? { failure: app.failure } : {}));
}
