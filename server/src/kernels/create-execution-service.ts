import { randomUUID } from 'node:crypto';
import {
  type Binding,
  type CreateExecutions,
  type Execution,
  type Kernel,
  ProblemError,
  problem,
  type Queue,
  queueShown,
} from '@atelier-ide/contract';
import { movedOrder, type QueueMove } from '@atelier-ide/core/execution/queue-order.ts';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { withdrawn } from '@atelier-ide/core/execution/tracker.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { DocumentWork } from './document-work.ts';
import { createDroppedExecutions } from './dropped-executions.ts';
import { type ExecutionRecord, newRecord, toExecution } from './execution-record.ts';
import { type ExecutionRecords, createExecutionRecords } from './execution-records.ts';
import type { ExecutionService } from './execution-service.ts';
import { contentOf } from './frame.ts';
import { type ExecutionSaver, catchUp, settleAll, settleFailed } from './kept-executions.ts';
import type { Journals } from './journal/journals.ts';
import { KernelQueue } from './kernel-queue.ts';
import type { KernelService, KernelSignal } from './kernel-service.ts';

/** What executions need to know of documents. */
export type BindingSource = {
  /** The binding as it is now. Throws `not-found` for another user's document. */
  bindingOf(userId: string, documentId: string): Binding;
  onDidBind(listener: (documentId: string, binding: Binding) => void): () => void;
};

export type ExecutionServiceOptions = {
  kernels: Pick<KernelService, 'channel' | 'interrupt' | 'ownerOf' | 'onDidSignal'>;
  documents: BindingSource;
  /** Is told of every change of every execution. */
  work: Pick<DocumentWork, 'note'>;
  bus: EventBus;
  /** What an earlier server left, and where to keep it for the next one; absent = nothing outlives this one. */
  kept?: KeptByServer;
};

export type KeptByServer = {
  records: readonly ExecutionRecord[];
  saver: ExecutionSaver;
  journals: Pick<Journals, 'openPast'>;
  /** True where kernels outlive the server. */
  mayReturn: boolean;
};

export const maxRecords = 50_000;
const maxDropped = 20_000;

/** Makes the execution service. It lives on signals of the kernels and on bindings of the documents. */
export function createExecutionService(options: ExecutionServiceOptions): ExecutionService {
  return new Executions(options);
}

class Executions implements ExecutionService {
  readonly #options: ExecutionServiceOptions;
  readonly #records: ExecutionRecords = createExecutionRecords(maxRecords);
  readonly #queues = new Map<string, KernelQueue>();
  readonly #dropped = createDroppedExecutions(maxDropped);
  /** Executions of documents whose kernel is being started, by document. */
  readonly #early = new Map<string, ExecutionRecord[]>();
  /** What an earlier server left open, by kernel, until the kernel is back. */
  readonly #left = new Map<string, ExecutionRecord[]>();
  readonly #unsubscribe: readonly (() => void)[];

