/**
 * Tells of long runs that end while nobody looks. A run goes from the first cell that begins until nothing of the
 * notebook is queued or runs any more.
 */
import type { Execution } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { NotebookState } from '../session/notebook-store.ts';

/** Shorter ones are waited for. */
export const LONG_RUN_MS = 30_000;

export type EndedRun = {
  ms: number;
  /** Cells that ran. */
  count: number;
  /** The first one that did not end well, else the last. */
  cellId: CellId;
  failed: { cellNumber: number; how: string } | null;
};

type Runs = NotebookState['runs'];

/** Follows the runs of one notebook; `next` gives a run when it has ended. */
export class LongRuns {
  /** Executions that were seen going on, by their cells. */
  readonly #open = new Map<CellId, string>();

  next({ runs, order, cells }: Pick<NotebookState, 'runs' | 'order' | 'cells'>): EndedRun | null {
    let goesOn = false;
    for (const [id, { execution }] of Object.entries(runs) as [CellId, Runs[CellId]][]) {
      if (isFinished(execution.state)) continue;
      goesOn = true;
      this.#open.set(id, execution.id);
    }
    if (goesOn || this.#open.size === 0) return null;
    const ended = order.flatMap((id): { id: CellId; execution: Execution }[] => {
      const execution = runs[id]?.execution;
      return execution?.startedAt !== undefined && this.#open.get(id) === execution.id
        ? [{ id, execution }]
        : [];
    });
    this.#open.clear();
    const starts = ended.map(({ execution }) => Date.parse(execution.startedAt ?? ''));
    const ends = ended.map(({ execution }) => Date.parse(execution.endedAt ?? ''));
    const ms = Math.max(...ends) - Math.min(...starts);
    const last = ended.at(-1);
    if (!last || !(ms >= LONG_RUN_MS)) return null;
    const failed = ended.find(({ execution }) => execution.state !== 'done');
    return {
      ms,
      count: ended.length,
      cellId: (failed ?? last).id,
      failed: failed
        ? {
            cellNumber: order.indexOf(failed.id) + 1,
            how: howItFailed(failed.execution, cells[failed.id]?.outputs.at(-1)),
          }
        : null,
    };
  }
}

function howItFailed(
  { state, cause }: Execution,
  output: NotebookState['cells'][CellId]['outputs'][number] | undefined,
): string {
  if (state === 'error' && output?.output_type === 'error') return `failed with ${output.ename}`;
  if (state === 'kernel-died')
    return cause === undefined ? 'ended with its kernel' : `ended with its kernel: ${cause}`;
  return state === 'error' ? 'failed' : 'has an unknown result';
}
