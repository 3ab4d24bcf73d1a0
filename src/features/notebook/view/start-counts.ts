import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { NotebookState } from '../session/notebook-store.ts';

/** Cells that run or wait to run. */
export function countOpen({ runs, waiting }: Pick<NotebookState, 'runs' | 'waiting'>): number {
  return waiting.length + Object.values(runs).filter((run) => !isFinished(run.execution.state)).length;
}
