/**
 * The source and the outputs of one execution, folded from the journal of its kernel: for those whose outputs have no
 * place in their file. Journals of kernels that are gone leave after a time, so what has no place is also kept as a file
 * of its own, until somebody has chosen.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Execution, ProblemError, problem } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import { newNotebook } from '@atelier-ide/core/notebook/read.ts';
import { writeNotebook } from '@atelier-ide/core/notebook/write.ts';
import type { ExecutionRecord } from '../kernels/execution-record.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import type { Journals } from '../kernels/journal/journals.ts';
import type { Log } from '../log.ts';
import { JournalFold } from './journal-fold.ts';

export type ExecutionResultsOptions = {
  executions: Pick<ExecutionService, 'get'>;
  journals: Pick<Journals, 'openReader'>;
  folder: string;
  /** What an earlier server knew; files of others are of no use. */
  records: readonly Pick<ExecutionRecord, 'id' | 'isRecorded'>[];
  log: Pick<Log, 'warn'>;
};

export type ExecutionResults = {
  /** The text of a notebook with this one cell. Throws `not-found` where nothing of it is kept. */
  read(userId: string, executionId: string): Promise<string>;
  /** Its outputs have no place in their file. */
  keep(userId: string, executionId: string): void;
  /** An execution has changed: what is recorded need not be kept. */
  note(execution: Execution): void;
  /** Resolves when nothing is written any more. */
  close(): Promise<void>;
};

/** A journal of 512 MiB takes seconds. */
const limitMs = 60_000;
const suffix = '.ipynb';

export function createExecutionResults(options: ExecutionResultsOptions): ExecutionResults {
  return new KeptResults(options);
}

class KeptResults implements ExecutionResults {
  readonly #options: ExecutionResultsOptions;
  /** There is a file of these. */
  readonly #kept: Set<string>;
  /** There is a file of these, or will be. */
  readonly #wanted: Set<string>;
  /** One after the other: what is done with is not written again. */
  #working: Promise<void> = Promise.resolve();

  constructor(options: ExecutionResultsOptions) {
    const { folder, records } = options;
    this.#options = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const open = new Set(records.filter(({ isRecorded }) => !isRecorded).map(({ id }) => id + suffix));
    const names = readdirSync(folder);
    for (const name of names) if (!open.has(name)) rmSync(join(folder, name), { force: true });
    this.#kept = new Set(names.filter((name) => open.has(name)).map((name) => name.slice(0, -suffix.length)));
    this.#wanted = new Set(this.#kept);
  }

  async read(userId: string, executionId: string): Promise<string> {
    const execution = this.#options.executions.get(userId, executionId);
    if (!isFinished(execution.state))
      throw new ProblemError(problem('conflict', 'This cell has not ended yet.'));
    const text = await this.#fromJournal(execution, userId);
    if (text !== undefined) return text;
    if (this.#kept.has(executionId)) return readFile(this.#fileOf(executionId), 'utf8');
    throw new ProblemError(
      problem('not-found', 'The outputs are no longer kept: the journal of their kernel is gone.'),
    );
  }

  keep(userId: string, executionId: string): void {
    this.#wanted.add(executionId);
    this.#do(executionId, async () => {
      const execution = this.#options.executions.get(userId, executionId);
      const text = execution.recorded ? undefined : await this.#fromJournal(execution, userId);
      if (text === undefined) return;
      const file = this.#fileOf(executionId);
      await writeFile(`${file}~`, text, { mode: 0o600 });
      await rename(`${file}~`, file);
      this.#kept.add(executionId);
    });
  }

  note({ id, recorded }: Execution): void {
    if (!recorded || !this.#wanted.delete(id)) return;
    this.#do(id, async () => {
      if (this.#kept.delete(id)) await rm(this.#fileOf(id), { force: true });
    });
  }

  close(): Promise<void> {
    return this.#working;
  }

  #do(executionId: string, work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: unknown) => {
      this.#options.log.warn('outputs without a place are only in the journal', { executionId, error });
    });
  }

  /** The contract lets ids be names of files. */
  #fileOf(executionId: string): string {
    return join(this.#options.folder, executionId + suffix);
  }

  async #fromJournal({ id, kernelId, journal }: Execution, userId: string): Promise<string | undefined> {
    if (!journal) return undefined;
    const open = () => this.#options.journals.openReader(kernelId, userId);
    const opened = open();
    opened?.close();
    // What lacks its beginning is less than what was kept.
    if (!opened || opened.tail > journal.seq) return undefined;
    const fold = new JournalFold(open, journal.seq - 1);
    const signal = AbortSignal.timeout(limitMs);
    await fold.read(new Map([[id, journal.seq]]), signal);
    signal.throwIfAborted();
    const result = fold.resultOf(id);
    if (!result) return undefined;
    const parsed = newNotebook();
    const { source, outputs, executionCount } = result;
    const shape = { type: 'code', metadata: {}, hasFileId: true } as const;
    const cell = { ...shape, id: newCellId(), source, outputs, executionCount };
    return writeNotebook(parsed, { ...parsed.document, cells: [cell] });
  }
}
