/**
 * Which kernel each document has. A start runs in the background; a newer wish cancels it, and what it had made goes
 * when nobody else uses it. While a document with a kernel starts another environment, it keeps the former kernel
 * until the new one stands; the former one then runs on in its app.
 */
import { type Binding, type Environment, type Kernel, ProblemError, problem } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { DocumentState, Start } from './document-state.ts';
import type { Environments } from './environments.ts';

export type BinderOptions = {
  apps: Pick<AppService, 'whenInService' | 'remove'>;
  kernels: Pick<KernelService, 'start' | 'shutDown' | 'assign' | 'get' | 'list'>;
  environments: Environments;
  /** All documents in memory. */
  documents: () => Iterable<DocumentState>;
  didChange: (document: DocumentState) => void;
  /** The document got another path while its kernel started. */
  didBindElsewhere: (document: DocumentState) => void;
};

export type Binder = {
  /** Throws problems of the app (limits, impossible) before anything has changed. */
  bind(document: DocumentState, environment: Environment): void;
  /** No kernel any more; it is left running. */
  unbind(document: DocumentState): void;
  /** This kernel is no more. */
  handleEnd(kernel: Kernel): void;
};

export function createBinder(options: BinderOptions): Binder {
  return new KernelBinder(options);
}

class KernelBinder implements Binder {
  readonly #options: BinderOptions;

  constructor(options: BinderOptions) {
    this.#options = options;
  }

  bind(document: DocumentState, environment: Environment): void {
    const { app, created } = this.#options.environments.acquire(document.user, environment);
    const former = document.start;
    const isSameApp = former?.appId === app.id;
    const start: Start = {
      appId: app.id,
      hasMadeApp: created || (isSameApp && former.hasMadeApp),
      kernelName: environment.kernelName ?? '',
      cancel: new AbortController(),
    };
    former?.cancel.abort();
    document.start = start;
    document.failure = null;
    document.generation += 1;
    this.#options.didChange(document);
    document.settled = this.#run(document, start, document.settled);
  }

  unbind(document: DocumentState): void {
    document.start?.cancel.abort();
    document.start = null;
    const { bound } = document;
    document.bound = null;
    document.hasEnded = false;
    document.failure = null;
    document.generation += 1;
    if (bound) this.#options.kernels.assign(bound.appId, bound.kernelId, null);
    this.#options.didChange(document);
  }

  handleEnd(kernel: Kernel): void {
    for (const document of this.#options.documents()) {
      const { bound } = document;
      if (bound?.kernelId !== kernel.id || bound.appId !== kernel.appId) continue;
      document.bound = null;
      document.hasEnded = true;
      this.#options.didChange(document);
    }
  }

  async #run(document: DocumentState, start: Start, before: Promise<void>): Promise<void> {
    const { signal } = start.cancel;
    try {
      await this.#options.apps.whenInService(document.user, start.appId, signal);
      // A cancelled start ends the kernel it was about to get; ours must not be that one.
      await before;
      if (!signal.aborted) await this.#startKernel(document, start);
    } catch (error) {
      if (document.start === start) {
        document.start = null;
        document.failure = failureOf(error);
        this.#options.didChange(document);
      }
    }
    if (signal.aborted) this.#release(document, start);
  }

  async #startKernel(document: DocumentState, start: Start): Promise<void> {
    const { kernels } = this.#options;
    const { path } = document.record;
    const { kernel, isNew } = await kernels.start(document.user, start.appId, start.kernelName, path);
    if (start.cancel.signal.aborted) {
      if (isNew) await kernels.shutDown(kernel.appId, kernel.id);
      return;
    }
    if (!kernels.get(kernel.appId, kernel.id))
      throw new ProblemError(
        problem('app-unreachable', 'The kernel ended while it started. Choose the environment again.'),
      );
    const former = document.bound;
    document.start = null;
    document.failure = null;
    document.hasEnded = false;
    document.bound = { appId: kernel.appId, kernelId: kernel.id, kernelName: kernel.name };
    if (former) kernels.assign(former.appId, former.kernelId, null);
    kernels.assign(kernel.appId, kernel.id, document.record.id);
    this.#options.didChange(document);
    if (document.record.path !== path) this.#options.didBindElsewhere(document);
  }

  /** What a cancelled start made goes again; a start that has joined it answers for the app from now on. */
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
}

function failureOf(error: unknown): NonNullable<Binding['failure']> {
  if (error instanceof ProblemError) return { code: error.problem.code, message: error.problem.detail };
  return { code: 'internal', message: error instanceof Error ? error.message : 'The start failed.' };
}
