/** Cells that one goes to: at work, changed last, with an error. */
import { cellStateOf } from '@atelier-ide/core/execution/states.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { NotebookState } from '../session/notebook-store.ts';

type Runs = Pick<NotebookState, 'order' | 'cells' | 'runs'>;

export function hasError({ cells, runs }: Runs, id: CellId): boolean {
  const cell = cells[id];
  if (cell?.type !== 'code') return false;
  const state = cellStateOf(runs[id]?.execution);
  if (state === 'error') return true;
  return state !== 'running' && state !== 'queued' && cell.outputs.some((one) => one.output_type === 'error');
}

/** Looked for among the runs: there are as many as cells at most, and this is asked with every key that is typed. */
export function runningCell({ runs }: Pick<Runs, 'runs'>): CellId | null {
  for (const [id, { execution }] of Object.entries(runs))
    if (execution.state === 'running') return id as CellId;
  return null;
}

/** The next cell with an error behind the active one, round the end. */
export function nextError(state: Runs & Pick<NotebookState, 'active'>): CellId | null {
  const { order, active } = state;
  const at = active === null ? -1 : order.indexOf(active);
  const round = [...order.slice(at + 1), ...order.slice(0, at + 1)];
  return round.find((id) => hasError(state, id)) ?? null;
}