  constructor(options: ExecutionServiceOptions) {
    this.#options = options;
    if (options.kept) this.#takeOver(options.kept);
    this.#unsubscribe = [
      options.kernels.onDidSignal((kernel, signal) => this.#handleSignal(kernel, signal)),
      options.documents.onDidBind((documentId, binding) => this.#handleBinding(documentId, binding)),
    ];
  }

  submit(userId: string, documentId: string, request: CreateExecutions): readonly Execution[] {
    const binding = this.#options.documents.bindingOf(userId, documentId);
    const submission = randomUUID();
    const { stopOnError } = request;
    const fresh = new Map<string, ExecutionRecord>();
    const all = request.items.map((item) => {
      const known = this.#records.get(item.id) ?? fresh.get(item.id);
      if (known) return this.#sameOwner(known, userId, documentId);
      const { mayFail = false, ...what } = item;
      const stops = stopOnError && !mayFail;
      const record = newRecord({ ...what, userId, documentId, submission, stopOnError: stops });
      fresh.set(item.id, record);
      return record;
    });
    const dropped = [...fresh.values()].filter(({ id }) => this.#dropped.take(documentId, id));
    for (const { id } of dropped) fresh.delete(id);
    if (fresh.size > 0) this.#checkBinding(binding);
    for (const record of [...dropped, ...fresh.values()]) this.#records.add(record);
    for (const record of dropped) this.#abort(record, causeOfDrop);
    this.#place(documentId, binding, [...fresh.values()]);
    // Those that are new were published with their place a moment ago.
    return all.map((record) => toExecution(record, record.shownPosition));
  }

  async whenKept(): Promise<void> {
    await this.#options.kept?.saver.kept();
  }

  list(documentId: string): readonly Execution[] {
    const records = this.#records.ofDocument(documentId);
    const places = new Map<ExecutionRecord, number>();
    for (const key of new Set(records.map((record) => record.queueKey ?? '')))
      for (const [record, place] of this.#queues.get(key)?.positions() ?? []) places.set(record, place);
    for (const [place, record] of (this.#early.get(documentId) ?? []).entries()) places.set(record, place);
    return records.map((record) => toExecution(record, places.get(record) ?? 0));
  }

  queue(userId: string, documentId: string): Queue {
    const binding = this.#options.documents.bindingOf(userId, documentId);
    const key = isBound(binding) ? keyOf(binding.appId, binding.kernelId) : '';
    const queue = this.#queues.get(key);
    const places = queue?.positions();
    const all = queue?.inOrder() ?? this.#early.get(documentId) ?? [];
    const mine = all.filter((record) => record.userId === userId);
    const items = mine
      .slice(0, queueShown)
      .map((record, index) => toExecution(record, queue ? (places?.get(record) ?? 0) : index));
    return { items, total: mine.length };
  }

  drop(userId: string, documentId: string, executionIds: readonly string[]): readonly Execution[] {
    const known = new Set<ExecutionRecord>();
    for (const id of executionIds) {
      const record = this.#records.get(id);
      if (!record) this.#dropped.add(documentId, id);
      else if (record.userId === userId && record.documentId === documentId) known.add(record);
    }
    for (const key of new Set([...known].map(({ queueKey }) => queueKey ?? '')))
      this.#queues.get(key)?.withdrawAll(causeOfDrop, (record) => known.has(record));
    for (const record of known) if (this.#takeEarly(record)) this.#abort(record, causeOfDrop);
    return [...known].map((record) => toExecution(record, record.shownPosition));
  }

  remove(userId: string, executionId: string): void {
    const record = this.#owned(userId, executionId);
    if (isFinished(record.tracker.state)) return;
    const cause = 'Removed from the queue';
    const queue = record.queueKey === null ? undefined : this.#queues.get(record.queueKey);
    if (queue?.withdraw(record, cause) === true) return;
    if (!queue && this.#takeEarly(record)) this.#abort(record, cause);
    else
      throw new ProblemError(problem('conflict', 'This cell runs already. Interrupt the kernel to stop it.'));
  }

  move(userId: string, executionId: string, move: Omit<QueueMove, 'id'>): Execution {
    const record = this.#owned(userId, executionId);
    const queue = record.queueKey === null ? undefined : this.#queues.get(record.queueKey);
    const result = queue ? queue.move(record, move) : this.#moveEarly(record, move);
    if (result === 'moved') return toExecution(record, record.shownPosition);
    throw new ProblemError(
      result === 'gone'
        ? problem('conflict', 'Only a cell that waits can be moved in the queue.')
        : problem(
            'stale-generation',
            'The queue has changed since it was read. Read it again, then move the cell.',
          ),
    );
  }

  #moveEarly(record: ExecutionRecord, move: Omit<QueueMove, 'id'>): 'moved' | 'gone' | 'changed' {
    const early = this.#early.get(record.documentId ?? '');
    if (!early?.includes(record)) return 'gone';
    const ids = early.map(({ id }) => id);
    const order = movedOrder(ids, false, { ...move, id: record.id });
    if (!order) return 'changed';
    early.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
    for (const [index, other] of early.entries()) this.#publish(other, index);
    return 'moved';
  }

  recorded(documentId: string, executionIds: readonly string[]): void {
    for (const id of executionIds) {
      const record = this.#records.get(id);
      if (!record || record.documentId !== documentId || record.isRecorded) continue;
      record.isRecorded = true;
      this.#publish(record, record.shownPosition);
    }
  }

  unrecorded(documentId: string): readonly Execution[] {
    return this.#records.unrecorded(documentId).map((record) => toExecution(record, record.shownPosition));
  }

  unplaced(executionId: string, why: NonNullable<Execution['unplaced']>): void {
    const record = this.#records.get(executionId);
    if (!record || record.isRecorded || record.unplaced === why) return;
    record.unplaced = why;
    this.#publish(record, record.shownPosition);
  }

  unseen(executionId: string): void {
    const record = this.#records.get(executionId);
    if (!record || record.isUnseen === true) return;
    record.isUnseen = true;
    this.#publish(record, record.shownPosition);
  }

  seen(documentId: string, executionIds: readonly string[]): void {
    for (const id of executionIds) {
      const record = this.#records.get(id);
      if (!record || record.documentId !== documentId || record.isUnseen !== true) continue;
      record.isUnseen = false;
      this.#publish(record, record.shownPosition);
    }
  }

  get(userId: string, executionId: string): Execution {
    const record = this.#owned(userId, executionId);
    return toExecution(record, record.shownPosition);
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const queue of this.#queues.values()) queue.dispose();
    this.#queues.clear();
  }

  executedBefore(kernelId: string): readonly string[] {
    const sent = (this.#options.kept?.records ?? []).filter(({ journal }) => journal !== null);
    return sent.filter((record) => record.kernelId === kernelId).map(({ id }) => id);
  }

  #takeOver({ records, journals, mayReturn }: KeptByServer): void {
    for (const record of records) this.#records.add(record);
    const isLeft = (record: ExecutionRecord): boolean => !isFinished(record.tracker.state);
    for (const kernelId of new Set(records.filter(isLeft).map((record) => record.kernelId))) {
      const ofKernel = records.filter((record) => record.kernelId === kernelId);
      const left = ofKernel.filter(isLeft);
      const journal = kernelId === '' ? undefined : journals.openPast(kernelId, left[0]?.userId ?? '');
      if (journal) catchUp(journal, ofKernel);
      journal?.close();
      settleFailed(ofKernel);
      if (kernelId === '' || !mayReturn) settleAll(left, causeOfEnd);
      else this.#left.set(kernelId, left.filter(isLeft));
      for (const record of left) this.#publish(record, record.shownPosition);
    }
  }

  settleLeft(there: ReadonlySet<string>): void {
    for (const [kernelId, left] of this.#left) {
      if (there.has(kernelId)) continue;
      this.#left.delete(kernelId);
      settleAll(left, causeOfEnd);
      for (const record of left) this.#publish(record, record.shownPosition);
    }
  }

  /** The kernel that an earlier server left is back. */
  #resume(kernel: Kernel): void {
    const left = this.#left.get(kernel.id);
    if (!left) return;
    this.#left.delete(kernel.id);
    const key = keyOf(kernel.appId, kernel.id);
    for (const record of left) record.queueKey = key;
    this.#queue(kernel.appId, kernel.id).restore(left);
  }

  #sameOwner(record: ExecutionRecord, userId: string, documentId: string): ExecutionRecord {
    if (record.userId === userId && record.documentId === documentId) return record;
    throw new ProblemError(problem('conflict', 'An execution with this id belongs to another document.'));
  }

  #owned(userId: string, executionId: string): ExecutionRecord {
    const record = this.#records.get(executionId);
    if (record && record.userId === userId) return record;
    throw new ProblemError(problem('not-found', 'There is no such execution.'));
  }

  #checkBinding(binding: Binding): void {
    if (binding.state === 'starting' || isBound(binding)) return;
    throw new ProblemError(
      problem('conflict', 'The notebook has no kernel. Choose an environment, then run the cell again.'),
    );
  }

  #place(documentId: string, binding: Binding, records: ExecutionRecord[]): void {
    if (records.length === 0) return;
    if (isBound(binding)) {
      this.#enqueue(binding, records);
      return;
    }
    const early = this.#early.get(documentId) ?? [];
    this.#early.set(documentId, early);
    for (const record of records) {
      early.push(record);
      this.#publish(record, early.length - 1);
    }
  }

  #enqueue(binding: BoundBinding, records: readonly ExecutionRecord[]): void {
    const key = keyOf(binding.appId, binding.kernelId);
    for (const record of records) {
      record.kernelId = binding.kernelId;
      record.queueKey = key;
    }
    this.#queue(binding.appId, binding.kernelId).add(records);
  }

