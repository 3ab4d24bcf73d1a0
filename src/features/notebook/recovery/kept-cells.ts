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
import { hasOtherAttachments, hasOtherMetadata, isEdited } from '@atelier-ide/core/merge/merge-cell.ts';
import type { KeptCell, NotebookBase, NotebookChanges } from '@/services/edits/edits-service.ts';
import {
  cellsOf,
  isSameOrder,
  type NotebookContent,
  type Operation,
  shapeAs,
  shapeOf,
} from '../document/notebook-model.ts';

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
    return !cell || (old && !isEdited(old, cell)) ? [] : [keptCell(cell)];
  });
  const isMoved = !isSameOrder(now.order, before.order);
  const metadata = withoutWidgets(now.metadata);
  const isOther = now.metadata !== before.metadata && !jsonEqual(metadata, withoutWidgets(before.metadata));
  if (cells.length === 0 && !isMoved && !isOther) return null;
  return { order: now.order, cells, metadata: isOther ? metadata : null };
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

/**
 * What makes of a notebook one with these cells and metadata, results and states of widgets apart; null where it is so
 * already. A cell that is new, or becomes another, brings its results where it has some.
 */
export function operationTo(
  content: NotebookContent,
  cells: readonly (KeptCell | NotebookCell)[],
  metadata: JsonObject | null,
): Operation | null {
  const operations: Operation[] = cells.flatMap((cell) => {
    const now = content.cells[cell.id];
    const index = now ? content.order.indexOf(cell.id) : content.order.length;
    const insert: Operation = {
      type: 'insert',
      index,
      cells: [{ outputs: [], executionCount: null, ...cell }],
    };
    if (!now) return [insert];
    // A cell that cannot be understood is not edited but replaced.
    if (now.problem !== cell.problem) return [{ type: 'remove', ids: [cell.id] }, insert];
    return cellOperations(now, cell);
  });
  const order = cells.map(({ id }) => id);
  const kept = new Set(order);
  const gone = content.order.filter((id) => !kept.has(id));
  if (gone.length > 0) operations.push({ type: 'remove', ids: gone });
  if (!isSameOrder(order, content.order)) operations.push({ type: 'reorder', order });
  const { widgets } = content.metadata;
  const wanted = metadata && (widgets === undefined ? withoutWidgets(metadata) : { ...metadata, widgets });
  if (wanted && !jsonEqual(wanted, content.metadata)) operations.push({ type: 'metadata', metadata: wanted });
  return operations.length === 0 ? null : { type: 'batch', operations };
}

export function cellOperations(now: NotebookCell, cell: KeptCell | NotebookCell): Operation[] {
  if (!isEdited(now, cell)) return [];
  const { id, type, source, metadata, attachments } = cell;
  const operations: Operation[] = [];
  const isOther = now.type !== type;
  const brings = isOther && 'outputs' in cell;
  if (isOther) operations.push({ type: 'kind', id, shape: brings ? shapeOf(cell) : shapeAs(now, type) });
  if (now.source !== source) operations.push({ type: 'source', id, source });
  if (brings ? !jsonEqual(now.metadata, metadata) : hasOtherMetadata(now, cell))
    operations.push({ type: 'cellMetadata', id, metadata, exceptTimes: !brings });
  if (hasOtherAttachments(now, cell))
    operations.push({ type: 'attachments', id, attachments: attachments ?? null });
  return operations;
}
