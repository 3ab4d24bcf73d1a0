/**
 * Which kernel each document has. A start runs in the background; a newer wish cancels it, and what it had made goes
 * when nobody else uses it. While a document with a kernel starts another environment, it keeps the former kernel
 * until the new one stands; the former one then runs on in its app. A start with a watcher (a switch) also waits until
 * the new kernel answers and the document's work on the former one is over; between the last look at that work and the
 * rebind nothing else can run. When it fails, what it had made goes too.
 */
import { type App, type Environment, type Kernel, ProblemError, problem } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { BoundKernel, DocumentState, Failure, Start, StartWatcher } from './document-state.ts';
import type { Environments } from './environments.ts';
import { whenKernelReady } from './kernel-ready.ts';

export type BinderOptions = {
  apps: Pick<AppService, 'whenInService' | 'remove' | 'get'>;
  kernels: Pick<KernelService, 'start' | 'shutDown' | 'assign' | 'get' | 'list' | 'onDidChange'>;
  environments: Environments;
  /** All documents in memory. */
  documents: () => Iterable<DocumentState>;
  didChange: (document: DocumentState) => void;
  /** The session of the document's kernel has another path than the document; best effort. */
  followPath: (document: DocumentState) => Promise<void>;
};

export type Binder = {
  /** Throws problems of the app (limits, impossible) or of the watcher before anything has changed. */
  bind(document: DocumentState, environment: Environment, watcher?: StartWatcher): void;
  /** Gives the start up; the document keeps the kernel it has. */
  cancel(document: DocumentState): void;
  /** The document has this kernel, as it had under an earlier server, unless it has another one by now. */
  resume(document: DocumentState, kernel: BoundKernel): void;
  /** No kernel any more; it is left running. */
  unbind(document: DocumentState): void;
  /** This kernel is no more. */
  handleEnd(kernel: Kernel, cause: string): void;
  /** The process of this kernel died; it may come again. */
  handleDeath(kernel: Kernel, cause: string): void;
};

export function createBinder(options: BinderOptions): Binder {
  return new KernelBinder(options);
}

class KernelBinder implements Binder {
  readonly #options: BinderOptions;

  constructor(options: BinderOptions) {
    this.#options = options;
  }

  bind(document: DocumentState, environment: Environment, watcher?: StartWatcher): void {
    const { app, created } = this.#options.environments.acquire(document.user, environment);
    watcher?.accept(app);
    const former = document.start;
    const isSameApp = former?.appId === app.id;
    const start: Start = {
      appId: app.id,
      hasMadeApp: created || (isSameApp && former.hasMadeApp),
      kernelName: environment.kernelName ?? '',
      cancel: new AbortController(),
      broken: new AbortController(),
      kernel: null,
      watcher,
    };
    document.start = start;
    if (former) giveUp(former);
    document.failure = null;
    document.generation += 1;
    this.#options.didChange(document);
    document.settled = this.#run(document, start, document.settled);
  }

  cancel(document: DocumentState): void {
    const { start } = document;
    if (!start) return;
    document.start = null;
    this.#options.didChange(document);
    giveUp(start);
  }

  resume(document: DocumentState, kernel: BoundKernel): void {
    if (document.bound || document.start || !document.hasEnded) return;
    document.hasEnded = false;
    document.bound = kernel;
    this.#options.kernels.assign(kernel.appId, kernel.kernelId, document.record.id);
    this.#options.didChange(document);
  }

  unbind(document: DocumentState): void {
    const { bound, start } = document;
    document.start = null;
    if (start) giveUp(start);
    document.bound = null;
    document.hasEnded = false;
    document.failure = null;
    document.generation += 1;
    if (bound) this.#options.kernels.assign(bound.appId, bound.kernelId, null);
    this.#options.didChange(document);
  }

  handleEnd(kernel: Kernel, cause: string): void {
    this.handleDeath(kernel, cause);
    for (const document of this.#options.documents()) {
      if (!isSame(document.bound, kernel)) continue;
      document.bound = null;
      document.hasEnded = true;
      this.#options.didChange(document);
    }
  }

