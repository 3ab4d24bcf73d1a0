import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { isEditable } from '../document/cell-edits.ts';
import type { NotebookContent } from '../document/notebook-model.ts';
import { compileQuery, expandReplacement, type FindQuery } from './find-query.ts';
import type { Hit } from './search-notebook.ts';

/** The new sources of the cells with these hits. Outputs and locked cells are left alone. */
export function replaceHits(
  { cells }: Pick<NotebookContent, 'cells'>,
  hits: readonly Hit[],
  query: FindQuery & { replacement: string },
): Map<CellId, string> {
  const compiled = compileQuery(query);
  const sources = new Map<CellId, string>();
  if (!compiled?.ok) return sources;
  const { source: pattern, flags } = compiled.expression;
  const here = new RegExp(pattern, `${flags.replace('g', '')}y`);
  for (const [cellId, own] of byCell(hits)) {
    const cell = cells[cellId];
    if (!cell || !isEditable(cell)) continue;
    const parts: string[] = [];
    let at = 0;
    for (const { place, start, end } of own) {
      if (place !== 'source' || start < at) continue;
      // The text may have changed since the search: only what still matches here is replaced.
      here.lastIndex = start;
      const match = here.exec(cell.source);
      if (match?.[0].length !== end - start) continue;
      const text = query.isRegex ? expandReplacement(query.replacement, match) : query.replacement;
      parts.push(cell.source.slice(at, start), text);
      at = end;
    }
    const next = parts.join('') + cell.source.slice(at);
    if (next !== cell.source) sources.set(cellId, next);
  }
  return sources;
}

export function byCell(hits: readonly Hit[]): Map<CellId, Hit[]> {
  const cells = new Map<CellId, Hit[]>();
  for (const hit of hits) {
    const own = cells.get(hit.cellId);
    if (own) own.push(hit);
    else cells.set(hit.cellId, [hit]);
  }
  return cells;
}
