/**
 * Moves of documents from the kernel they have to another one: the target starts beside the old, the document stays
 * where it is until everything stands, and a failure, a cancel or a newer wish leaves it there. The binder does the
 * work; here is what people are told of it, also after the end: whether what was left still runs.
 */
import { randomUUID } from 'node:crypto';
import {
  type App,
  type CreateSwitch,
  type Environment,
  ProblemError,
  type Switch,
  problem,
} from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { DocumentWork } from '../kernels/document-work.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { User } from '../studio/user.ts';
import type { Binder } from './binder.ts';
import type { BoundKernel, DocumentState, StartEnd, StartWatcher } from './document-state.ts';
import type { Environments } from './environments.ts';

export type SwitchesOptions = {
  apps: Pick<AppService, 'get'>;
  kernels: Pick<KernelService, 'get'>;
  environments: Environments;
  binder: Binder;
  work: DocumentWork;
  /** All documents in memory. */
  documents: () => Iterable<DocumentState>;
  checkGeneration: (document: DocumentState, generation: number) => void;
  /** After what was published of the document so far. */
  publish: (document: DocumentState, change: Switch) => void;
  /** The document has moved to this environment. */
  didMove: (document: DocumentState, environment: Environment) => void;
  now: () => number;
};

export type Switches = {
  create(document: DocumentState, request: CreateSwitch): Promise<Switch>;
  /** Throws `not-found`. */
  get(user: User, switchId: string): Switch;
  /** Undefined when it had ended. */
  cancel(user: User, switchId: string): Switch | undefined;
  /** A binding, a path or a kernel has changed: what is told of switches follows. */
  follow(): void;
};

const keptOfUser = 50;

type SwitchRecord = { document: DocumentState; shown: Switch };

export function createSwitches(options: SwitchesOptions): Switches {
  return new SwitchBoard(options);
}

class SwitchBoard implements Switches {
  readonly #options: SwitchesOptions;
  readonly #records = new Map<string, SwitchRecord>();

  constructor(options: SwitchesOptions) {
    this.#options = options;
  }

  async create(document: DocumentState, request: CreateSwitch): Promise<Switch> {
    this.#check(document, request.generation);
    const environment = await this.#options.environments.check(request.environment);
    // Somebody may have bound it while the images were read.
    const from = this.#check(document, request.generation);
    const record: SwitchRecord = { document, shown: this.#newSwitch(document, from, environment) };
    const watcher = this.#watcherOf(record, from, environment);
    try {
      this.#options.binder.bind(document, environment, watcher);
    } catch (error) {
      throw withSumOfBoth(error);
    }
    this.#keep(record);
    this.#options.publish(document, record.shown);
    return record.shown;
  }

  get(user: User, switchId: string): Switch {
    return this.#find(user, switchId).shown;
  }

  cancel(user: User, switchId: string): Switch | undefined {
    const record = this.#find(user, switchId);
    if (record.shown.state !== 'starting') return undefined;
    this.#options.binder.cancel(record.document);
    return record.shown;
  }

  follow(): void {
    for (const record of this.#records.values()) {
      const { old: _old, ...rest } = record.shown;
      const { state } = rest;
      const notebookPath = record.document.record.path;
      if (state === 'done') this.#show(record, { ...rest, notebookPath, ...this.#oldOf(record) });
      else if (state === 'starting') this.#show(record, { ...rest, notebookPath });
    }
  }

  /** Throws unless the document can be moved now; gives the kernel that it has. */
  #check(document: DocumentState, generation: number): BoundKernel {
    this.#options.checkGeneration(document, generation);
    if (document.start) throw this.#busy(document);
    if (document.bound) return document.bound;
    throw new ProblemError(
      problem('conflict', 'The notebook has no kernel to switch from. Choose an environment for it instead.'),
    );
  }

