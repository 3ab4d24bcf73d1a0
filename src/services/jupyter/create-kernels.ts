import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { ComputeService } from '../compute/compute-service.ts';
import { createAppRequest, isProblem } from '../files/requests.ts';
import type { LineWorld } from '../line.ts';
import type { SessionService } from '../session/session-service.ts';
import type { Gate } from '../studio-api/gate.ts';
import type { JournalPlace } from './journal-socket.ts';
import type { KernelChannel, KernelsService } from './kernels-service.ts';

/**
 * Lines to kernels, shared by kernel and place. What talks to Jupyter comes in a chunk of its own with the first
 * attach, so that the shell stays small.
 */
export type KernelsConfig = {
  gate: Gate;
  session: SessionService;
  compute: Pick<ComputeService, 'whenInService' | 'store'>;
  lines: LineWorld;
  log: LogService;
  newId: () => string;
};

/** Makes the kernels service: lines to kernels, shared by those who ask for the same one. */
export function createKernels(config: KernelsConfig): KernelsService & Disposable {
  return new Kernels(config);
}

type Shared = { channel: Promise<KernelChannel>; users: number };

class Kernels implements KernelsService, Disposable {
  readonly #config: KernelsConfig;
  readonly #shared = new Map<string, Shared>();
  readonly #open = new Set<KernelChannel>();

  constructor(config: KernelsConfig) {
    this.#config = config;
  }

  async attach(appId: string, kernelId: string, after?: JournalPlace): Promise<KernelChannel> {
    const key = `${appId}/${kernelId}/${after ? `${after.epoch}:${after.seq}` : 'now'}`;
    const entry = this.#shared.get(key) ?? { channel: this.#make(appId, kernelId, after), users: 0 };
    this.#shared.set(key, entry);
    entry.users += 1;
    try {
      const held = this.#hold(key, entry, await entry.channel);
      if (!after || isAt(held, after)) return held;
      // It has told some of it already, and does not tell that again to those who come later.
      if (this.#shared.get(key) === entry) this.#shared.delete(key);
      held.dispose();
      return await this.attach(appId, kernelId, after);
    } catch (error) {
      if (this.#shared.get(key) === entry) this.#shared.delete(key);
      throw error;
    }
  }

  async shutdown(appId: string, kernelId: string): Promise<void> {
    const { gate } = this.#config;
    const [root, { createKernelApi }] = await Promise.all([this.#rootOf(appId), import('./kernel-api.ts')]);
    try {
      await createKernelApi(gate, gate.origin.absolute(root), kernelId).shutdown();
    } catch (error) {
      if (!isProblem(error, 404)) throw error;
    }
  }

  async widgetModule(appId: string, name: string): Promise<string | null> {
    const request = createAppRequest(this.#config.gate, () => this.#rootOf(appId));
    try {
      const response = await request(`studio/widget-module?name=${encodeURIComponent(name)}`);
      return response.status === 204 ? null : await response.text();
    } catch (error) {
      // A server that is not ours offers none.
      if (isProblem(error, 501)) return null;
      throw error;
    }
  }

  dispose(): void {
    for (const channel of this.#open) channel.dispose();
    this.#open.clear();
    this.#shared.clear();
  }

  async #rootOf(appId: string): Promise<string> {
    const app = await this.#config.compute.whenInService(appId);
    if (app.endpoint === undefined) throw new Error(`The app ${appId} has no address`);
    return app.endpoint.baseUrl;
  }

  async #make(appId: string, kernelId: string, after?: JournalPlace): Promise<KernelChannel> {
    const { gate, session, compute, lines, log, newId } = this.#config;
    const [root, { createKernelChannel }, { createKernelApi }] = await Promise.all([
      this.#rootOf(appId),
      import('./kernel-channel.ts'),
      import('./kernel-api.ts'),
    ]);
    const isAlive = () =>
      compute.store.getState().apps.some((one) => one.id === appId && one.status !== 'Failed');
    const channel = createKernelChannel({
      appId,
      kernelId,
      url: gate.origin.ws(`${root}api/kernels/${encodeURIComponent(kernelId)}/channels`),
      after,
      hasJournal: session.has('journal'),
      world: lines,
      log,
      newId,
      api: createKernelApi(gate, gate.origin.absolute(root), kernelId),
      isAppGone: () => !isAlive(),
    });
    this.#open.add(channel);
    return channel;
  }

  /** A handle of its own for each user: it ends alone, the line with the last of them. */
  #hold(key: string, entry: Shared, channel: KernelChannel): KernelChannel {
    const end = toDisposable(() => {
      entry.users -= 1;
      if (entry.users > 0) return;
      if (this.#shared.get(key) === entry) this.#shared.delete(key);
      this.#open.delete(channel);
      channel.dispose();
    });
    return {
      appId: channel.appId,
      kernelId: channel.kernelId,
      get place() {
        return channel.place;
      },
      get isCatchingUp() {
        return channel.isCatchingUp;
      },
      store: channel.store,
      onDidReceive: channel.onDidReceive,
      onDidReset: channel.onDidReset,
      assist: channel.assist,
      execute: (request) => channel.execute(request),
      answerInput: (parent, value) => channel.answerInput(parent, value),
      sendComm: (request) => channel.sendComm(request),
      interrupt: () => channel.interrupt(),
      restart: () => channel.restart(),
      shutdown: () => channel.shutdown(),
      dispose: () => end.dispose(),
    };
  }
}

const isAt = ({ place }: KernelChannel, { epoch, seq }: JournalPlace): boolean =>
  place?.epoch === epoch && place.seq === seq;
