import type { Execution } from '@atelier-ide/contract';
import { advance, isFinished } from '@atelier-ide/core/execution/states.ts';

/** The executions of one document by id. Pure functions; a change makes a new object. */
export type ExecutionsById = Readonly<Record<string, Execution>>;

/**
 * With the newest word on each of these executions. A state only moves forward, whatever order answers and events come
 * in. One pass for all of them: "Run all" of a large notebook tells thousands at once.
 */
export function withExecutions(all: ExecutionsById, told: readonly Execution[]): ExecutionsById {
  const next: Record<string, Execution> = { ...all };
  const newestOfCell = new Map<string, string>();
  let hasChanged = false;
  for (const one of told) {
    const known = next[one.id];
    // The server tells many things twice, by an event and by an answer: that is no change that anything draws.
    if (known && isSame(known, one)) continue;
    if (known && advance(known.state, one.state) !== one.state) {
      // Later than what is told: only the place in the file may be news.
      if (known.recorded || !one.recorded) continue;
      next[one.id] = { ...known, recorded: true };
    } else {
      next[one.id] = one;
      const { cellId, queuedAt } = one;
      if (cellId !== null && queuedAt > (newestOfCell.get(cellId) ?? '')) newestOfCell.set(cellId, queuedAt);
    }
    hasChanged = true;
  }
  if (!hasChanged) return all;
  prune(next, newestOfCell);
  return next;
}

function isSame(a: Execution, b: Execution): boolean {
  const names = Object.keys(a) as (keyof Execution)[];
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => a[name] === b[name] || JSON.stringify(a[name]) === JSON.stringify(b[name]));
}

/** Without these executions. */
export function without(all: ExecutionsById, ids: readonly string[]): ExecutionsById {
  const gone = new Set(ids);
  return Object.fromEntries(Object.entries(all).filter(([id]) => !gone.has(id)));
}

/** Ended executions that a newer one of the same cell stands in for are of no use any more. */
function prune(all: Record<string, Execution>, newestOfCell: ReadonlyMap<string, string>): void {
  for (const { id, cellId, state, queuedAt } of Object.values(all)) {
    const newest = cellId === null ? undefined : newestOfCell.get(cellId);
    if (newest !== undefined && isFinished(state) && queuedAt < newest) delete all[id];
  }
}

/** In the order in which they run: as they were queued, and by place within one submission. */
export function inOrder(all: ExecutionsById): Execution[] {
  return Object.values(all).sort((a, b) => a.queuedAt.localeCompare(b.queuedAt) || a.position - b.position);
}
