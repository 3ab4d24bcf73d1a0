import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { comparableSlug, headingSlug } from '../markdown/heading-slug.ts';
import type { NotebookState } from '../session/notebook-store.ts';

/** The cell with the heading (or the anchor) that a link of this notebook means. */
export function findHeading(
  { order, cells }: Pick<NotebookState, 'order' | 'cells'>,
  fragment: string,
): CellId | null {
  const wanted = comparableSlug(fragment);
  if (wanted === '') return null;
  for (const id of order) {
    const cell = cells[id];
    if (cell?.type !== 'markdown') continue;
    for (const [, text = ''] of cell.source.matchAll(/^#{1,6}[ \t]+(.+?)[ \t#]*$/gm)) {
      if (comparableSlug(headingSlug(text)) === wanted) return id;
    }
    for (const [, anchor = ''] of cell.source.matchAll(
      /<[a-z]\w*\s[^>]*\b(?:id|name)\s*=\s*["']?([^"'\s>]+)/gi,
    )) {
      if (comparableSlug(anchor) === wanted) return id;
    }
  }
  return null;
}
