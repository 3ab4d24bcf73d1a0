import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { newNotebook } from '@atelier-ide/core/notebook/read.ts';
import { writeNotebook } from '@atelier-ide/core/notebook/write.ts';
import type { Edits } from './edits-service.ts';

/** Kept edits as the text of a file: what its author saw last. A notebook has its cells without results. */
export function keptText(edits: Edits): string {
  if (edits.kind === 'text') return edits.changes;
  const { base, changes } = edits;
  const known = new Map([...base.cells, ...changes.cells].map((cell) => [cell.id, cell]));
  const cells = changes.order.flatMap((id): NotebookCell[] => {
    const cell = known.get(id);
    return cell ? [{ ...cell, outputs: [], executionCount: null, hasFileId: false }] : [];
  });
  const metadata = changes.metadata ?? base.metadata;
  return writeNotebook(newNotebook(), { cells, metadata, nbformat: 4, nbformatMinor: 5 });
}
