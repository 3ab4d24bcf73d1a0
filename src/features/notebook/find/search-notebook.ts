/**
 * Finding in a notebook, without a page: the texts that are searched, in the order of the document, and the hits in
 * them. A hit is a place in a text: the source of a cell, or one of its outputs by index.
 */
import type { CellId, NotebookCell, Output } from '@atelier-ide/core/notebook/model.ts';
import type { NotebookContent } from '../document/notebook-model.ts';
import { compileQuery, type FindQuery, MAX_HITS } from './find-query.ts';
import { outputText } from './output-text.ts';

export type FindPlace = 'source' | number;
export type Hit = { cellId: CellId; place: FindPlace; start: number; end: number };
export type SearchText = { cellId: CellId; place: FindPlace; text: string };

export type FindScope = {
  inOutputs: boolean;
  /** Only these cells; null = all. */
  only: ReadonlySet<CellId> | null;
};

export function textsOf(
  { order, cells }: Pick<NotebookContent, 'order' | 'cells'>,
  scope: FindScope,
  textOf: (output: Output) => string = outputText,
): SearchText[] {
  const texts: SearchText[] = [];
  for (const cellId of order) {
    const cell = cells[cellId];
    if (!cell || (scope.only && !scope.only.has(cellId))) continue;
    texts.push({ cellId, place: 'source', text: cell.source });
    if (scope.inOutputs) addOutputs(texts, cell, textOf);
  }
  return texts;
}

function addOutputs(texts: SearchText[], cell: NotebookCell, textOf: (output: Output) => string): void {
  for (const [place, output] of cell.outputs.entries()) {
    const text = textOf(output);
    if (text !== '') texts.push({ cellId: cell.id, place, text });
  }
}

/** Matches in one text, from `from` on; empty matches (`^`) show nothing and are no hits. */
export function* matchesIn(text: string, expression: RegExp): Generator<[start: number, end: number]> {
  for (const match of text.matchAll(expression)) {
    if (match[0] !== '') yield [match.index, match.index + match[0].length];
  }
}

/**
 * The hits in order, text after text: `hits` grows with every step of the generator, so that the work can be done in
 * slices.
 */
export function* searchSteps(texts: readonly SearchText[], expression: RegExp, hits: Hit[]) {
  for (const { cellId, place, text } of texts) {
    let found = 0;
    for (const [start, end] of matchesIn(text, expression)) {
      hits.push({ cellId, place, start, end });
      if (hits.length >= MAX_HITS) return;
      if (++found % 1_000 === 0) yield;
    }
    yield;
  }
}

/** All hits at once; an invalid pattern has none. */
export function searchNotebook(
  content: Pick<NotebookContent, 'order' | 'cells'>,
  query: FindQuery & FindScope,
): Hit[] {
  const compiled = compileQuery(query);
  const hits: Hit[] = [];
  if (!compiled?.ok) return hits;
  // The generator is only walked through: it fills `hits`.
  for (const _ of searchSteps(textsOf(content, query), compiled.expression, hits)) continue;
  return hits;
}

/** Where a place stands in the document: before (negative), at, or after another. */
export function compareHits(order: ReadonlyMap<CellId, number>, a: Hit, b: Hit): number {
  const cells = (order.get(a.cellId) ?? 0) - (order.get(b.cellId) ?? 0);
  if (cells !== 0) return cells;
  const rank = (place: FindPlace) => (place === 'source' ? -1 : place);
  return rank(a.place) - rank(b.place) || a.start - b.start;
}
