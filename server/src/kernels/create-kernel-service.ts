import { type App, type Kernel, ProblemError, closeCodes, problem } from '@atelier-ide/contract';
import type { WebSocket } from 'ws';
import type { AppService } from '../apps/app-service.ts';
import type { AppEndpoint } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { User } from '../studio/user.ts';
import { type Acceptor, createAcceptor } from './attach.ts';
import { createEmitter } from './emitter.ts';
import type { AttachRequest } from './hub-clients.ts';
import type { Journals } from './journal/journals.ts';
import {
  allKernels,
  endSession,
  interruptKernel,
  kernelName,
  moveSession,
  startKernel,
} from './jupyter-sessions.ts';
import { KernelHub } from './kernel-hub.ts';
import type { KernelService, KernelSignal, KernelVerb } from './kernel-service.ts';
import { type UpstreamTiming, upstreamTiming } from './upstream.ts';

export type KernelServiceOptions = {
  apps: Pick<AppService, 'list' | 'endpoint' | 'ownerOf' | 'touch' | 'onDidChange'>;
  bus: EventBus;
  log: Log;
  journals: Journals;
  /** Requests that an earlier server has passed on to this kernel. */
  executedBefore?: (kernelId: string) => Iterable<string>;
  /** Says better why a kernel has died just now, where that can be found out; soon, as it is told only then. */
  explainDeath?: (user: User, kernel: Kernel) => Promise<string | undefined>;
  /** For tests. */
  timing?: UpstreamTiming;
};