  #busy(document: DocumentState): ProblemError {
    const running = [...this.#records.values()].find(
      (record) => record.document === document && record.shown.state === 'starting',
    );
    if (!running)
      return new ProblemError(
        problem('conflict', 'The notebook starts another environment already. Cancel that, or wait for it.'),
      );
    const { id, to } = running.shown;
    const target = [to.instanceType, to.imageId, to.kernelName].filter((part) => part !== null).join(', ');
    return new ProblemError(
      problem('conflict', `A switch to ${target} runs already. Cancel it, or wait for its end.`, {
        switchId: id,
      }),
    );
  }

  #newSwitch(document: DocumentState, from: BoundKernel, environment: Environment): Switch {
    const app = this.#options.apps.get(document.user, from.appId);
    return {
      id: randomUUID(),
      documentId: document.record.id,
      notebookPath: document.record.path,
      from: { ...placeIn(app, from.kernelName), kernelId: from.kernelId },
      to: environment,
      state: 'starting',
      waitingFor: 'app',
      createdAt: this.#time(),
    };
  }

  #watcherOf(record: SwitchRecord, from: BoundKernel, environment: Environment): StartWatcher {
    const { document } = record;
    const { work } = this.#options;
    return {
      switchId: record.shown.id,
      accept: (app) => {
        const { kernelName } = environment;
        if (app.id === from.appId && (kernelName === null || kernelName === from.kernelName))
          throw new ProblemError(
            problem(
              'conflict',
              'It runs there already. Restart the kernel for a fresh one, or choose another.',
            ),
          );
        record.shown = { ...record.shown, to: placeIn(app, kernelName) };
      },
      didReach: (step, kernel) => {
        const { to } = record.shown;
        const at = kernel ? { kernelId: kernel.kernelId, kernelName: kernel.kernelName } : {};
        this.#show(record, { ...record.shown, waitingFor: step, to: { ...to, ...at } });
      },
      // Of the kernel that the document has now: the one it had may have ended meanwhile, and its work with it.
      isHeld: () => document.bound !== null && work.isBusy(document.record.id, document.bound.kernelId),
      whenReleased: (signal) => nextSettle(work, signal),
      didEnd: (end) => this.#handleEnd(record, end, environment),
    };
  }

  #handleEnd(record: SwitchRecord, end: StartEnd, environment: Environment): void {
    const { waitingFor: _waitingFor, ...rest } = record.shown;
    const failure = end.state === 'failed' ? { failure: end.failure } : {};
    const old = end.state === 'done' ? this.#oldOf(record) : {};
    this.#show(record, { ...rest, state: end.state, ...failure, endedAt: this.#time(), ...old });
    if (end.state === 'done') this.#options.didMove(record.document, environment);
  }

  /** What became of what the document left; nothing when a document has that kernel again. */
  #oldOf({ document, shown }: SwitchRecord): Pick<Switch, 'old'> {
    const { appId = '', kernelId = '' } = shown.from;
    const otherDocuments: string[] = [];
    for (const { bound, record } of this.#options.documents()) {
      if (bound?.appId !== appId) continue;
      if (bound.kernelId === kernelId) return {};
      if (record.id !== document.record.id) otherDocuments.push(record.path);
    }
    const state = this.#options.kernels.get(appId, kernelId) ? 'running' : 'ended';
    return { old: { state, otherDocuments: otherDocuments.toSorted() } };
  }

  /** Changes what is told, and tells it when it is another thing. */
  #show(record: SwitchRecord, next: Switch): void {
    const before = JSON.stringify(record.shown);
    record.shown = next;
    const isKept = this.#records.has(next.id);
    if (isKept && JSON.stringify(next) !== before) this.#options.publish(record.document, next);
  }

  #keep(record: SwitchRecord): void {
    this.#records.set(record.shown.id, record);
    const ended = [...this.#records.values()].filter(
      ({ document, shown }) => document.user.id === record.document.user.id && shown.state !== 'starting',
    );
    for (const { shown } of ended.slice(0, Math.max(0, ended.length - keptOfUser)))
      this.#records.delete(shown.id);
  }

  #find(user: User, switchId: string): SwitchRecord {
    const record = this.#records.get(switchId);
    if (record?.document.user.id === user.id) return record;
    throw new ProblemError(
      problem('not-found', `There is no such switch. The last ${keptOfUser} of a user are kept.`),
    );
  }

  #time(): string {
    return new Date(this.#options.now()).toISOString();
  }
}

function placeIn(app: App, kernelName: string | null): Switch['from'] {
  const { id, imageId, instanceType, instanceId } = app;
  return { imageId, kernelName, instanceType, appId: id, ...(instanceId === null ? {} : { instanceId }) };
}

/** Resolves when the next piece of work has come to its end; rejects when the signal aborts. */
function nextSettle(work: DocumentWork, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = work.onDidSettle(() => settle(resolve));
    const handleAbort = (): void => settle(() => reject(signal.reason as Error));
    function settle(end: () => void): void {
      stop();
      signal.removeEventListener('abort', handleAbort);
      end();
    }
    if (signal.aborted) handleAbort();
    else signal.addEventListener('abort', handleAbort);
  });
}

/** A limit on sums is met sooner during a switch: both instances stand beside each other. */
function withSumOfBoth(error: unknown): unknown {
  if (!(error instanceof ProblemError) || error.problem['sum'] === undefined) return error;
  const detail = `${error.problem.detail} During a switch the old and the new instance both count.`;
  return new ProblemError({ ...error.problem, detail });
}
