/** What dropping cells does: within a notebook they move, into another one they are copied; a key turns that round. */
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { copiesOf, isDeletable } from '../document/cell-edits.ts';
import { movedOrder } from '../document/notebook-model.ts';
import type { NotebookSession } from './notebook-session.ts';

export type DraggedCells = { from: NotebookSession; ids: readonly CellId[] };
/** `turned`: the key that makes a copy of a move, and a move of a copy. */
export type Drop = { index: number; turned: boolean };

/** Two views of a notebook are one notebook: what writes its file is the same. */
const isOneNotebook = (from: NotebookSession, to: NotebookSession) => from.saver === to.saver;

/** Whether cells would be copied there. */
export function isCopy({ from }: DraggedCells, to: NotebookSession, turned: boolean): boolean {
  return isOneNotebook(from, to) === turned;
}

export function dropCells(to: NotebookSession, dragged: DraggedCells, { index, turned }: Drop): void {
  const { from } = dragged;
  if (isOneNotebook(from, to) && !turned) moveWithin(to, dragged.ids, index);
  else if (!to.store.getState().lock) {
    const { cells } = from.store.getState();
    const originals = dragged.ids.flatMap((id) => cells[id] ?? []);
    const copies = copiesOf(originals, { withOutputs: true, newId: newCellId });
    const [first] = copies;
    const end = copies.at(-1);
    if (!first || !end) return;
    to.editing.apply(
      { type: 'insert', index, cells: copies },
      { anchor: first.id, active: end.id, mode: 'command' },
    );
    if (isCopy(dragged, to, turned)) return;
    const gone = originals.filter(isDeletable).map((cell) => cell.id);
    from.editing.remove(gone);
  }
}

function moveWithin({ editing, store }: NotebookSession, ids: readonly CellId[], index: number): void {
  const { order } = store.getState();
  const moving = new Set(ids);
  const at = order.slice(0, index).filter((id) => !moving.has(id)).length;
  const next = movedOrder(order, moving, at);
  if (next.every((id, place) => order[place] === id)) return;
  const [first = null] = ids;
  editing.apply(
    { type: 'reorder', order: next },
    { anchor: first, active: ids.at(-1) ?? null, mode: 'command' },
  );
}