type Entry = {
  kernel: Kernel;
  user: User;
  hub: KernelHub;
  sessionId: string | null;
  lastTouch: number;
  /** What the event before said. */
  told: Kernel | undefined;
  /** Runs while a change between busy and idle waits to be told. */
  telling: NodeJS.Timeout | undefined;
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Largest message of a browser: Jupyter's own limit for servers that are not ours; what ours are set to. */
const foreignLimit = 10 * 1024 * 1024;
const ownLimit = 250 * 1024 * 1024;
const clientPingMs = 30_000;
/** An app is told of activity at most this often. */
const touchMs = 1000;
/** That a kernel is busy or idle is told when it lasts: a short cell makes no events of its kernel. */
const lastingMs = 50;

/** Makes the kernel service: hubs by kernel, and the REST calls that start and end kernels. */
export function createKernelService(options: KernelServiceOptions): KernelService {
  return new Kernels(options);
}

class Kernels implements KernelService {
  readonly #options: KernelServiceOptions;
  readonly #entries = new Map<string, Entry>();
  /** Kernels that are being looked up for a browser that came first. */
  readonly #lookups = new Map<string, Promise<Entry | null>>();
  readonly #acceptOwn: Acceptor = createAcceptor(ownLimit);
  readonly #acceptForeign: Acceptor = createAcceptor(foreignLimit);
  readonly #changed = createEmitter<[Kernel, string]>();
  readonly #died = createEmitter<[Kernel, string]>();
  readonly #ended = createEmitter<[Kernel, string]>();
  readonly #signalled = createEmitter<[Kernel, KernelSignal]>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unsubscribe: () => void;

  readonly onDidChange = this.#changed.on;
  readonly onDidDie = this.#died.on;
  readonly onDidEnd = this.#ended.on;
  readonly onDidSignal = this.#signalled.on;

  constructor(options: KernelServiceOptions) {
    this.#options = options;
    this.#unsubscribe = options.apps.onDidChange((app) => this.#handleApp(app));
    this.#heartbeat = setInterval(() => {
      for (const { hub } of this.#entries.values()) hub.clients.checkAlive();
    }, clientPingMs);
    this.#heartbeat.unref();
  }

  list(user: User): readonly Kernel[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.user.id === user.id)
      .map(({ kernel }) => kernel);
  }

  get(appId: string, kernelId: string): Kernel | undefined {
    return this.#entries.get(keyOf(appId, kernelId))?.kernel;
  }

  channel(appId: string, kernelId: string): KernelHub | undefined {
    return this.#entries.get(keyOf(appId, kernelId))?.hub;
  }

  ownerOf(appId: string, kernelId: string): string | undefined {
    return this.#entries.get(keyOf(appId, kernelId))?.user.id;
  }

  async start(
    user: User,
    appId: string,
    name: string,
    path: string,
  ): Promise<{ kernel: Kernel; isNew: boolean }> {
    const isHeld = (kernelId: string): boolean => (this.get(appId, kernelId)?.documentId ?? null) !== null;
    const started = await startKernel(this.#endpoint(user, appId), { path, kernelName: name, isHeld });
    const known = this.#entries.get(keyOf(appId, started.kernelId));
    const entry = known ?? this.#add(user, appId, { id: started.kernelId, name: started.kernelName });
    entry.sessionId = started.sessionId;
    return { kernel: entry.kernel, isNew: started.isNew };
  }

  async resume(user: User, appId: string, kernelId: string): Promise<Kernel | undefined> {
    const known = this.#entries.get(keyOf(appId, kernelId));
    const entry = known ?? (await this.#lookUp({ user, appId, kernelId }));
    if (entry) return entry.kernel;
    const gone: Kernel = { id: kernelId, appId, name: '', state: 'dead', documentId: null };
    this.#signalled.fire(gone, { type: 'ended', cause: 'The kernel ended while the server was away' });
    return undefined;
  }

  async resumeAll(user: User, appId: string): Promise<void> {
    for (const { id, name, sessionId } of await allKernels(this.#endpoint(user, appId))) {
      const entry = this.#entries.get(keyOf(appId, id)) ?? this.#add(user, appId, { id, name });
      entry.sessionId ??= sessionId;
    }
  }

  async shutDown(appId: string, kernelId: string): Promise<void> {
    const entry = this.#entries.get(keyOf(appId, kernelId));
    const endpoint = entry && this.#options.apps.endpoint(entry.user, appId);
    if (!entry || !endpoint || entry.sessionId === null) return;
    await endSession(endpoint, entry.sessionId);
    entry.hub.end('The kernel was shut down');
  }

  async moveSession(appId: string, kernelId: string, path: string): Promise<void> {
    const entry = this.#entries.get(keyOf(appId, kernelId));
    const endpoint = entry && this.#options.apps.endpoint(entry.user, appId);
    if (entry && endpoint && entry.sessionId !== null) await moveSession(endpoint, entry.sessionId, path);
  }

  assign(appId: string, kernelId: string, documentId: string | null): void {
    const entry = this.#entries.get(keyOf(appId, kernelId));
    if (entry && entry.kernel.documentId !== documentId) this.#update(entry, { documentId });
  }

  handleUpgrade(...args: Parameters<KernelService['handleUpgrade']>): void {
    const [user, appId, kernelId, request, socket, head] = args;
    const endpoint = this.#endpointOrNothing(user, appId);
    const accept = endpoint?.extension === false ? this.#acceptForeign : this.#acceptOwn;
    accept({ request, socket, head }, (ws, asked) => {
      ws.on('error', (error) =>
        this.#options.log.debug('browser socket failed', { kernelId, reason: error.message }),
      );
      if (!uuid.test(kernelId)) ws.close(closeCodes.gone, 'There is no such kernel');
      else if (!endpoint) ws.close(closeCodes.appStopped, 'The app is not running');
      else void this.#attach({ user, appId, kernelId }, ws, asked);
    });
  }

  async interrupt(appId: string, kernelId: string): Promise<void> {
    const entry = this.#entries.get(keyOf(appId, kernelId));
    const endpoint = entry && this.#options.apps.endpoint(entry.user, appId);
    if (!endpoint) return;
    try {
      await interruptKernel(endpoint, kernelId);
    } catch (error) {
      this.#options.log.debug('the kernel was not interrupted', { kernelId, reason: String(error) });
    }
  }

  willControl(appId: string, kernelId: string, verb: KernelVerb): void {
    const entry = this.#entries.get(keyOf(appId, kernelId));
    if (!entry || verb === 'delete') return;
    this.#signalled.fire(entry.kernel, { type: verb === 'restart' ? 'restarting' : 'interrupting' });
  }

  didControl(appId: string, kernelId: string, verb: KernelVerb): void {
    const entry = this.#entries.get(keyOf(appId, kernelId));
    if (!entry) return;
    if (verb === 'delete') entry.hub.end('The kernel was shut down');
    else if (verb === 'restart') entry.hub.didRestartByRequest();
    else this.#signalled.fire(entry.kernel, { type: 'interrupted' });
  }

  didNotControl(appId: string, kernelId: string, verb: KernelVerb): void {
    const entry = this.#entries.get(keyOf(appId, kernelId));
    if (entry && verb === 'interrupt') this.#signalled.fire(entry.kernel, { type: 'interrupted' });
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#unsubscribe();
    for (const { hub, telling } of this.#entries.values()) {
      clearTimeout(telling);
      hub.close();
    }
    this.#entries.clear();
    await Promise.allSettled(this.#lookups.values());
  }

  #endpointOrNothing(user: User, appId: string): AppEndpoint | undefined {
    try {
      return this.#options.apps.endpoint(user, appId);
    } catch {
      // Another user's app, or none: the same answer as an app that is not running.
      return undefined;
    }
  }

  #endpoint(user: User, appId: string): AppEndpoint {
    const endpoint = this.#options.apps.endpoint(user, appId);
    if (endpoint) return endpoint;
    throw new ProblemError(problem('app-not-running', 'Start the app first, then the kernel.'));
  }

  async #attach(
    at: { user: User; appId: string; kernelId: string },
    ws: WebSocket,
    asked: AttachRequest,
  ): Promise<void> {
    const known = this.#entries.get(keyOf(at.appId, at.kernelId));
    // Until the kernel is known, what the client sends waits in its socket.
    if (!known) ws.pause();
    try {
      const entry = known ?? (await this.#lookUp(at));
      ws.resume();
      if (!entry) ws.close(closeCodes.gone, 'There is no such kernel');
      else if (ws.readyState === ws.OPEN) entry.hub.clients.attach(ws, asked);
    } catch (error) {
      this.#options.log.warn('kernel not found for a browser', { kernelId: at.kernelId, error });
      ws.resume();
      ws.close(1013, 'The app does not answer');
    }
  }

  #lookUp({ user, appId, kernelId }: { user: User; appId: string; kernelId: string }): Promise<Entry | null> {
    const key = keyOf(appId, kernelId);
    const running = this.#lookups.get(key);
    if (running) return running;
    const lookup = (async () => {
      try {
        const name = await kernelName(this.#endpoint(user, appId), kernelId);
        if (name === null) return null;
        return this.#entries.get(key) ?? this.#add(user, appId, { id: kernelId, name });
      } finally {
        this.#lookups.delete(key);
      }
    })();
    this.#lookups.set(key, lookup);
    return lookup;
  }

  #add(user: User, appId: string, { id, name }: { id: string; name: string }): Entry {
    const kernel: Kernel = { id, appId, name, state: 'starting', documentId: null };
    const { log, timing = upstreamTiming, journals, executedBefore } = this.#options;
    const journal = journals.open({ appId, kernelId: id, userId: user.id });
    const hub = new KernelHub({
      kernelId: id,
      journal,
      executedBefore: journal.isKnown ? (executedBefore?.(id) ?? []) : undefined,
      endpoint: () => this.#endpointOrNothing(user, appId),
      timing,
      log,
      listener: {
        didChangeState: () => this.#handleState(entry),
        didCommit: (committed, head) => {
          this.#touch(entry);
          this.#signalled.fire(entry.kernel, { type: 'frame', entry: committed, head });
        },
        didRestart: (cause, isDeath) => this.#handleRestart(entry, cause, isDeath),
        didEnd: (cause) => this.#handleEnd(entry, cause),
        didConnect: () => this.#signalled.fire(entry.kernel, { type: 'ready' }),
        didCatchUp: (seq) => this.#signalled.fire(entry.kernel, { type: 'caught-up', seq }),
      },
    });
    const entry: Entry = {
      kernel,
      user,
      hub,
      sessionId: null,
      lastTouch: 0,
      told: undefined,
      telling: undefined,
    };
    this.#entries.set(keyOf(appId, id), entry);
    this.#publish(entry);
    return entry;
  }

  #handleState(entry: Entry): void {
    const { state } = entry.hub;
    const { cause: _cause, ...rest } = entry.kernel;
    // Once it works again, why it had died is history.
    if (state === 'busy') entry.kernel = rest;
    this.#update(entry, { state });
  }

  #handleRestart(entry: Entry, cause: string, isDeath: boolean): void {
    if (isDeath) this.#update(entry, { cause });
    const since = new Date().toISOString();
    // At once: requests of the former process must have ended before the new one can be reached.
    this.#signalled.fire(entry.kernel, { type: 'restarted', cause });
    if (!isDeath) return;
    if (this.#options.explainDeath) void this.#explain(entry, cause, since);
    else this.#tellDeath(entry, cause);
  }

  async #explain(entry: Entry, former: string, since: string): Promise<void> {
    const { explainDeath, log } = this.#options;
    let cause: string | undefined;
    try {
      cause = await explainDeath?.(entry.user, entry.kernel);
    } catch (error) {
      log.debug('why a kernel died was not found out', { kernelId: entry.kernel.id, error });
    }
    if (cause !== undefined) {
      const isThere = this.get(entry.kernel.appId, entry.kernel.id) !== undefined;
      if (isThere && entry.kernel.cause === former) this.#update(entry, { cause });
      this.#signalled.fire(entry.kernel, { type: 'explained', former, cause, since });
    }
    this.#tellDeath(entry, cause ?? former);
  }

  #tellDeath(entry: Entry, cause: string): void {
    const { id: kernelId, appId } = entry.kernel;
    this.#options.bus.publish(entry.user.id, { type: 'death', kernelId, appId, cause });
    this.#died.fire(entry.kernel, cause);
  }

  #handleEnd(entry: Entry, cause: string): void {
    this.#entries.delete(keyOf(entry.kernel.appId, entry.kernel.id));
    this.#update(entry, { state: 'dead', cause: entry.kernel.cause ?? cause });
    this.#signalled.fire(entry.kernel, { type: 'ended', cause });
    this.#ended.fire(entry.kernel, cause);
  }

  #handleApp(app: App): void {
    if (app.status === 'InService' || app.status === 'Pending') return;
    const cause = app.status === 'Failed' ? (app.failure?.message ?? 'The app ended') : 'The app was stopped';
    for (const entry of this.#entries.values())
      if (entry.kernel.appId === app.id) entry.hub.end(cause, closeCodes.appStopped);
  }

  #update(entry: Entry, change: Partial<Kernel>): void {
    entry.kernel = { ...entry.kernel, ...change };
    this.#publish(entry);
  }

  #publish(entry: Entry): void {
    if (isPassing(entry.told, entry.kernel)) entry.telling ??= setTimeout(() => this.#tell(entry), lastingMs);
    else this.#tell(entry);
    this.#changed.fire(entry.kernel, entry.user.id);
  }

  #tell(entry: Entry): void {
    clearTimeout(entry.telling);
    entry.telling = undefined;
    const { told, kernel, user } = entry;
    if (told?.state === kernel.state && isPassing(told, kernel)) return;
    entry.told = kernel;
    this.#options.bus.publish(user.id, { type: 'kernel', kernel });
  }

  #touch(entry: Entry): void {
    const now = Date.now();
    if (now - entry.lastTouch < touchMs) return;
    entry.lastTouch = now;
    this.#options.apps.touch(entry.kernel.appId);
  }
}

/** Between two descriptions nothing changed but whether the kernel is busy or idle. */
function isPassing(told: Kernel | undefined, kernel: Kernel): boolean {
  if (!told || !isAtWork(told) || !isAtWork(kernel)) return false;
  return told.cause === kernel.cause && told.documentId === kernel.documentId;
}

const isAtWork = ({ state }: Kernel): boolean => state === 'busy' || state === 'idle';

function keyOf(appId: string, kernelId: string): string {
  return `${appId}/${kernelId}`;
}
