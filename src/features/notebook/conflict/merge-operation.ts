/** From the cells as they stand to those of a merge, as operations: what can be taken back apart from results. */
import { jsonEqual, type NotebookCell, type NotebookDocument } from '@atelier-ide/core/notebook/model.ts';
import { isEdited, isSameCell } from '@atelier-ide/core/merge/merge-cell.ts';
import type { NotebookContent, Operation } from '../document/notebook-model.ts';
import { withoutWidgets } from '../recovery/kept-cells.ts';

/** What makes of a notebook the merged one. Results are no step of a person, so they come by themselves, first. */
export type MergeOperations = {
  /** What only a kernel writes: results, the times of runs, states of widgets. Null where there is nothing new. */
  readonly results: Operation | null;
  readonly edits: Operation | null;
};

export function operationsBetween(content: NotebookContent, merged: NotebookDocument): MergeOperations {
  const results = merged.cells.flatMap((cell): Operation[] => {
    const now = content.cells[cell.id];
    return now ? resultOperations(now, cell) : [];
  });
  const edits = merged.cells.flatMap((cell): Operation[] => {
    const now = content.cells[cell.id];
    if (now) return cellOperations(now, cell);
    return [{ type: 'insert', index: content.order.length, cells: [cell] }];
  });
  const order = merged.cells.map(({ id }) => id);
  const kept = new Set(order);
  const gone = content.order.filter((id) => !kept.has(id));
  if (gone.length > 0) edits.push({ type: 'remove', ids: gone });
  if (order.length !== content.order.length || order.some((id, index) => id !== content.order[index]))
    edits.push({ type: 'reorder', order });
  const { metadata } = merged;
  if (metadata !== content.metadata) {
    const isOfKernel = jsonEqual(withoutWidgets(metadata), withoutWidgets(content.metadata));
    (isOfKernel ? results : edits).push({ type: 'metadata', metadata });
  }
  return { results: batchOf(results), edits: batchOf(edits) };
}

const batchOf = (operations: readonly Operation[]): Operation | null =>
  operations.length === 0 ? null : { type: 'batch', operations };

/** A cell that becomes another, or one of another type, brings its results with it. */
const isOther = (now: NotebookCell, cell: NotebookCell) =>
  now.problem !== cell.problem || now.type !== cell.type;

function resultOperations(now: NotebookCell, cell: NotebookCell): Operation[] {
  if (now === cell || isSameCell(now, cell) || isOther(now, cell)) return [];
  const { id, outputs, executionCount, metadata } = cell;
  const operations: Operation[] = [];
  if (now.outputs !== outputs || now.executionCount !== executionCount)
    operations.push({ type: 'result', id, result: { outputs, executionCount } });
  const { execution } = metadata;
  if (!jsonEqual(now.metadata['execution'] ?? null, execution ?? null)) {
    const { execution: _, ...rest } = now.metadata;
    operations.push({
      type: 'cellMetadata',
      id,
      metadata: execution === undefined ? rest : { ...rest, execution },
    });
  }
  return operations;
}

function cellOperations(now: NotebookCell, cell: NotebookCell): Operation[] {
  if (now === cell || (!isOther(now, cell) && !isEdited(now, cell))) return [];
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
  if (now.type !== type) {
    const shape = { type, outputs, executionCount, ...(attachments ? { attachments } : {}) };
    operations.push({ type: 'kind', id, shape });
  } else if (isEdited({ ...now, source: '', metadata: {} }, { ...cell, source: '', metadata: {} })) {
    operations.push({ type: 'attachments', id, attachments: attachments ?? null });
  }
  if (now.source !== cell.source) operations.push({ type: 'source', id, source: cell.source });
  if (now.metadata !== cell.metadata) operations.push({ type: 'cellMetadata', id, metadata: cell.metadata });
  return operations;
}
