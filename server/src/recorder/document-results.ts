/**
 * What a document's executions have shown, for as long as no page has it: one fold a kernel, and what of it is in the
 * file by now.
 */
import type { Execution } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { Journals } from '../kernels/journal/journals.ts';
import { type FoldedResult, JournalFold } from './journal-fold.ts';
import type { CellResult } from './record-cells.ts';

/** A code cell of the notebook ran; entries of consoles have no source of a cell. */
export const isOfCell = ({ cellId, sourceHash }: Execution): boolean =>
  cellId !== null && sourceHash !== null && sourceHash !== '';

/** It was passed on to a kernel. */
type Begun = Execution & {
  cellId: string;
  sourceHash: string;
  journal: NonNullable<Execution['journal']>;
};

const hasBegun = (one: Execution): one is Begun => isOfCell(one) && one.journal !== undefined;

/** An execution that a cell would show now, and what it has shown. */
export type OpenResult = { execution: Execution; result: CellResult; version: number };

/** What of a result was brought to the file: an end without outputs counts too. */
const stateOf = ({ execution, version }: OpenResult): string =>
  `${version} ${isFinished(execution.state) ? 'ended' : 'goes on'}`;

export class DocumentResults {
  readonly #journals: Pick<Journals, 'openReader'>;
  readonly userId: string;
  readonly #folds = new Map<string, JournalFold>();
  /** Everything that is followed, oldest first: also what was recorded, as a thread may print after the end of its cell. */
  readonly #known = new Map<string, Begun>();
  /** What was brought to the file, by execution, whether or not it had a place there. */
  readonly #brought = new Map<string, string>();

  constructor(journals: Pick<Journals, 'openReader'>, userId: string) {
    this.#journals = journals;
    this.userId = userId;
  }

  /** Something may still be printed. */
  get isLive(): boolean {
    return [...this.#folds.values()].some((fold) => !fold.isOver);
  }

  /** Reads what the kernels have sent; `open` are the executions that are in no file, oldest first. */
  async read(open: readonly Execution[], signal: AbortSignal): Promise<void> {
    for (const one of open) if (hasBegun(one)) this.#known.set(one.id, one);
    for (const kernelId of new Set([...this.#known.values()].map((one) => one.kernelId))) {
      const starts = new Map<string, number>();
      for (const one of this.#known.values())
        if (one.kernelId === kernelId) starts.set(one.id, one.journal.seq);
      const fold = this.#folds.get(kernelId) ?? this.#foldOf(kernelId, Math.min(...starts.values()) - 1);
      await fold.read(starts, signal);
    }
  }

  #foldOf(kernelId: string, after: number): JournalFold {
    const fold = new JournalFold(() => this.#journals.openReader(kernelId, this.userId), after);
    this.#folds.set(kernelId, fold);
    return fold;
  }

  /** The newest result of each cell that is not in the file as it is now; empty when there is nothing new. */
  pending(): readonly OpenResult[] {
    const all = this.#shown();
    const isNew = (one: OpenResult): boolean => this.#brought.get(one.execution.id) !== stateOf(one);
    return all.some(isNew) ? all.filter((one) => isNew(one) || !one.execution.recorded) : [];
  }

  #shown(): OpenResult[] {
    const newest = new Map<string, { execution: Begun; folded: FoldedResult }>();
    for (const execution of this.#known.values()) {
      const folded = this.#folds.get(execution.kernelId)?.resultOf(execution.id);
      if (folded) newest.set(execution.cellId, { execution, folded });
    }
    return [...newest.values()].map(({ execution, folded }) => {
      const { id: executionId, cellId, sourceHash } = execution;
      const { outputs, executionCount, version } = folded;
      return { execution, result: { executionId, cellId, sourceHash, outputs, executionCount }, version };
    });
  }

  didBring(one: OpenResult, isPlaced: boolean): void {
    const { id, state } = one.execution;
    this.#brought.set(id, stateOf(one));
    const known = this.#known.get(id);
    if (known && isPlaced && isFinished(state)) this.#known.set(id, { ...known, recorded: true });
  }

  /** All executions of the cell up to this one: what they showed is no more. */
  supersededBy({ execution }: OpenResult): readonly string[] {
    const ids: string[] = [];
    for (const one of this.#known.values()) {
      if (one.cellId !== execution.cellId) continue;
      ids.push(one.id);
      if (one.id === execution.id) break;
    }
    return ids.filter((id) => isFinished(this.#known.get(id)?.state ?? 'queued'));
  }
}
