/**
 * The queue of one kernel. At most one request is at the kernel at a time; the others wait here, where they can be
 * removed, reordered and, when the kernel ends, failed with the cause. An execution leaves the kernel's place only
 * when it is over: reply and idle, or an end that was inferred.
 *
 * An interrupt ends what was there when it was asked for, and nothing else: what waits goes at once, and nothing goes
 * to the kernel until the interrupt has been there, because it would hit what it was not meant for.
 */
import { movedOrder, type QueueMove } from '@atelier-ide/core/execution/queue-order.ts';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import {
  type ExecutionTracker,
  type TrackedMessage,
  kernelDied,
  track,
  trailLost,
  withdrawn,
} from '@atelier-ide/core/execution/tracker.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { type FrameHead, requestFrame } from './frame.ts';
import type { JournalEntry } from './journal.ts';
import type { KernelChannel } from './kernel-service.ts';
import { isTelling, trackedMessage } from './tracked-message.ts';

export type QueueHost = {
  channel(): KernelChannel | undefined;
  /** Interrupts the kernel once more; resolves when it has been there, or will not be. */
  interrupt(): Promise<void>;
  /** Something of the record that people see has changed. */
  didChange(record: ExecutionRecord, position: number): void;
};

/** Only one of reply and idle is here: after this long the kernel is asked. */
const halfMissingMs = 10_000;
/** An interrupt that hits the kernel's own code leaves `idle` without a reply: then the kernel is asked after this long. */
const brokenOffMs = 250;
/** An interrupt that was obeyed ends its cell in less than this. */
const obeysMs = 50;
const positionsMs = 250;
const positionsShown = 50;

const maxDoubtful = 64;
const inferred = new Set<string>(['unknown', 'kernel-died']);

/** Messages that only show that a question was answered. */
const outputs = new Set(['stream', 'display_data', 'error']);

export class KernelQueue {
  readonly #host: QueueHost;
  readonly #waiting: ExecutionRecord[] = [];
  /** The one of ours that is at the kernel. */
  #current: ExecutionRecord | undefined;
  /** Requests that browsers sent to the kernel by themselves. */
  readonly #foreign = new Map<string, ExecutionRecord>();
  /** Ended by inference: what the kernel still says of them counts. */
  readonly #doubtful = new Map<string, ExecutionRecord>();
  /**
   * What was at the kernel when it was interrupted. With what is `early` the kernel had not begun: one that is idle
   * takes no notice of an interrupt.
   */
  readonly #interrupted = new Map<ExecutionRecord, 'early' | 'begun'>();
  /** Interrupts that are on their way to the kernel. */
  #interrupts = 0;
  #isDisposed = false;
  #halfTimer: NodeJS.Timeout | undefined;
  #positionsTimer: NodeJS.Timeout | undefined;

  constructor(host: QueueHost) {
    this.#host = host;
  }

  get isEmpty(): boolean {
    return !this.#current && this.#waiting.length === 0 && this.#foreign.size === 0;
  }

