import { asCellId, type NotebookCell } from './model.ts';
import { newNotebook } from './read.ts';
import { writeNotebook } from './write.ts';

/** Text of a new notebook with one code cell, empty or with `source`. `cellId` is its id in the file (nbformat 4.5). */
export function newNotebookText(cellId: string, source = ''): string {
  const parsed = newNotebook();
  const cell: NotebookCell = {
    id: asCellId(cellId),
    type: 'code',
    source,
    metadata: {},
    executionCount: null,
    outputs: [],
    hasFileId: true,
  };
  return writeNotebook(parsed, { ...parsed.document, cells: [cell] });
}