  #queue(appId: string, kernelId: string): KernelQueue {
    const key = keyOf(appId, kernelId);
    const existing = this.#queues.get(key);
    if (existing) return existing;
    const queue = new KernelQueue({
      channel: () => this.#options.kernels.channel(appId, kernelId),
      interrupt: () => this.#options.kernels.interrupt(appId, kernelId),
      didChange: (record, position) => this.#publish(record, position),
    });
    this.#queues.set(key, queue);
    return queue;
  }

  #takeEarly(record: ExecutionRecord): boolean {
    const early = this.#early.get(record.documentId ?? '');
    const index = early?.indexOf(record) ?? -1;
    if (!early || index < 0) return false;
    early.splice(index, 1);
    return true;
  }

  #abort(record: ExecutionRecord, cause: string): void {
    record.tracker = withdrawn(record.tracker, cause, new Date().toISOString());
    record.code = '';
    this.#publish(record, 0);
  }

  #handleBinding(documentId: string, binding: Binding): void {
    if (binding.state === 'starting') return;
    const early = this.#early.get(documentId) ?? [];
    this.#early.delete(documentId);
    const hasKernel = isBound(binding);
    const cause = hasKernel ? 'The notebook has another kernel now' : causeOf(binding);
    const keeps = hasKernel ? keyOf(binding.appId, binding.kernelId) : null;
    for (const [key, queue] of this.#queues)
      if (key !== keeps) queue.withdrawAll(cause, (record) => record.documentId === documentId);
    if (hasKernel) this.#enqueue(binding, early);
    else for (const record of early) this.#abort(record, cause);
  }

  #handleSignal(kernel: Kernel, signal: KernelSignal): void {
    this.#resume(kernel);
    const queue = this.#queues.get(keyOf(kernel.appId, kernel.id));
    switch (signal.type) {
      case 'frame':
        this.#handleFrame(kernel, signal);
        return;
      case 'ready':
        queue?.pump();
        return;
      case 'caught-up':
        queue?.handleCaughtUp(signal.seq);
        return;
      case 'restarted':
        queue?.handleEnd(signal.cause);
        return;
      case 'explained':
        this.#explain(kernel, signal);
        return;
      case 'ended':
        queue?.handleEnd(signal.cause);
        queue?.dispose();
        this.#queues.delete(keyOf(kernel.appId, kernel.id));
        return;
      default:
        queue?.handleControl(signal.type);
    }
  }

  /** What ended with the kernel says why it did. */
  #explain(kernel: Kernel, { former, cause, since }: KernelSignal & { type: 'explained' }): void {
    const key = keyOf(kernel.appId, kernel.id);
    for (const record of this.#records.ofDocument(kernel.documentId ?? '')) {
      const { tracker } = record;
      if (record.queueKey !== key || tracker.cause !== former || (tracker.endedAt ?? '') < since) continue;
      record.tracker = { ...tracker, cause };
      this.#publish(record, 0);
    }
  }

  #handleFrame(kernel: Kernel, { entry, head }: KernelSignal & { type: 'frame' }): void {
    if (entry.kind === 'in' && head.type === 'execute_request') {
      if (!this.#records.get(head.id)) this.#adopt(kernel, { entry, head, type: 'frame' });
      return;
    }
    const queue = this.#queues.get(keyOf(kernel.appId, kernel.id));
    if (entry.kind === 'out') queue?.handleFrame(entry, head);
    else if (head.type === 'input_reply') queue?.handleInput(head.parentId);
  }

  /** A browser sent this request to the kernel by itself. */
  #adopt(kernel: Kernel, { entry, head }: KernelSignal & { type: 'frame' }): void {
    const channel = this.#options.kernels.channel(kernel.appId, kernel.id);
    const userId = this.#options.kernels.ownerOf(kernel.appId, kernel.id);
    if (!channel || userId === undefined || contentOf(entry.bytes)['silent'] === true) return;
    const record = newRecord({
      id: head.id,
      userId,
      documentId: kernel.documentId,
      cellId: null,
      sourceHash: null,
      submission: head.id,
      stopOnError: false,
      code: '',
    });
    record.kernelId = kernel.id;
    record.queueKey = keyOf(kernel.appId, kernel.id);
    record.journal = { epoch: channel.epoch, seq: entry.seq };
    this.#records.add(record);
    this.#queue(kernel.appId, kernel.id).adopt(record);
  }

  #publish(record: ExecutionRecord, position: number): void {
    record.shownPosition = position;
    const execution = toExecution(record, position);
    this.#options.bus.publish(record.userId, { type: 'execution', execution });
    this.#options.work.note(execution);
    this.#options.kept?.saver.note(record);
  }
}

const causeOfDrop = 'Interrupted';
const causeOfEnd = 'The server was started again, and the kernel had ended with it';

type BoundBinding = Binding & { appId: string; kernelId: string };

/** True for `switching` too: until the new kernel stands, the former one is the document's. */
function isBound(binding: Binding): binding is BoundBinding {
  const has = binding.state === 'bound' || binding.state === 'switching';
  return has && binding.appId !== undefined && binding.kernelId !== undefined;
}

function causeOf(binding: Binding): string {
  if (binding.failure) return binding.failure.message;
  return binding.state === 'ended' ? 'The kernel ended' : 'The notebook has no kernel now';
}

function keyOf(appId: string, kernelId: string): string {
  return `${appId}/${kernelId}`;
}
