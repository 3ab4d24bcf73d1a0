/**
 * The life of one execution. States only move forward (queued → running → an end), because the messages they come
 * from arrive in any order: the reply may be here before the kernel says busy. The ends that were inferred
 * (`unknown`, `kernel-died`) give way to what the kernel really said, should it still come.
 */

export type ExecutionState = 'queued' | 'running' | 'done' | 'error' | 'aborted' | 'kernel-died' | 'unknown';

/** What a cell shows. */
export type CellState = 'idle' | 'queued' | 'running' | 'done' | 'error' | 'unknown';

const RANK: Readonly<Record<ExecutionState, number>> = {
  queued: 0,
  running: 1,
  unknown: 2,
  'kernel-died': 3,
  aborted: 4,
  error: 4,
  done: 4,
};

export function isFinished(state: ExecutionState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** The state after hearing `next`: never back, and the first told end stays. */
export function advance(state: ExecutionState, next: ExecutionState): ExecutionState {
  return RANK[next] > RANK[state] ? next : state;
}

const CELL_STATE: Readonly<Record<ExecutionState, CellState>> = {
  queued: 'queued',
  running: 'running',
  done: 'done',
  error: 'error',
  aborted: 'idle',
  'kernel-died': 'error',
  unknown: 'unknown',
};

/** What the cell of this execution shows; a cell that never ran is idle. */
export function cellStateOf(
  execution: { readonly state: ExecutionState } | ExecutionState | undefined,
): CellState {
  if (execution === undefined) return 'idle';
  return CELL_STATE[typeof execution === 'string' ? execution : execution.state];
}