  /** Place of each record that waits; what is at the kernel has 0. */
  positions(): ReadonlyMap<ExecutionRecord, number> {
    return new Map(this.#waiting.map((record, index) => [record, index + this.#offset()]));
  }

  /** What is at the kernel, then what waits, in order. */
  inOrder(): readonly ExecutionRecord[] {
    return [...this.#allSent(), ...this.#waiting];
  }

  add(records: readonly ExecutionRecord[]): void {
    const before = this.#waiting.length + this.#offset();
    for (const record of records) this.#waiting.push(record);
    // The kernel gets its request before anybody is told.
    this.pump();
    for (const [index, record] of records.entries()) this.#publish(record, before + index);
  }

  /** Takes over what an earlier server left: what it had sent is at the kernel, the others wait in the order that was shown. */
  restore(records: readonly ExecutionRecord[]): void {
    for (const record of records) {
      if (!record.journal) this.#waiting.push(record);
      else if (record.code === '' && record.cellId === null) this.#foreign.set(record.id, record);
      else this.#current = record;
    }
    this.#waiting.sort((a, b) => a.shownPosition - b.shownPosition);
    for (const record of records) this.#publish(record, this.positions().get(record) ?? 0);
    this.pump();
  }

  /** Lists a request that is on its way to the kernel already. */
  adopt(record: ExecutionRecord): void {
    this.#foreign.set(record.id, record);
    this.#publish(record, 0);
  }

  /** Takes a waiting record out; false when it does not wait here. */
  withdraw(record: ExecutionRecord, cause: string): boolean {
    const index = this.#waiting.indexOf(record);
    if (index < 0) return false;
    this.#waiting.splice(index, 1);
    this.#set(record, withdrawn(record.tracker, cause, now()));
    this.#positionsChanged();
    return true;
  }

  /** Takes out all that wait and fit. */
  withdrawAll(cause: string, fits: (record: ExecutionRecord) => boolean = () => true): void {
    const gone = this.#waiting.filter(fits);
    if (gone.length === 0) return;
    const kept = this.#waiting.filter((record) => !fits(record));
    this.#waiting.splice(0, this.#waiting.length, ...kept);
    for (const record of gone) this.#set(record, withdrawn(record.tracker, cause, now()));
    this.#positionsChanged();
  }

  /** Puts a waiting record at another place. `gone`: it does not wait here; `changed`: the queue is not as it was seen. */
  move(record: ExecutionRecord, move: Omit<QueueMove, 'id'>): 'moved' | 'gone' | 'changed' {
    if (!this.#waiting.includes(record)) return 'gone';
    const ids = this.#waiting.map(({ id }) => id);
    const order = movedOrder(ids, this.#offset() > 0, { ...move, id: record.id });
    if (!order) return 'changed';
    const byId = new Map(this.#waiting.map((one) => [one.id, one]));
    this.#waiting.splice(0, this.#waiting.length, ...order.flatMap((id) => byId.get(id) ?? []));
    this.#publish(record, this.#waiting.indexOf(record) + this.#offset());
    this.#positionsChanged();
    return 'moved';
  }

  /** Sends the next one when the kernel is free and can be reached. */
  pump(): void {
    const channel = this.#host.channel();
    const next = this.#waiting[0];
    if (this.#current || this.#interrupts > 0 || !next || channel?.isReady !== true) return;
    this.#waiting.shift();
    this.#current = next;
    const seq = channel.send(executeFrame(next, channel.session));
    if (seq === null) {
      this.#current = undefined;
      this.#waiting.unshift(next);
      return;
    }
    next.code = '';
    next.journal = { epoch: channel.epoch, seq };
    this.#positionsChanged();
  }

  /** A frame from the kernel. */
  handleFrame(entry: JournalEntry, head: FrameHead): void {
    const record = this.#sent(head.parentId);
    if (!record) return;
    if (!isTelling(head) && !(record.tracker.input && outputs.has(head.type))) return;
    const message = trackedMessage(head, entry.bytes);
    const isInterrupt = head.type === 'execute_reply' && message.content['ename'] === 'KeyboardInterrupt';
    // By a signal that nobody told of. Where it was told, what waits was submitted since.
    if (isInterrupt && !this.#interrupted.has(record)) this.withdrawAll('Interrupted');
    this.#set(record, track(record.tracker, message));
    if (head.type === 'execute_input') this.#interruptAgain(record);
  }

  /** Somebody is at the kernel, or has been (`interrupted`, whether or not it was reached). */
  handleControl(what: 'interrupting' | 'interrupted' | 'restarting'): void {
    if (what === 'restarting') this.withdrawAll('The kernel was restarted');
    else if (what === 'interrupting') this.#interrupt();
    else this.#didInterrupt();
  }

  /** What waits never runs, and what has not begun is interrupted when it has. */
  #interrupt(): void {
    this.#interrupts += 1;
    this.withdrawAll('Interrupted');
    for (const record of this.#allSent())
      this.#interrupted.set(record, record.tracker.executionCount === null ? 'early' : 'begun');
  }

  #didInterrupt(): void {
    if (this.#isDisposed) return;
    this.#interrupts = Math.max(0, this.#interrupts - 1);
    for (const record of this.#allSent()) this.#interruptAgain(record);
    this.pump();
  }

  /** What the interrupt came too early for has begun now, and did not see it. */
  #interruptAgain(record: ExecutionRecord): void {
    const isDue = () => this.#interrupted.get(record) === 'early' && this.#interrupts === 0;
    if (!isDue() || record.tracker.executionCount === null) return;
    setTimeout(() => {
      if (!isDue()) return;
      this.#interrupted.set(record, 'begun');
      this.#interrupts += 1;
      void this.#host.interrupt().then(() => this.#didInterrupt());
    }, obeysMs).unref();
  }

  /** Somebody answered the question that stands since `parentId` (the question's id, or the execution's). */
  handleInput(parentId: string): void {
    for (const record of this.#allSent()) {
      const { input, ...rest } = record.tracker;
      if (input && (parentId === '' || parentId === input.msgId || parentId === record.id))
        this.#set(record, rest);
    }
  }

  /** The kernel has come past everything before `seq`. */
  handleCaughtUp(seq: number): void {
    for (const record of this.#allSent()) {
      if (!record.journal || record.journal.seq >= seq) continue;
      const { tracker } = record;
      if (tracker.reply === undefined && tracker.isIdle && this.#interrupted.has(record))
        this.#set(record, track(tracker, abortedReplyTo(record.id)));
      else if (tracker.reply === undefined)
        this.#set(
          record,
          trailLost(tracker, 'The kernel has gone on; how this cell ended was not seen', now()),
        );
      else if (!this.#halfTimer) this.#set(record, track(tracker, idleFor(record.id)));
    }
  }

  /** The kernel's process ended: what was there died, what waits never runs. */
  handleEnd(cause: string): void {
    // First those that wait: the end of the running one must not be taken for a failed cell.
    this.withdrawAll(cause);
    for (const record of this.#allSent()) this.#set(record, kernelDied(record.tracker, cause, now()));
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#interrupted.clear();
    clearTimeout(this.#halfTimer);
    clearTimeout(this.#positionsTimer);
  }

  #offset(): number {
    return this.#current ? 1 : 0;
  }

  #sent(id: string): ExecutionRecord | undefined {
    return this.#current?.id === id ? this.#current : (this.#foreign.get(id) ?? this.#doubtful.get(id));
  }

  #allSent(): ExecutionRecord[] {
    return [...(this.#current ? [this.#current] : []), ...this.#foreign.values()];
  }

  #set(record: ExecutionRecord, tracker: ExecutionTracker): void {
    const before = record.tracker;
    if (before === tracker) return;
    record.tracker = tracker;
    if (!isSame(before, tracker))
      this.#publish(record, this.#waiting.includes(record) ? record.shownPosition : 0);
    if (isFinished(tracker.state)) {
      if (!isFinished(before.state)) this.#finish(record);
    } else if (tracker.reply !== undefined || tracker.isIdle) this.#watchOtherHalf(record);
  }

  #finish(record: ExecutionRecord): void {
    record.code = '';
    const wasCurrent = record === this.#current;
    if (wasCurrent) this.#current = undefined;
    this.#foreign.delete(record.id);
    this.#interrupted.delete(record);
    if (inferred.has(record.tracker.state)) this.#doubt(record);
    if (!this.#allSent().some(({ tracker }) => tracker.reply !== undefined || tracker.isIdle)) {
      clearTimeout(this.#halfTimer);
      this.#halfTimer = undefined;
    }
    if (!wasCurrent) return;
    const { state } = record.tracker;
    if (record.stopOnError && state !== 'done')
      this.withdrawAll('An earlier cell failed', (other) => other.submission === record.submission);
    this.#positionsChanged();
    this.pump();
  }

  #doubt(record: ExecutionRecord): void {
    this.#doubtful.set(record.id, record);
    const oldest = this.#doubtful.keys().next();
    if (this.#doubtful.size > maxDoubtful && oldest.done !== true) this.#doubtful.delete(oldest.value);
  }

  /** One of reply and idle is here. The other follows at once, or was lost. */
  #watchOtherHalf(record: ExecutionRecord): void {
    const isBrokenOff = this.#interrupted.has(record);
    if (isBrokenOff) {
      clearTimeout(this.#halfTimer);
      this.#halfTimer = undefined;
    }
    const ask = () => {
      this.#halfTimer = undefined;
      this.#host.channel()?.reconcile();
    };
    this.#halfTimer ??= setTimeout(ask, isBrokenOff ? brokenOffMs : halfMissingMs).unref();
  }

  /** Places of those further behind are told after a moment, and only the first ones: they shift with every end. */
  #positionsChanged(): void {
    if (this.#waiting.length === 0) return;
    this.#positionsTimer ??= setTimeout(() => {
      this.#positionsTimer = undefined;
      for (const [index, record] of this.#waiting.slice(0, positionsShown).entries())
        if (record.shownPosition !== index + this.#offset()) this.#publish(record, index + this.#offset());
    }, positionsMs).unref();
  }

  #publish(record: ExecutionRecord, position: number): void {
    record.shownPosition = position;
    this.#host.didChange(record, position);
  }
}

const now = (): string => new Date().toISOString();

/** Whether two trackers look the same to people: the number of a cell is shown, and told, when it has run. */
function isSame(a: ExecutionTracker, b: ExecutionTracker): boolean {
  return a.state === b.state && a.input === b.input;
}

function idleFor(id: string): TrackedMessage {
  return {
    channel: 'iopub',
    header: { msg_id: '', msg_type: 'status', date: now() },
    parent_header: { msg_id: id },
    content: { execution_state: 'idle' },
  };
}

function abortedReplyTo(id: string): TrackedMessage {
  return {
    channel: 'shell',
    header: { msg_id: '', msg_type: 'execute_reply', date: now() },
    parent_header: { msg_id: id },
    content: { status: 'aborted' },
  };
}

/** Stopping after an error is the queue's work; the kernel must not abort what other clients sent it. */
function executeFrame(record: ExecutionRecord, session: string): Uint8Array {
  return requestFrame({
    channel: 'shell',
    type: 'execute_request',
    id: record.id,
    session,
    content: {
      code: record.code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: false,
    },
    metadata: { cellId: record.cellId, atelier: { documentId: record.documentId } },
  });
}
