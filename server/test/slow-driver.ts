import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Feature, Image, InstanceType, LogText, PhaseName } from '@atelier-ide/contract';
import { fakeImage } from '../src/apps/fake-driver.ts';
import {
  type AppEndpoint,
  type AppSpec,
  AppStartError,
  type Driver,
  type InstanceSpec,
  type RunningApp,
} from '../src/drivers/driver.ts';
import { getFromEndpoint } from '../src/drivers/endpoint-request.ts';
import { catalogueFor } from '../src/images/catalogue.ts';

/*
 * A driver as one for a cluster is: apps run elsewhere (slow-cluster.mjs, a process tree of its own), take long to
 * start, may fail, share no folder with the server, and are reached by address and token only.
 */

export type SlowDriverOptions = {
  python: string;
  pythonDir: string;
  /** How long an app is pending before its process begins. */
  startMs: number;
};

type AppState = {
  state: 'pending' | 'running' | 'failed' | 'ended';
  phase: PhaseName;
  port: number;
  token: string;
  message: string;
  log: string;
};

const pollMs = 50;
const features: readonly Feature[] = [
  'executions',
  'journal',
  'leases',
  'tokens',
  'instances.choose',
  'terminals.image',
  'files.cas',
  'files.page',
  'usage',
  'logs',
];

export class SlowDriver implements Driver {
  readonly name = 'slow';
  readonly features = features;
  readonly singleApp = false;
  readonly #options: SlowDriverOptions;
  readonly #watches = new AbortController();
  #cluster: ChildProcess | undefined;
  #origin = '';

  constructor(options: SlowDriverOptions) {
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const script = fileURLToPath(new URL('slow-cluster.mjs', import.meta.url));
    const cluster = spawn(process.execPath, [script, JSON.stringify(this.#options)], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#cluster = cluster;
    const [line] = (await once(cluster.stdout, 'data')) as [Buffer];
    this.#origin = `http://127.0.0.1:${line.toString().trim()}`;
  }

  async images(): Promise<readonly Image[]> {
    return [fakeImage('base-python'), fakeImage('further')];
  }

  onDidChangeImages(): () => void {
    return () => undefined;
  }

  async instanceTypes(): Promise<readonly InstanceType[]> {
    return catalogueFor({ cpus: 8, memoryGiB: 32, gpus: 0 });
  }

  enforcement(): { cpu: string; memory: string; reason: string } {
    return { cpu: 'none', memory: 'none', reason: 'This cluster limits nothing.' };
  }

  async startInstance({ instanceId }: InstanceSpec, signal: AbortSignal): Promise<void> {
    await this.#call('POST', '/instances', { id: instanceId });
    signal.throwIfAborted();
  }

  async endInstance(instanceId: string): Promise<void> {
    await this.#call('DELETE', `/instances/${instanceId}`);
  }

  async startApp(
    spec: AppSpec,
    onPhase: (phase: PhaseName) => void,
    signal: AbortSignal,
  ): Promise<RunningApp> {
    const { appId: id, type, baseUrl } = spec;
    await this.#call('POST', '/apps', { id, type, baseUrl });
    try {
      const app = await this.#whenRunning(id, onPhase, signal);
      const endpoint = endpointOf(spec, app);
      await this.#whenAnswers(endpoint, signal);
      return this.#running(spec, endpoint);
    } catch (error) {
      await this.#call('DELETE', `/apps/${id}`);
      throw error;
    }
  }

  async appLog(appId: string): Promise<LogText | null> {
    const { log } = (await this.#call('GET', `/logs/${appId}`)) as { log: string | null };
    return log === null ? null : { text: log, cutBytes: 0 };
  }

  /** The next KernelGateway app does not start. */
  async failNext(message: string): Promise<void> {
    await this.#call('POST', '/fail', { message });
  }

  /** What the cluster has beside its own process. */
  async left(): Promise<{ apps: string[]; instances: string[]; home: string }> {
    return (await this.#call('GET', '/left')) as { apps: string[]; instances: string[]; home: string };
  }

  async close(): Promise<void> {
    this.#watches.abort();
    const cluster = this.#cluster;
    this.#cluster = undefined;
    if (!cluster) return;
    const ended = once(cluster, 'exit');
    cluster.stdin?.end();
    await ended;
  }

  async #whenRunning(
    id: string,
    onPhase: (phase: PhaseName) => void,
    signal: AbortSignal,
  ): Promise<AppState> {
    let shown = '';
    for (;;) {
      const app = (await this.#look(id)) as AppState;
      signal.throwIfAborted();
      if (app.phase !== shown) onPhase(app.phase);
      shown = app.phase;
      if (app.state === 'running') return app;
      if (app.state !== 'pending') throw new AppStartError('start-failed', app.message, app.log);
      await sleep(pollMs, undefined, { signal });
    }
  }

  /** It says that it runs a moment before it listens. */
  async #whenAnswers(endpoint: AppEndpoint, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await getFromEndpoint(endpoint, 'api/status', { timeoutMs: 5000, signal });
        return;
      } catch {
        await sleep(pollMs, undefined, { signal });
      }
    }
  }

  #running(spec: AppSpec, endpoint: AppEndpoint): RunningApp {
    let isStopping = false;
    return {
      endpoint,
      identity: { uid: null, gid: null, mountPath: '/home/in/the/cluster' },
      stop: async () => {
        isStopping = true;
        await this.#call('DELETE', `/apps/${spec.appId}`);
      },
      onDidExit: (listener) =>
        void this.#whenEnded(spec.appId).then(async (message) => {
          if (isStopping || message === undefined) return;
          await this.#call('DELETE', `/apps/${spec.appId}`);
          listener({ code: null, signal: null, message });
        }),
    };
  }

  /** Resolves with why the app ended; without a word when the driver is closed or the app was ended. */
  async #whenEnded(id: string): Promise<string | undefined> {
    const { signal } = this.#watches;
    while (!signal.aborted) {
      const { state, message } = await this.#look(id);
      if (state === undefined || state === 'ended') return message;
      // Closed meanwhile: the next look at the signal ends this.
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  async #look(id: string): Promise<Partial<AppState>> {
    return (await this.#call('GET', `/apps/${id}`)) as Partial<AppState>;
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    if (!this.#cluster) return {};
    const options = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await fetch(`${this.#origin}${path}`, options);
    return answer.json();
  }
}

function endpointOf(spec: AppSpec, { port, token }: AppState): AppEndpoint {
  return {
    target: { protocol: 'http:', host: '127.0.0.1', port },
    basePath: spec.baseUrl,
    token,
    extension: true,
  };
}
