/** From the cells as they stand to those of a merge: what can be taken back apart from results. */
import { isSameCell } from '@atelier-ide/core/merge/merge-cell.ts';
import { jsonEqual, type NotebookCell, type NotebookDocument } from '@atelier-ide/core/notebook/model.ts';
import { applyOperation, type NotebookContent, type Operation } from '../document/notebook-model.ts';
import { operationTo, withoutWidgets } from '../recovery/kept-cells.ts';

/** What makes of a notebook the merged one. Results are no step of a person, so they come by themselves, first. */
export type MergeSteps = {
  /** The notebook with what only a kernel writes: results, the times of runs, states of widgets. */
  readonly withResults: NotebookContent;
  /** What is to be done to that. */
  readonly edits: Operation | null;
};

export function stepsBetween(content: NotebookContent, merged: NotebookDocument): MergeSteps {
  const results = merged.cells.flatMap((cell): Operation[] => {
    const now = content.cells[cell.id];
    return now ? resultOperations(now, cell) : [];
  });
  const { widgets } = merged.metadata;
  if (!jsonEqual(widgets ?? null, content.metadata['widgets'] ?? null)) {
    const metadata =
      widgets === undefined ? withoutWidgets(content.metadata) : { ...content.metadata, widgets };
    results.push({ type: 'metadata', metadata });
  }
  const withResults = applyOperation(content, { type: 'batch', operations: results }).content;
  return { withResults, edits: operationTo(withResults, merged.cells, merged.metadata) };
}

function resultOperations(now: NotebookCell, cell: NotebookCell): Operation[] {
  // A cell that becomes another, or one of another type, brings its results with it.
  if (isSameCell(now, cell) || now.problem !== cell.problem || now.type !== cell.type) return [];
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
