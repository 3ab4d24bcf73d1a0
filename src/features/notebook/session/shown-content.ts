import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import type { ParsedNotebook } from '@atelier-ide/core/notebook/read.ts';
import { contentOf, emptyCell, type NotebookContent } from '../document/notebook-model.ts';

/**
 * What a session shows of a file. A notebook without cells shows one to write in; it goes to the file with the first
 * edit. An empty file says so.
 */
export function shownContent({ document, scan }: ParsedNotebook): NotebookContent {
  const content = contentOf(document);
  if (content.order.length > 0 || scan === undefined) return content;
  const cell = emptyCell(newCellId(), 'code');
  return { ...content, order: [cell.id], cells: { [cell.id]: cell } };
}
