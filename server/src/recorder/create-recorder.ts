/**
 * Writes the outputs of notebooks that no page has open into their files: at the end of each cell, and now and then while
 * one runs. It takes the place of a page, with the means of a page: the files are read and written by the user's own
 * app, on condition that they are as they were read, and what is in them is marked as recorded. A page that comes
 * finds all of it either in the file or, not marked, in the journal.
 */
import type { Execution } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { DocumentAsWriter, DocumentService } from '../documents/document-service.ts';
import type { ExecutionRecord } from '../kernels/execution-record.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import type { Journals } from '../kernels/journal/journals.ts';
import type { Log } from '../log.ts';
import { DocumentResults, type OpenResult, isOfCell } from './document-results.ts';
import type { ExecutionResults } from './execution-results.ts';
import { steadyNow } from '../steady-now.ts';
import type { NotebookFiles } from './notebook-files.ts';
import type { Placing } from './record-cells.ts';
import { recordBytes } from './record-bytes.ts';

export type RecorderOptions = {
  documents: Pick<DocumentService, 'forServer' | 'write' | 'onDidFree'>;
  executions: Pick<ExecutionService, 'unrecorded' | 'recorded' | 'unplaced'>;
  journals: Pick<Journals, 'openReader'>;
  files: NotebookFiles;
  /** Is asked to keep what has no place in its file. */
  results: Pick<ExecutionResults, 'keep'>;
  log: Pick<Log, 'warn'>;
  /** False where pages cannot say that they are there: then nothing is written. */
  isOffered: boolean;
  /** For tests. */
  timing?: Partial<RecorderTiming>;
};

export type RecorderTiming = {
  /** Cells that end one after the other are written together. */
  soonMs: number;
  /** How often the outputs of a cell that goes on are written. */
  everyMs: number;
  /** After a failure, and twice as long after each further one. */
  retryMs: number;
};

export type Recorder = {
  /** An execution is new or has changed. */
  note(execution: Execution): void;
  /** What an earlier server has left. */
  resume(records: readonly Pick<ExecutionRecord, 'documentId' | 'isRecorded' | 'journal'>[]): void;
  /** Nothing is begun any more; resolves when nothing goes on. */
  close(): Promise<void>;
};

const standard: RecorderTiming = { soonMs: 300, everyMs: 10_000, retryMs: 5000 };
const mostRetryMs = 60_000;
/** Somebody else keeps writing the file. */
const tries = 5;
const restFactor = 4;

type Entry = {
  readonly documentId: string;
  results: DocumentResults | null;
  timer: NodeJS.Timeout | null;
  dueAt: number;
  running: Promise<void> | null;
  failures: number;
  /** A file that takes long to write is written more seldom. */
  restUntil: number;
  /** Where no file was at the last look: it may be on its way, as files are moved before their documents are. */
  missingAt: string | null;
};

/** What became of the results. */
type Outcome = ReadonlyMap<string, Placing>;

export function createRecorder(options: RecorderOptions): Recorder {
  return new DocumentRecorder(options);
}

class DocumentRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #timing: RecorderTiming;
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new AbortController();
  readonly #stop: () => void;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#timing = { ...standard, ...options.timing };
    this.#stop = options.documents.onDidFree((documentId) => {
      const entry = this.#entries.get(documentId);
      // The page that had it may have written, or cleared, anything.
      if (entry) entry.results = null;
      if (options.executions.unrecorded(documentId).some(isOfCell))
        this.#plan(documentId, this.#timing.soonMs);
    });
  }

  note(execution: Execution): void {
    const { documentId, state, recorded, unplaced } = execution;
    if (documentId === null || recorded || unplaced !== undefined || !isOfCell(execution)) return;
    if (isFinished(state)) this.#plan(documentId, this.#timing.soonMs);
    else if (state === 'running') this.#plan(documentId, this.#timing.everyMs);
  }

  resume(records: Parameters<Recorder['resume']>[0]): void {
    for (const { documentId, isRecorded, journal } of records)
      if (documentId !== null && !isRecorded && journal) this.#plan(documentId, this.#timing.soonMs);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stop();
    for (const { timer } of this.#entries.values()) clearTimeout(timer ?? undefined);
    for (const { running } of this.#entries.values()) await running;
  }

  /** Looks at the document at this time, or before. */
  #plan(documentId: string, inMs: number): void {
    if (this.#closing.signal.aborted || !this.#options.isOffered) return;
    const entry = this.#entries.get(documentId) ?? newEntry(documentId);
    this.#entries.set(documentId, entry);
    const dueAt = Math.max(steadyNow() + inMs, entry.restUntil);
    if (entry.timer && entry.dueAt <= dueAt) return;
    clearTimeout(entry.timer ?? undefined);
    entry.dueAt = dueAt;
    entry.timer = setTimeout(() => {
      entry.timer = null;
      const before = entry.running ?? Promise.resolve();
      const running = before.then(() => this.#look(entry));
      entry.running = running;
      void running.then(() => {
        if (entry.running === running) entry.running = null;
      });
    }, dueAt - steadyNow()).unref();
  }

  async #look(entry: Entry): Promise<void> {
    const { documentId } = entry;
    if (this.#closing.signal.aborted) return;
    try {
      const next = await this.#record(entry);
      entry.failures = 0;
      if (next !== null) this.#plan(documentId, next);
      else if (!entry.timer) this.#entries.delete(documentId);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      const delay = Math.min(this.#timing.retryMs * 2 ** entry.failures, mostRetryMs);
      if (entry.failures === 0)
        this.#options.log.warn('outputs are not in their file yet', { documentId, error });
      entry.failures += 1;
      this.#plan(documentId, delay);
    }
  }

  /** Answers when to look again; null = not before something happens. */
  async #record(entry: Entry): Promise<number | null> {
    const { documentId } = entry;
    const { documents, executions, journals } = this.#options;
    const open = executions.unrecorded(documentId);
    if (!open.some(isOfCell) && !entry.results) return null;
    const document = await documents.forServer(documentId);
    if (!document?.isNotebook) return null;
    const waitMs = document.freeAt - steadyNow();
    if (waitMs > 0) {
      entry.results = null;
      return waitMs;
    }
    const results = (entry.results ??= new DocumentResults(journals, document.user.id));
    await results.read(open, this.#closing.signal);
    const isOn = open.some(({ state }) => state === 'running');
    const pending = results.pending();
    if (pending.length > 0) {
      const began = steadyNow();
      const outcome = await documents.write(documentId, (as) => this.#write(entry, as, pending));
      // A page has it now.
      if (!outcome) return this.#timing.soonMs;
      this.#settle(documentId, results, { pending, outcome });
      entry.restUntil = steadyNow() + (steadyNow() - began) * restFactor;
    }
    // Cells that were never sent have no outputs that anybody could miss.
    const unsent = open.filter((one) => isOfCell(one) && isFinished(one.state) && !one.journal);
    executions.recorded(
      documentId,
      unsent.map(({ id }) => id),
    );
    return isOn || results.isLive ? this.#timing.everyMs : null;
  }

  async #write(
    entry: Entry,
    as: DocumentAsWriter,
    pending: readonly OpenResult[],
  ): Promise<Outcome | undefined> {
    const signal = AbortSignal.any([as.signal, this.#closing.signal]);
    try {
      for (let left = tries; left > 0; left -= 1) {
        const outcome = await this.#writeOnce(entry, { as, pending, signal });
        if (outcome !== 'changed') return outcome;
      }
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
    throw new Error('The file changes all the time');
  }

  async #writeOnce(
    entry: Entry,
    { as, pending, signal }: { as: DocumentAsWriter; pending: readonly OpenResult[]; signal: AbortSignal },
  ): Promise<Outcome | 'changed' | undefined> {
    const { files, log } = this.#options;
    const { user, path } = as;
    const nowhere: Outcome = new Map(pending.map(({ execution: { id } }) => [id, 'no-cell']));
    const file = await files.read(user, path, signal);
    const isGone = !file && entry.missingAt === path;
    entry.missingAt = file || isGone ? null : path;
    if (isGone) return nowhere;
    if (!file) throw new Error('There is no file where the document is');
    const results = pending.map(({ result }) => result);
    const recorded = await recordBytes({ bytes: file.bytes, results });
    if ('problem' in recorded) {
      log.warn('outputs have no place in their file', { path, problem: recorded.problem });
      return nowhere;
    }
    if (!recorded.bytes) return recorded.placings;
    if (signal.aborted) return undefined;
    await as.willWrite();
    const hash = await files.write(user, path, { bytes: recorded.bytes, hash: file.hash });
    if (hash === undefined) return 'changed';
    as.didWrite(hash);
    return recorded.placings;
  }

  #settle(
    documentId: string,
    results: DocumentResults,
    { pending, outcome }: { pending: readonly OpenResult[]; outcome: Outcome },
  ): void {
    const { executions } = this.#options;
    const recorded = new Set<string>();
    for (const one of pending) {
      const { id, state } = one.execution;
      const placing = outcome.get(id);
      const isPlaced = placing === 'placed' || placing === 'superseded';
      results.didBring(one, isPlaced);
      if (isPlaced) {
        for (const other of results.supersededBy(one)) recorded.add(other);
      } else if (placing !== undefined && isFinished(state)) {
        // A cell that is gone and has shown nothing leaves nothing behind.
        if (placing === 'no-cell' && one.result.outputs.length === 0) recorded.add(id);
        else {
          executions.unplaced(id, placing);
          this.#options.results.keep(results.userId, id);
        }
      }
    }
    executions.recorded(documentId, [...recorded]);
  }
}

function newEntry(documentId: string): Entry {
  return {
    documentId,
    results: null,
    timer: null,
    dueAt: 0,
    running: null,
    failures: 0,
    restUntil: 0,
    missingAt: null,
  };
}
