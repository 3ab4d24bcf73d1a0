/**
 * A notebook as the journal of edits keeps it: what a person edits, without results. Pure. The content of a file and
 * its base have the same cells in the same order, so a base finds the cells of a file of the same hash by their place.
 */
import {
  type CellId,
  jsonEqual,
  type JsonObject,
  type NotebookCell,
  type NotebookDocument,
} from '@atelier-ide/core/notebook/model.ts';
import type { KeptCell, NotebookBase, NotebookChanges } from '@/services/edits/edits-service.ts';
import { cellsOf, type NotebookContent, type Operation, shapeAs } from '../document/notebook-model.ts';

export type EditedContent = Pick<NotebookContent, 'order' | 'cells' | 'metadata'>;

export function keptCell({ outputs: _, executionCount: __, ...cell }: NotebookCell): KeptCell {
  return cell;
}

/** The base of the edits of a notebook. */
export function keptBase(content: NotebookContent): NotebookBase {
  const { nbformat, nbformatMinor } = content;
  return {
    cells: cellsOf(content).map(keptCell),
    metadata: withoutWidgets(content.metadata),
    nbformat,
    nbformatMinor,
  };
}

/** What a person changed since `before`; null when nothing. Cells that are the same objects are not looked into. */
export function changesBetween(before: EditedContent, now: EditedContent): NotebookChanges | null {
  const cells = now.order.flatMap((id) => {
    const cell = now.cells[id];
    const old = before.cells[id];
    return !cell || cell === old || (old && isSameToEdit(old, cell)) ? [] : [keptCell(cell)];
  });
  const isMoved =
    now.order !== before.order &&
    (now.order.length !== before.order.length || now.order.some((id, index) => id !== before.order[index]));
  const metadata = withoutWidgets(now.metadata);
  const isOther = now.metadata !== before.metadata && !jsonEqual(metadata, withoutWidgets(before.metadata));
  if (cells.length === 0 && !isMoved && !isOther) return null;
  return { order: now.order, cells, metadata: isOther ? metadata : null };
}

/** Whether two cells are the same but for what a kernel wrote. */
export function isSameToEdit(a: KeptCell, b: KeptCell): boolean {
  return (
    a.source === b.source &&
    a.type === b.type &&
    (a.attachments === b.attachments || jsonEqual(a.attachments ?? {}, b.attachments ?? {})) &&
    (a.metadata === b.metadata || jsonEqual(withoutTimes(a.metadata), withoutTimes(b.metadata)))
  );
}

/** The times of the last run are the kernel's. */
function withoutTimes({ execution: _, ...metadata }: JsonObject): JsonObject {
  return metadata;
}

/** States of widgets are the kernel's, and large. */
export function withoutWidgets({ widgets: _, ...metadata }: JsonObject): JsonObject {
  return metadata;
}

/** The cells that the person had. */
export function editedCells(base: NotebookBase, changes: NotebookChanges): KeptCell[] {
  const known = new Map([...base.cells, ...changes.cells].map((cell) => [cell.id, cell]));
  return changes.order.flatMap((id) => known.get(id) ?? []);
}

/** What was kept as a notebook without results, for a merge. */
export function documentWith(
  cells: readonly KeptCell[],
  { metadata, nbformat, nbformatMinor }: Pick<NotebookBase, 'metadata' | 'nbformat' | 'nbformatMinor'>,
): NotebookDocument {
  return {
    cells: cells.map((cell) => ({ ...cell, outputs: [], executionCount: null })),
    metadata,
    nbformat,
    nbformatMinor,
  };
}

/** The same with other names for some cells. */
export function renamed(cells: readonly KeptCell[], ids: ReadonlyMap<CellId, CellId>): KeptCell[] {
  return cells.map((cell) => {
    const id = ids.get(cell.id);
    return id === undefined || id === cell.id ? cell : { ...cell, id };
  });
}

/** What makes of a notebook one with these cells and metadata, results apart; null where it is so already. */
export function operationTo(
  content: NotebookContent,
  cells: readonly KeptCell[],
  metadata: JsonObject | null,
): Operation | null {
  const operations: Operation[] = cells.flatMap((cell) => {
    const now = content.cells[cell.id];
    if (now) return cellOperations(now, cell);
    const fresh: NotebookCell = { ...cell, outputs: [], executionCount: null };
    return [{ type: 'insert', index: content.order.length, cells: [fresh] }];
  });
  const order = cells.map(({ id }) => id);
  const kept = new Set(order);
  const gone = content.order.filter((id) => !kept.has(id));
  if (gone.length > 0) operations.push({ type: 'remove', ids: gone });
  const isMoved =
    order.length !== content.order.length || order.some((id, index) => id !== content.order[index]);
  if (isMoved) operations.push({ type: 'reorder', order });
  const { widgets } = content.metadata;
  const wanted = metadata && { ...metadata, ...(widgets === undefined ? {} : { widgets }) };
  if (wanted && !jsonEqual(wanted, content.metadata)) operations.push({ type: 'metadata', metadata: wanted });
  return operations.length === 0 ? null : { type: 'batch', operations };
}

export function cellOperations(now: NotebookCell, cell: KeptCell): Operation[] {
  if (isSameToEdit(now, cell)) return [];
  const { id } = cell;
  const operations: Operation[] = [];
  const attachments = cell.attachments ?? null;
  if (now.type !== cell.type) operations.push({ type: 'kind', id, shape: shapeAs(now, cell.type) });
  if (now.source !== cell.source) operations.push({ type: 'source', id, source: cell.source });
  if (!jsonEqual(withoutTimes(now.metadata), withoutTimes(cell.metadata)))
    operations.push({ type: 'cellMetadata', id, metadata: cell.metadata, exceptTimes: true });
  if (!jsonEqual(now.attachments ?? {}, attachments ?? {}))
    operations.push({ type: 'attachments', id, attachments });
  return operations;
}
