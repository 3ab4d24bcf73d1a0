/**
 * Executions over a restart of the server. What the store has may be older than what happened: requests that were sent
 * and what came of them stand in the kernel's journal, which is read from the last place that the store knows.
 */
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { type ExecutionTracker, kernelDied, track, withdrawn } from '@atelier-ide/core/execution/tracker.ts';
import { FrameError } from '@atelier-ide/core/wire/frame.ts';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { KeptExecution, Store } from '../store/store.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { type FrameHead, headOf } from './frame.ts';
import type { JournalEntry, JournalReader } from './journal.ts';
import { isTelling, trackedMessage } from './tracked-message.ts';

const states = ['queued', 'running', 'done', 'error', 'aborted', 'kernel-died', 'unknown'] as const;
const trackerSchema = z.object({
  msgId: z.string(),
  state: z.enum(states),
  executionCount: z.number().nullable(),
  reply: z.enum(['ok', 'error', 'aborted']).exactOptional(),
  isIdle: z.boolean(),
  input: z.object({ msgId: z.string(), prompt: z.string(), password: z.boolean() }).exactOptional(),
  startedAt: z.string().exactOptional(),
  endedAt: z.string().exactOptional(),
  cause: z.string().exactOptional(),
});
const recordSchema = z.object({
  id: z.string(),
  userId: z.string(),
  documentId: z.string().nullable(),
  cellId: z.string().nullable(),
  sourceHash: z.string().nullable(),
  submission: z.string(),
  stopOnError: z.boolean(),
  queuedAt: z.string(),
  code: z.string(),
  kernelId: z.string(),
  tracker: trackerSchema,
  journal: z.object({ epoch: z.string(), seq: z.number().int() }).nullable(),
  isRecorded: z.boolean(),
  unplaced: z.enum(['no-cell', 'source-changed']).exactOptional(),
  isUnseen: z.boolean().exactOptional(),
  shownPosition: z.number().int().nonnegative(),
});

function bodyOf({ queueKey: _key, ...kept }: ExecutionRecord): string {
  return JSON.stringify(kept);
}

/** The records of an earlier server; one that cannot be read is left out. */
export function parseExecutions(kept: readonly KeptExecution[], log: Pick<Log, 'warn'>): ExecutionRecord[] {
  return kept.flatMap(({ id, body }) => {
    try {
      return [{ ...recordSchema.parse(JSON.parse(body)), queueKey: null }];
    } catch (error) {
      log.warn('an execution of an earlier server was not understood', { id, error });
      return [];
    }
  });
}

const saveMs = 200;
/** Longer than a short cell takes, which then is written once, when it is over. */
const keepMs = 40;

/** Writes changed records: at once when asked, else a little later, together. */
export class ExecutionSaver {
  readonly #store: Store['executions'];
  readonly #log: Pick<Log, 'warn'>;
  readonly #changed = new Set<ExecutionRecord>();
  #timer: NodeJS.Timeout | undefined;
  #keeping: Promise<void> | undefined;
  #writing = Promise.resolve();

  constructor(store: Store['executions'], log: Pick<Log, 'warn'>) {
    this.#store = store;
    this.#log = log;
  }

  note(record: ExecutionRecord): void {
    this.#changed.add(record);
    this.#timer ??= setTimeout(() => void this.flush(), saveMs).unref();
  }

  /**
   * Resolves when all that was noted is written, a moment later: the store writes on this thread, and what the kernel
   * answers at once goes first.
   */
  kept(): Promise<void> {
    this.#keeping ??= new Promise<void>((resolve) => {
      setTimeout(() => {
        this.#keeping = undefined;
        void this.flush().then(resolve);
      }, keepMs);
    });
    return this.#keeping;
  }

  /** Resolves when all that was noted is written. What cannot be written is told in the log, and lives on in memory. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#changed.size === 0) return this.#writing;
    const records = [...this.#changed].map((record) => ({ id: record.id, body: bodyOf(record) }));
    this.#changed.clear();
    this.#writing = this.#write(records, this.#writing);
    return this.#writing;
  }

  /** One after the other: an older state never replaces a newer one. */
  async #write(records: readonly KeptExecution[], before: Promise<void>): Promise<void> {
    await before;
    try {
      await this.#store.put(records);
    } catch (error) {
      this.#log.warn('executions were not kept', { count: records.length, error });
    }
  }
}

const portionBytes = 1024 * 1024;

/** Brings records of one kernel up to what its journal knows of them. */
export function catchUp(journal: JournalReader, records: readonly ExecutionRecord[]): void {
  const open = new Map(records.filter(isOpen).map((record) => [record.id, record]));
  let place = placeToBegin(records.filter((record) => record.journal !== null));
  for (;;) {
    const entries = journal.read(Math.max(place, journal.tail), portionBytes);
    const last = entries.at(-1);
    if (!last) break;
    place = last.seq;
    for (const entry of entries) readOf(entry, open, journal.epoch);
  }
  // Numbers that are kept mean the same in every epoch of a journal.
  for (const record of open.values())
    if (record.journal && record.journal.seq <= journal.head)
      record.journal = { epoch: journal.epoch, seq: record.journal.seq };
}

function readOf(
  { seq, kind, bytes }: JournalEntry,
  open: ReadonlyMap<string, ExecutionRecord>,
  epoch: string,
): void {
  if (kind === 'gap') return;
  try {
    const head = headOf(bytes);
    const record = open.get(kind === 'in' ? head.id : head.parentId);
    if (record && kind === 'in') noteSent(record, head, { epoch, seq });
    else if (record && isTelling(head)) record.tracker = track(record.tracker, trackedMessage(head, bytes));
  } catch (error) {
    // The hub passed it on without understanding it; it must not keep the server from starting.
    if (!(error instanceof FrameError)) throw error;
  }
}

const isOpen = ({ tracker }: ExecutionRecord): boolean => !isFinished(tracker.state);

/** Requests go out one after the other: what follows the last one that is over was sent after it. */
function placeToBegin(sent: readonly ExecutionRecord[]): number {
  const running = sent.filter(isOpen).map(({ journal }) => (journal?.seq ?? 1) - 1);
  if (running.length > 0) return Math.min(...running);
  return Math.max(0, ...sent.map(({ journal }) => journal?.seq ?? 0));
}

function noteSent(record: ExecutionRecord, head: FrameHead, journal: { epoch: string; seq: number }): void {
  if (head.type !== 'execute_request') return;
  record.journal = journal;
  record.code = '';
}

/** The kernel did not outlive the server: what was there died, what waited never runs. */
export function settleAll(records: readonly ExecutionRecord[], cause: string): void {
  const now = new Date().toISOString();
  const end = (tracker: ExecutionTracker, wasSent: boolean): ExecutionTracker =>
    wasSent ? kernelDied(tracker, cause, now) : withdrawn(tracker, cause, now);
  for (const record of records.filter(isOpen)) {
    record.tracker = end(record.tracker, record.journal !== null);
    record.code = '';
  }
}

/** What waited behind a cell that failed unseen does not run. */
export function settleFailed(records: readonly ExecutionRecord[]): void {
  const now = new Date().toISOString();
  const failed = new Set(
    records
      .filter((record) => record.stopOnError && !isOpen(record) && record.tracker.state !== 'done')
      .map(({ submission }) => submission),
  );
  for (const record of records) {
    if (!isOpen(record) || record.journal || !failed.has(record.submission)) continue;
    record.tracker = withdrawn(record.tracker, 'An earlier cell failed', now);
    record.code = '';
  }
}
