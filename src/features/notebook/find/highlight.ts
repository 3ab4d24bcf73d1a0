/**
 * Shows hits in what is on the page, without changing it: CSS highlights over ranges of its text. In sources the places
 * are exact; in rendered text and outputs the hits' words are looked for one after the other, because markup has no
 * places of the source. What a live editor shows, it marks itself.
 */
import type { Hit } from './search-notebook.ts';

export const HIT = 'at-find-hit';
export const CURRENT = 'at-find-current';

export type Piece = { node: Text; start: number };

/** The text nodes below an element with their places in the whole text; blocks of long output are lines apart. */
export function piecesOf(root: Element): { pieces: Piece[]; text: string } {
  const pieces: Piece[] = [];
  let text = '';
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text) || node.parentElement?.closest('button, .katex')) continue;
    pieces.push({ node, start: text.length });
    text += node.data;
  }
  return { pieces, text };
}

export function rangeOf(pieces: readonly Piece[], start: number, end: number): Range | null {
  const first = pieceAt(pieces, start);
  const last = pieceAt(pieces, end - 1);
  if (!first || !last) return null;
  const range = first.node.ownerDocument.createRange();
  range.setStart(first.node, start - first.start);
  range.setEnd(last.node, Math.min(last.node.length, end - last.start));
  return range;
}

function pieceAt(pieces: readonly Piece[], offset: number): Piece | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  return piece && offset >= piece.start && offset < piece.start + piece.node.length ? piece : undefined;
}

/** Ranges of the hits of one text in the element that shows it; null for a hit that it does not show. */
export function rangesIn(
  root: Element,
  hits: readonly Hit[],
  { source, isExact }: { source: string; isExact: boolean },
): (Range | null)[] {
  const { pieces, text } = piecesOf(root);
  if (isExact && text === source) return hits.map(({ start, end }) => rangeOf(pieces, start, end));
  let from = 0;
  return hits.map(({ start, end }) => {
    const words = source.slice(start, end);
    const at = text.indexOf(words, from);
    if (at < 0) return null;
    from = at + words.length;
    return rangeOf(pieces, at, from);
  });
}

/** Owns its ranges in the page's highlights; other notebooks have theirs in the same. */
export class HighlightOwner {
  readonly #view: (Window & typeof globalThis) | null;
  #shown: { name: string; range: Range }[] = [];

  constructor(view: (Window & typeof globalThis) | null) {
    this.#view = view;
  }

  show(hits: readonly Range[], current: Range | null): void {
    this.clear();
    for (const range of hits) this.#add(HIT, range);
    if (current) this.#add(CURRENT, current);
  }

  #add(name: string, range: Range): void {
    const view = this.#view;
    // Browsers without highlights still go to each hit; only the colour is missing.
    if (!view || !('highlights' in view.CSS)) return;
    let highlight = view.CSS.highlights.get(name);
    if (!highlight) {
      highlight = new view.Highlight();
      highlight.priority = name === CURRENT ? 1 : 0;
      view.CSS.highlights.set(name, highlight);
    }
    highlight.add(range);
    this.#shown.push({ name, range });
  }

  clear(): void {
    for (const { name, range } of this.#shown) this.#view?.CSS.highlights.get(name)?.delete(range);
    this.#shown = [];
  }
}
