/** Where the cells of a merged notebook stand. */
import type { CellId } from '../notebook/model.ts';
import { longestRising } from './line-diff.ts';

export type Orders = {
  readonly base: readonly CellId[];
  readonly mine: readonly CellId[];
  readonly theirs: readonly CellId[];
};

/**
 * Mine, with what theirs moved or added put behind the cell that it stands behind there. What both moved stays where
 * mine has it. `isKept` tells which cells the result has.
 */
export function mergeOrder({ base, mine, theirs }: Orders, isKept: (id: CellId) => boolean): CellId[] {
  const movedHere = movedIds(base, mine);
  const movedThere = movedIds(base, theirs);
  const isPlacedThere = (id: CellId) => movedThere.has(id) && !movedHere.has(id);
  const inTheirs = new Set(theirs);
  const order = mine.filter((id) => isKept(id) && !(inTheirs.has(id) && isPlacedThere(id)));
  const placed = new Set(order);
  const inMine = new Set(mine);
  let behind: CellId | null = null;
  for (const id of theirs) {
    if (!isKept(id)) continue;
    if (!placed.has(id)) {
      const before = behind ?? (inMine.has(id) ? null : placedBefore(id, base, placed));
      order.splice(before === null ? 0 : order.indexOf(before) + 1, 0, id);
      placed.add(id);
    }
    behind = id;
  }
  return order;
}

/** The cell behind which one stood that comes back, where it is the first on the other side. */
function placedBefore(id: CellId, base: readonly CellId[], placed: ReadonlySet<CellId>): CellId | null {
  return base.slice(0, Math.max(0, base.indexOf(id))).findLast((one) => placed.has(one)) ?? null;
}

/** Cells of both lists that have to be moved to get from one order to the other. */
export function movedIds(before: readonly CellId[], after: readonly CellId[]): ReadonlySet<CellId> {
  const places = new Map(after.map((id, index) => [id, index]));
  const common = before.filter((id) => places.has(id));
  const staying = new Set(
    longestRising(common.map((id) => places.get(id) ?? 0)).map((index) => common[index]),
  );
  return new Set(common.filter((id) => !staying.has(id)));
}