  handleDeath(kernel: Kernel, cause: string): void {
    for (const { start } of this.#options.documents())
      if (start && isSame(start.kernel, kernel)) start.broken.abort(endedEarly(cause));
  }

  async #run(document: DocumentState, start: Start, before: Promise<void>): Promise<void> {
    const { signal } = start.cancel;
    let hasFailed = false;
    try {
      await this.#options.apps.whenInService(document.user, start.appId, signal);
      // A cancelled start ends the kernel it was about to get; ours must not be that one.
      await before;
      if (!signal.aborted) await this.#startKernel(document, start);
    } catch (error) {
      hasFailed = document.start === start;
      if (hasFailed) this.#fail(document, start, this.#failureOf(document, start, error));
    }
    if (signal.aborted || (hasFailed && start.watcher && !this.#hasFailedApp(document, start)))
      this.#release(document, start);
  }

  async #startKernel(document: DocumentState, start: Start): Promise<void> {
    const { kernels } = this.#options;
    const { path } = document.record;
    let made: BoundKernel | null = null;
    try {
      start.watcher?.didReach('kernel');
      const { kernel, isNew } = await kernels.start(document.user, start.appId, start.kernelName, path);
      const next = { appId: kernel.appId, kernelId: kernel.id, kernelName: kernel.name };
      if (isNew) made = next;
      if (start.watcher) await this.#untilFree(start, start.watcher, next);
      // From here to the rebind there is no await: no work can come to the former kernel unseen.
      while (start.watcher?.isHeld()) await start.watcher.whenReleased(signalOf(start));
      signalOf(start).throwIfAborted();
      if (!kernels.get(next.appId, next.kernelId)) throw endedEarly('Choose the environment again');
      this.#rebind(document, start, next);
    } catch (error) {
      await this.#undo(document, start, made);
      throw error;
    }
    if (document.record.path !== path) await this.#options.followPath(document);
  }

  /** Waits for an answer of the new kernel; then the former one may be left as soon as nothing is at work there. */
  async #untilFree(start: Start, watcher: StartWatcher, next: BoundKernel): Promise<void> {
    // Given up while the kernel was asked for: nobody is told of it any more.
    signalOf(start).throwIfAborted();
    start.kernel = next;
    watcher.didReach('kernel', next);
    await whenKernelReady(this.#options.kernels, next, signalOf(start));
    if (watcher.isHeld()) watcher.didReach('executions');
  }

  #rebind(document: DocumentState, start: Start, next: BoundKernel): void {
    const { kernels } = this.#options;
    const former = document.bound;
    document.start = null;
    document.failure = null;
    document.hasEnded = false;
    document.bound = next;
    if (former) kernels.assign(former.appId, former.kernelId, null);
    kernels.assign(next.appId, next.kernelId, document.record.id);
    this.#options.didChange(document);
    start.watcher?.didEnd({ state: 'done' });
  }

  #fail(document: DocumentState, start: Start, failure: Failure): void {
    document.start = null;
    document.failure = failure;
    this.#options.didChange(document);
    start.watcher?.didEnd({ state: 'failed', failure });
  }

  /** Ends the kernel that was made for nothing; in its own app the former kernel gets its path back. */
  async #undo(document: DocumentState, start: Start, made: BoundKernel | null): Promise<void> {
    try {
      if (made) await this.#options.kernels.shutDown(made.appId, made.kernelId);
    } catch (error) {
      // The app does not answer: it ends with the app, or is listed as running where it can be ended by hand.
      if (!(error instanceof ProblemError)) throw error;
    }
    if (document.bound?.appId === start.appId) await this.#options.followPath(document);
  }

  /** What a start that came to nothing made goes again; a start that has joined it answers for the app from now on. */
  #release(document: DocumentState, start: Start): void {
    if (!start.hasMadeApp) return;
    for (const { start: heir } of this.#options.documents()) {
      if (heir?.appId !== start.appId) continue;
      heir.hasMadeApp = true;
      return;
    }
    if (this.#isUsed(start.appId, document)) return;
    try {
      this.#options.apps.remove(document.user, start.appId);
    } catch (error) {
      // Somebody was faster: it is gone, which is what was wanted.
      if (!(error instanceof ProblemError)) throw error;
    }
  }

  #isUsed(appId: string, by: DocumentState): boolean {
    const { kernels, documents } = this.#options;
    for (const other of documents()) if (other !== by && other.bound?.appId === appId) return true;
    return kernels.list(by.user).some((kernel) => kernel.appId === appId);
  }

  #appOf({ user }: DocumentState, { appId }: Start): App | undefined {
    try {
      return this.#options.apps.get(user, appId);
    } catch (error) {
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  }

  /** A failed app runs nothing; it stays listed with its log until another takes its place. */
  #hasFailedApp(document: DocumentState, start: Start): boolean {
    return this.#appOf(document, start)?.status === 'Failed';
  }

  /** What happened to the app says more than what happened to the call that met it. */
  #failureOf(document: DocumentState, start: Start, error: unknown): Failure {
    const app = this.#appOf(document, start);
    const code = 'app-not-running';
    if (app?.status === 'Failed' && app.failure) return { code, message: app.failure.message };
    if (app?.status === 'Deleting' || app?.status === 'Deleted')
      return { code, message: app.reason ?? 'The app was ended.' };
    if (error instanceof ProblemError) return { code: error.problem.code, message: error.problem.detail };
    return { code: 'internal', message: error instanceof Error ? error.message : 'The start failed.' };
  }
}

function giveUp(start: Start): void {
  start.cancel.abort();
  start.watcher?.didEnd({ state: 'cancelled' });
}

const signalOf = ({ cancel, broken }: Start): AbortSignal => AbortSignal.any([cancel.signal, broken.signal]);

const isSame = (one: BoundKernel | null, kernel: Kernel): boolean =>
  one?.kernelId === kernel.id && one.appId === kernel.appId;

function endedEarly(cause: string): ProblemError {
  return new ProblemError(
    problem('app-unreachable', `The kernel ended while it started. ${cause.replace(/\.$/, '')}.`),
  );
}
