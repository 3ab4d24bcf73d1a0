/** What a merge did to each cell, told where the cell is, and taken back there alone. */
import { isEdited } from '@atelier-ide/core/merge/merge-cell.ts';
import type { NotebookMerge } from '@atelier-ide/core/merge/merge-notebooks.ts';
import type { CellId, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { type NotebookContent, type Operation, shapeAs } from '../document/notebook-model.ts';

export type CellNote =
  /** It was `before` here, and is `after` with what the file brought. */
  | { kind: 'edited'; before: NotebookCell; after: NotebookCell }
  | { kind: 'added' | 'moved'; after: NotebookCell }
  /** Deleted there, and kept because it was edited here. */
  | { kind: 'kept'; after: NotebookCell }
  /** Deleted here, and back because it was edited there. */
  | { kind: 'back'; after: NotebookCell }
  /** Cells that stood next to this one. */
  | { kind: 'removed'; cells: readonly NotebookCell[]; where: 'above' | 'below' };

export type CellNotes = ReadonlyMap<CellId, readonly CellNote[]>;

/** The notes of a merge; cells that wait for a choice say so themselves. */
export function notesOf(merge: NotebookMerge, before: Pick<NotebookContent, 'order' | 'cells'>): CellNotes {
  const notes = new Map<CellId, CellNote[]>();
  const add = (id: CellId, note: CellNote) => notes.set(id, [...(notes.get(id) ?? []), note]);
  const after = new Map(merge.document.cells.map((cell) => [cell.id, cell]));
  const conflicts = new Map(merge.conflicts.map((one) => [one.id, one.kind]));
  for (const { id, kind } of merge.changes) {
    const [was, cell] = [before.cells[id], after.get(id)];
    if (!cell || kind === 'ran' || kind === 'removed' || conflicts.get(id) === 'both-edited') continue;
    if (kind === 'edited') {
      if (was) add(id, { kind, before: was, after: cell });
    } else add(id, { kind: conflicts.get(id) === 'deleted-here' ? 'back' : kind, after: cell });
  }
  for (const { id, kind } of merge.conflicts) {
    const cell = after.get(id);
    if (kind === 'deleted-there' && cell) add(id, { kind: 'kept', after: cell });
  }
  for (const { at, ...gap } of gapsIn(before, after)) add(at, { kind: 'removed', ...gap });
  return notes;
}

type Gap = { at: CellId; cells: NotebookCell[]; where: 'above' | 'below' };

/** Runs of cells that are gone, at the cell that stood before them; those at the beginning at the one behind. */
function gapsIn(
  { order, cells }: Pick<NotebookContent, 'order' | 'cells'>,
  after: ReadonlyMap<CellId, NotebookCell>,
): Gap[] {
  const gaps: Gap[] = [];
  let last: CellId | null = null;
  let run: NotebookCell[] = [];
  const end = (at: CellId | null, where: Gap['where']) => {
    if (run.length > 0 && at !== null) gaps.push({ at, cells: run, where });
    run = [];
  };
  for (const id of order) {
    const cell = cells[id];
    if (!after.has(id)) {
      if (cell) run.push(cell);
      continue;
    }
    if (last === null) end(id, 'above');
    else end(last, 'below');
    last = id;
  }
  end(last, 'below');
  return gaps;
}

/** The notes that still hold: of cells that are there, and as they came. The same map where all do. */
export function holdingNotes(notes: CellNotes, cells: NotebookContent['cells']): CellNotes {
  const holds = (id: CellId, note: CellNote): boolean => {
    const now = cells[id];
    if (!now) return false;
    if (note.kind === 'removed') return note.cells.every((one) => !cells[one.id]);
    return note.kind === 'moved' || !isEdited(note.after, now);
  };
  let isSame = true;
  const held = [...notes].flatMap(([id, all]): [CellId, readonly CellNote[]][] => {
    const left = all.filter((note) => holds(id, note));
    if (left.length === all.length) return [[id, all]];
    isSame = false;
    return left.length === 0 ? [] : [[id, left]];
  });
  return isSame ? notes : new Map(held);
}

/** What brings back what one note tells of; null where the cell itself is what came. */
export function undoOf(id: CellId, note: CellNote, { order, cells }: NotebookContent): Operation | null {
  const now = cells[id];
  if (!now) return null;
  if (note.kind === 'removed') {
    const index = order.indexOf(id) + (note.where === 'below' ? 1 : 0);
    return { type: 'insert', index, cells: note.cells };
  }
  if (note.kind !== 'edited') return null;
  const { metadata } = note.before;
  const operations = [...replacing(now, note.before)];
  operations.push({ type: 'cellMetadata', id, metadata, exceptTimes: true });
  return { type: 'batch', operations };
}

/** What makes of a cell another version of it, but for metadata and results. */
export function replacing(now: NotebookCell, other: NotebookCell): Operation[] {
  const { id } = now;
  return [
    ...(now.type === other.type ? [] : [{ type: 'kind' as const, id, shape: shapeAs(now, other.type) }]),
    { type: 'source', id, source: other.source },
    { type: 'attachments', id, attachments: other.attachments ?? null },
  ];
}
