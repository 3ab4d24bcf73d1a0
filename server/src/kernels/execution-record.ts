import type { Execution } from '@atelier-ide/contract';
import { type ExecutionTracker, newTracker } from '@atelier-ide/core/execution/tracker.ts';

/** An execution as the server holds it. */
export type ExecutionRecord = {
  readonly id: string;
  readonly userId: string;
  readonly documentId: string | null;
  readonly cellId: string | null;
  readonly sourceHash: string | null;
  /** Executions of one submission; one that fails aborts those behind it. */
  readonly submission: string;
  readonly stopOnError: boolean;
  readonly queuedAt: string;
  /** The source, until it was sent. */
  code: string;
  kernelId: string;
  /** Queue it waits in or runs from; null while its document's kernel is being started. */
  queueKey: string | null;
  tracker: ExecutionTracker;
  journal: { epoch: string; seq: number } | null;
  isRecorded: boolean;
  /** Why its outputs could not be put into the file. */
  unplaced?: NonNullable<Execution['unplaced']>;
  /** It ended while no page held its document, and nobody was told yet. */
  isUnseen?: boolean;
  /** The position that was published last. */
  shownPosition: number;
};

/** What is known of an execution when it comes. */
export type NewExecution = Pick<
  ExecutionRecord,
  'id' | 'userId' | 'documentId' | 'cellId' | 'sourceHash' | 'submission' | 'stopOnError' | 'code'
>;

export function newRecord(from: NewExecution): ExecutionRecord {
  const queuedAt = new Date().toISOString();
  return {
    ...from,
    queuedAt,
    kernelId: '',
    queueKey: null,
    tracker: newTracker(from.id),
    journal: null,
    isRecorded: false,
    shownPosition: 0,
  };
}

/** Kernels date their messages in ways that the contract does not have (offsets, microseconds). */
function instant(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? new Date().toISOString() : new Date(time).toISOString();
}

/** The resource of a record at this place of its queue. */
export function toExecution(record: ExecutionRecord, position: number): Execution {
  const { tracker } = record;
  return {
    id: record.id,
    documentId: record.documentId,
    cellId: record.cellId,
    sourceHash: record.sourceHash,
    kernelId: record.kernelId,
    state: tracker.state,
    position,
    executionCount: tracker.executionCount,
    queuedAt: record.queuedAt,
    ...(tracker.startedAt === undefined ? {} : { startedAt: instant(tracker.startedAt) }),
    ...(tracker.endedAt === undefined ? {} : { endedAt: instant(tracker.endedAt) }),
    ...(tracker.cause === undefined ? {} : { cause: tracker.cause }),
    ...(tracker.input ? { waitingForInput: pick(tracker.input) } : {}),
    ...(record.journal ? { journal: record.journal } : {}),
    recorded: record.isRecorded,
    ...(record.unplaced && !record.isRecorded ? { unplaced: record.unplaced } : {}),
    ...(record.isUnseen === true ? { unseen: true as const } : {}),
  };
}

function pick(input: { prompt: string; password: boolean }): { prompt: string; password: boolean } {
  return { prompt: input.prompt, password: input.password };
}
