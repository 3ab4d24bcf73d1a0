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

export function runningCell({ order, runs }: Runs): CellId | null {
  return order.find((id) => runs[id]?.execution.state === 'running') ?? null;
}

/** The next cell with an error behind the active one, round the end. */
export function nextError(state: Runs & Pick<NotebookState, 'active'>): CellId | null {
  const { order, active } = state;
  const at = active === null ? -1 : order.indexOf(active);
  const round = [...order.slice(at + 1), ...order.slice(0, at + 1)];
  return round.find((id) => hasError(state, id)) ?? null;
}
