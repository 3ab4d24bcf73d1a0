/** From the cells as they stand to those of a merge, as one operation that can be taken back. */
import type { NotebookCell, NotebookDocument } from '@atelier-ide/core/notebook/model.ts';
import { isEdited, isSameCell } from '@atelier-ide/core/merge/merge-cell.ts';
import type { NotebookContent, Operation } from '../document/notebook-model.ts';

/** What makes of a notebook the merged one; null where it is so already. */
export function operationBetween(content: NotebookContent, merged: NotebookDocument): Operation | null {
  const operations = merged.cells.flatMap((cell): Operation[] => {
    const now = content.cells[cell.id];
    if (now) return cellOperations(now, cell);
    return [{ type: 'insert', index: content.order.length, cells: [cell] }];
  });
  const order = merged.cells.map(({ id }) => id);
  const kept = new Set(order);
  const gone = content.order.filter((id) => !kept.has(id));
  if (gone.length > 0) operations.push({ type: 'remove', ids: gone });
  if (order.length !== content.order.length || order.some((id, index) => id !== content.order[index]))
    operations.push({ type: 'reorder', order });
  if (merged.metadata !== content.metadata) operations.push({ type: 'metadata', metadata: merged.metadata });
  return operations.length === 0 ? null : { type: 'batch', operations };
}

function cellOperations(now: NotebookCell, cell: NotebookCell): Operation[] {
  if (now === cell || isSameCell(now, cell)) return [];
  const { id } = cell;
  if (now.problem !== cell.problem) {
    // A cell that cannot be understood is not edited but replaced.
    return [
      { type: 'remove', ids: [id] },
      { type: 'insert', index: 0, cells: [cell] },
    ];
  }
  const operations: Operation[] = [];
  const { type, outputs, executionCount, attachments } = cell;
  const result = { outputs, executionCount };
  if (now.type !== type) {
    const shape = { type, ...result, ...(attachments ? { attachments } : {}) };
    operations.push({ type: 'kind', id, shape });
  } else {
    if (isEdited({ ...now, source: '', metadata: {} }, { ...cell, source: '', metadata: {} }))
      operations.push({ type: 'attachments', id, attachments: attachments ?? null });
    if (now.outputs !== outputs || now.executionCount !== executionCount)
      operations.push({ type: 'result', id, result });
  }
  if (now.source !== cell.source) operations.push({ type: 'source', id, source: cell.source });
  if (now.metadata !== cell.metadata) operations.push({ type: 'cellMetadata', id, metadata: cell.metadata });
  return operations;
}
