import type { Feature, Image, InstanceType, PhaseName } from '@atelier-ide/contract';
import type { Log } from '../../log.ts';
import {
  type AppEndpoint,
  type AppSpec,
  AppStartError,
  type Driver,
  type RunningApp,
  StartupError,
} from '../driver.ts';
import { getFromEndpoint } from '../endpoint-request.ts';
import { addressOf, endpointOf } from './jupyter-address.ts';
import { kernelsOf } from './kernel-specs.ts';

const timeoutMs = 10_000;
const features: readonly Feature[] = ['executions', 'journal', 'leases', 'tokens', 'registries'];
const extensionFeatures: readonly Feature[] = ['files.cas', 'files.page', 'format'];

type Asked = { status: number; json: unknown };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * One Jupyter Server that runs somewhere already. It is the only app, of both types at once; it is neither started nor
 * ended here, and what only our extension can do is offered only when the extension answers there.
 */
export class JupyterDriver implements Driver {
  readonly name = 'jupyter';
  readonly singleApp = true;
  readonly #log: Log;
  #endpoint: AppEndpoint;
  #mountPath = '/';
  #image: Image | undefined;

  constructor(options: { url: string; token: string }, log: Log) {
    this.#log = log;
    this.#endpoint = endpointOf(options.url, options.token);
  }

  get features(): readonly Feature[] {
    return this.#endpoint.extension ? [...features, ...extensionFeatures] : features;
  }

  async prepare(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      throw error instanceof AppStartError ? new StartupError(error.message) : error;
    }
  }

  async images(): Promise<readonly Image[]> {
    return this.#image ? [this.#image] : [];
  }

  onDidChangeImages(): () => void {
    // Its kernelspecs are read at the start of the server and of the app.
    return () => undefined;
  }

  async instanceTypes(): Promise<readonly InstanceType[]> {
    return [];
  }

  enforcement(): { cpu: string; memory: string; reason: string } {
    return { cpu: 'none', memory: 'none', reason: 'The Jupyter Server decides what its kernels may use.' };
  }

  async startInstance(): Promise<void> {
    throw new AppStartError('no-instances', 'A single Jupyter Server has no instances to choose.');
  }

  async endInstance(): Promise<void> {
    throw new Error('A single Jupyter Server has no instances.');
  }

  async startApp(
    _spec: AppSpec,
    onPhase: (phase: PhaseName) => void,
    signal: AbortSignal,
  ): Promise<RunningApp> {
    onPhase('server');
    await this.#look(signal);
    return {
      endpoint: this.#endpoint,
      identity: { uid: null, gid: null, mountPath: this.#mountPath },
      stop: async () => this.#log.info('The Jupyter Server is left running.'),
      // It is not ours: whether it goes is seen by whoever talks to it.
      onDidExit: () => undefined,
    };
  }

  async close(): Promise<void> {
    this.#log.debug('The Jupyter Server is left running.');
  }

  /** Checks that a Jupyter Server answers and lets us in, and reads what it offers. */
  async #look(signal?: AbortSignal): Promise<void> {
    const where = addressOf(this.#endpoint);
    const { status, json } = await this.#ask('api/status', signal);
    if (status === 401 || status === 403)
      throw new AppStartError(
        'jupyter-refused',
        `The Jupyter Server at ${where} refused the token. Give its token with --jupyter-token.`,
      );
    if (status === 404 || !isObject(json) || !('started' in json))
      throw new AppStartError(
        'not-jupyter',
        `What answers at ${where} is not a Jupyter Server (status ${status}). Correct --jupyter-url.`,
      );
    const [specs, info, about] = await Promise.all([
      this.#ask('api/kernelspecs', signal),
      this.#ask('studio/info', signal),
      this.#ask('api', signal),
    ]);
    const extension = info.status === 200 && isObject(info.json) && 'extensionVersion' in info.json;
    this.#endpoint = { ...this.#endpoint, extension };
    if (extension && isObject(info.json) && typeof info.json['mountPath'] === 'string')
      this.#mountPath = info.json['mountPath'];
    const version = isObject(about.json) ? about.json['version'] : undefined;
    this.#image = {
      id: 'jupyter-server',
      displayName: 'Jupyter Server',
      description: `The kernels of ${where}.`,
      driver: 'jupyter',
      processor: 'CPU',
      status: 'CREATED',
      version: typeof version === 'string' ? version : '',
      kernels: kernelsOf(specs.json),
      guidance: 'NOT_PROVIDED',
      scope: 'domain',
      aliases: [],
    };
  }

  async #ask(path: string, signal: AbortSignal | undefined): Promise<Asked> {
    try {
      return await getFromEndpoint(this.#endpoint, path, { timeoutMs, ...(signal ? { signal } : {}) });
    } catch (error) {
      signal?.throwIfAborted();
      const where = addressOf(this.#endpoint);
      const code = (error as NodeJS.ErrnoException).code;
      const why = code === 'ECONNREFUSED' ? 'the connection was refused' : this.#words(error);
      throw new AppStartError(
        'jupyter-unreachable',
        `No Jupyter Server answers at ${where}: ${why}. Start it, or correct --jupyter-url.`,
      );
    }
  }

  #words(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    const cause = error.cause;
    const isLate = error.name === 'AbortError' || (cause instanceof Error && cause.name === 'TimeoutError');
    return isLate ? `nothing came within ${timeoutMs / 1_000} s` : error.message;
  }
}
