/**
 * The executions that a console shows: its own among those of the document and, where wanted, what anybody else runs on
 * the kernel, made up from the kernel's messages. Every change is told to `show` before the store has it, so that there is
 * an entry for each execution when outputs look for theirs. Nothing is ever recorded: there is no file for outputs to be
 * in, so after a reload they are read from the kernel's journal again.
 */
import type { Execution, Queue } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { type ExecutionTracker, newTracker, track } from '@atelier-ide/core/execution/tracker.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { DocumentExecutions, ExecutionItem } from '@/services/executions/executions-service.ts';
import { createExecutionsStore } from '@/services/executions/executions-store.ts';

/**
 * One entry to show; `code` is null until the kernel has told it. `startedAt` is by the kernel's clock, which is the same
 * for all entries; null while it waits.
 */
export type Told = { cellId: string; code: string | null; startedAt: string | null };

export type ConsoleExecutionsOptions = {
  inner: DocumentExecutions;
  documentId: string;
  prefix: string;
  showsAll: boolean;
  show(told: readonly Told[]): void;
  /** These entries are too many. */
  forget(cellIds: readonly string[]): void;
};

/** So much of what others run is kept; a notebook beside it may run for days. */
const MAX_FOREIGN = 200;

/** `at` is when it began; null until the kernel has told its code. */
type Foreign = { tracker: ExecutionTracker; at: string | null; kernelId: string };

export class ConsoleExecutions implements DocumentExecutions {
  readonly store = createExecutionsStore();
  readonly #options: ConsoleExecutionsOptions;
  readonly #follow: Disposable;
  readonly #foreign = new Map<string, Foreign>();

  constructor(options: ConsoleExecutionsOptions) {
    this.#options = options;
    this.#follow = toDisposable(options.inner.store.subscribe(() => this.#update()));
    this.#update();
  }

  get endsWithPage(): boolean {
    return this.#options.inner.endsWithPage;
  }

  /** The source is no cell's of a file: no hash may match one. */
  submit(items: readonly ExecutionItem[], stopOnError: boolean): Promise<void> {
    return this.#options.inner.submit(
      items.map((item) => ({ ...item, sourceHash: '' })),
      stopOnError,
    );
  }

  dropAndThen(act: () => Promise<void>): Promise<void> {
    return this.#options.inner.dropAndThen(act);
  }

  remove(executionId: string): Promise<void> {
    return this.#options.inner.remove(executionId);
  }

  /** The whole queue of the kernel, as everywhere. */
  queue(): Promise<Queue> {
    return this.#options.inner.queue();
  }

  move(executionId: string, position: number, seen: readonly string[]): Promise<void> {
    return this.#options.inner.move(executionId, position, seen);
  }

  recorded(): Promise<void> {
    return Promise.resolve();
  }

  seen(): Promise<void> {
    return Promise.resolve();
  }

  result(executionId: string): Promise<string> {
    return this.#options.inner.result(executionId);
  }

  /** What the kernel says, before it is folded. */
  hear(message: JupyterMessage, kernelId: string): void {
    const id = message.parent_header.msg_id;
    if (id === undefined) return;
    const told = this.#options.inner.store.getState().byId[id];
    const own = told && this.#isOwn(told) ? told : undefined;
    const isBegin = message.header.msg_type === 'execute_input';
    const text = isBegin ? message.content['code'] : undefined;
    const code = typeof text === 'string' ? text : null;
    if (own?.cellId) {
      if (isBegin) this.#options.show([{ cellId: own.cellId, code, startedAt: message.header.date }]);
    } else if (this.#options.showsAll) this.#hearForeign({ id, code, isBegin, kernelId }, message);
  }

  #hearForeign(
    { id, code, isBegin, kernelId }: { id: string; code: string | null; isBegin: boolean; kernelId: string },
    message: JupyterMessage,
  ): void {
    if (message.parent_header.msg_type !== 'execute_request') return;
    const known = this.#foreign.get(id) ?? { tracker: newTracker(id), kernelId, at: null };
    const tracker = track(known.tracker, message);
    if (known.tracker === tracker) return;
    // The reply comes by another socket: it can be here before the code that it answers.
    const at = isBegin ? (known.at ?? message.header.date) : known.at;
    this.#foreign.set(id, { tracker, kernelId, at });
    this.#dropOldest();
    if (at === null) return;
    if (isBegin) this.#options.show([{ cellId: foreignCellId(id), code, startedAt: at }]);
    if (isBegin || known.tracker.state !== tracker.state) this.#update();
  }

  /** Those that go on stay, or their end would be the beginning of another entry. */
  #dropOldest(): void {
    if (this.#foreign.size <= MAX_FOREIGN) return;
    const ended = [...this.#foreign].filter(([, { tracker }]) => isFinished(tracker.state));
    const gone = ended.slice(0, this.#foreign.size - MAX_FOREIGN).map(([id]) => id);
    for (const id of gone) this.#foreign.delete(id);
    this.#options.forget(gone.map(foreignCellId));
  }

  #ownById(): Readonly<Record<string, Execution>> {
    const all = Object.entries(this.#options.inner.store.getState().byId);
    return Object.fromEntries(all.filter(([, one]) => this.#isOwn(one)));
  }

  #isOwn({ cellId }: Execution): boolean {
    return cellId?.startsWith(this.#options.prefix) === true;
  }

  #update(): void {
    const own = this.#ownById();
    const told = Object.values(own)
      .toSorted((a, b) => a.queuedAt.localeCompare(b.queuedAt) || a.position - b.position)
      .flatMap(({ cellId, startedAt = null }) =>
        cellId === null ? [] : [{ cellId, code: null, startedAt }],
      );
    this.#options.show(told);
    const byId: Record<string, Execution> = {};
    // In another window of the same console an execution may be heard before it is known as its own.
    for (const [id, { tracker, at, kernelId }] of this.#foreign)
      if (!own[id] && at !== null) byId[id] = this.#executionOf(tracker, at, kernelId);
    Object.assign(byId, own);
    const { isLoaded } = this.#options.inner.store.getState();
    this.store.setState({ isLoaded, byId });
  }

  #executionOf(tracker: ExecutionTracker, at: string, kernelId: string): Execution {
    const { msgId: id, state, executionCount, startedAt, endedAt } = tracker;
    return {
      id,
      documentId: this.#options.documentId,
      cellId: foreignCellId(id),
      sourceHash: null,
      kernelId,
      state,
      position: 0,
      executionCount,
      queuedAt: at,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
      recorded: false,
    };
  }

  dispose(): void {
    this.#follow.dispose();
    this.#options.inner.dispose();
  }
}

/** The entry of what somebody else ran. */
export const foreignCellId = (executionId: string): string => `activity-${executionId}`;
