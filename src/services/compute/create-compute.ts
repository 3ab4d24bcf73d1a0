import {
  type App,
  type AppStatus,
  type CreateApp,
  type Environment,
  problem,
  ProblemError,
  type StudioClient,
  type StudioEvent,
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
import { alive, readUsage, reduce } from './reduce-compute.ts';

/**
 * Holds images, types, apps, instances and kernels. Read once, then only events change them; events that come while a list is
 * being read are applied again on top of it, so that an old answer never hides a new event. An app or instance that
 * is Deleted leaves the store.
 */
export type ComputeConfig = {
  api: StudioClient;
  events: EventStream;
  storage: StorageService;
  log: LogService;
};

/** Makes the compute service; it reads once and then follows events. */
export function createCompute(config: ComputeConfig): ComputeService & Disposable {
  return new Compute(config);
}

const ENVIRONMENT_KEY = 'compute.environment';

class Compute implements ComputeService, Disposable {
  readonly store = createComputeStore();
  readonly #config: ComputeConfig;
  readonly #changed;
  readonly #subscription: Disposable;
  #loading: Promise<void> | null = null;
  #missed: StudioEvent[] = [];

  constructor(config: ComputeConfig) {
    this.#config = config;
    this.#changed = new Emitter<App>((error) => config.log.error('A listener of apps failed', error));
    this.#subscription = config.events.onDidReceive((event) => this.#hear(event));
  }

  start(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async jupyterServer(): Promise<App> {
    if (!this.store.getState().isLoaded) await this.start();
    const servers = this.store.getState().apps.filter((app) => app.type === 'JupyterServer');
    const running = servers.find((app) => app.status === 'InService');
    if (running) return running;
    const starting = servers.find((app) => app.status === 'Pending');
    const app = starting ?? (await this.createApp({ type: 'JupyterServer' }));
    return this.whenInService(app.id);
  }

  async createApp(request: CreateApp): Promise<App> {
    const app = await this.#config.api.call('createApp', { body: request });
    // The event may have been faster than this answer: then it knows better.
    if (!this.#find(app.id)) this.#apply({ type: 'app', app, seq: 0, time: app.createdAt });
    return app;
  }

  async whenInService(appId: string, signal?: AbortSignal): Promise<App> {
    const known = this.#find(appId) ?? (await this.#config.api.call('getApp', { params: { id: appId } }));
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
      const listener = this.#changed.event(look);
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted) stop();
      else look(this.#find(appId) ?? known);
    });
  }

  async removeApp(appId: string): Promise<void> {
    await this.#config.api.call('deleteApp', { params: { id: appId } });
  }

  async removeInstance(instanceId: string): Promise<void> {
    await this.#config.api.call('deleteInstance', { params: { id: instanceId } });
  }

  defaultEnvironment(): Environment {
    return rememberedEnvironment(this.store.getState(), this.#config.storage.get(ENVIRONMENT_KEY));
  }

  rememberEnvironment(environment: Environment): void {
    this.#config.storage.set(ENVIRONMENT_KEY, { ...environment });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #find(id: string): App | undefined {
    return this.store.getState().apps.find((app) => app.id === id);
  }

  async #load(): Promise<void> {
    const { api } = this.#config;
    this.#missed = [];
    const [domain, images, instanceTypes, apps, instances, kernels] = await Promise.all([
      api.call('getDomain', {}),
      api.all('listImages', {}),
      api.all('listInstanceTypes', {}),
      api.all('listApps', {}),
      api.all('listInstances', {}),
      api.all('listKernels', {}),
    ]);
    const read: ComputeState = {
      isLoaded: true,
      domain,
      images,
      instanceTypes,
      apps: alive(apps),
      instances: alive(instances),
      kernels: kernels.filter((kernel) => kernel.state !== 'dead'),
      usage: readUsage(instances, this.store.getState().usage),
    };
    const state = this.#missed.reduce((now, event) => ({ ...now, ...reduce(now, event) }), read);
    this.store.setState(state, true);
    for (const app of state.apps) this.#changed.fire(app);
  }

  #hear(event: StudioEvent): void {
    if (event.type === 'hello') queueMicrotask(() => this.#readMissing());
    else if (event.type === 'reset') void this.#readAgain();
    else this.#apply(event);
  }

  /** After a load that failed because the server was away: now it can work. A `reset` behind the hello came first. */
  #readMissing(): void {
    if (!this.store.getState().isLoaded && !this.#loading) void this.#readAgain();
  }

  /** A load that is under way may have begun before the gap: it is waited for, then made anew. */
  async #readAgain(): Promise<void> {
    const wasLoading = this.#loading;
    try {
      // Its failure was told to whoever asked for it.
      if (wasLoading) await wasLoading.catch(() => undefined);
      await this.start();
    } catch (error) {
      this.#config.log.error('Compute resources were not read', error);
    }
  }

  #apply(event: StudioEvent): void {
    if (this.#loading) this.#missed.push(event);
    const change = reduce(this.store.getState(), event);
    if (change) this.store.setState(change);
    if (event.type === 'app') this.#changed.fire(event.app);
    // While an image is being made, nothing else depends on it.
    if (event.type === 'image' && event.image.status !== 'CREATING') void this.#readDomain();
  }

  /** The default image of the domain follows the images that can be used. */
  async #readDomain(): Promise<void> {
    try {
      const domain = await this.#config.api.call('getDomain', {});
      if (this.store.getState().isLoaded) this.store.setState({ domain });
    } catch (error) {
      this.#config.log.error('The domain was not read again', error);
    }
  }
}

function hasEnded(status: AppStatus): boolean {
  return status === 'Failed' || status === 'Deleting' || status === 'Deleted';
}

function endProblem(app: App): ProblemError {
  const detail = app.failure?.message ?? app.reason ?? 'The app ended before it was ready.';
  return new ProblemError(problem('app-not-running', detail, app.failure ? { failure: app.failure } : {}));
}
