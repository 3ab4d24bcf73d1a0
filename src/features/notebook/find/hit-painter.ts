/**
 * Follows the list of cells while the bar is open: as cells come and go, their hits are marked, and the current hit is
 * brought into sight once its cell is there.
 */
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { HighlightOwner, rangesIn } from './highlight.ts';
import { outputText } from './output-text.ts';
import { byCell } from './replace-hits.ts';
import type { FindPlace, Hit } from './search-notebook.ts';

/** The list needs some frames to find the place of a cell that was never drawn. */
const TRIES = 30;
const MARGIN = 48;

export class HitPainter implements Disposable {
  readonly #session: NotebookSession;
  readonly #region: HTMLElement;
  readonly #reveal: (id: CellId) => void;
  readonly #owned = new DisposableStore();
  readonly #highlights: HighlightOwner;
  #frame: number | null = null;
  #cells: { hits: readonly Hit[]; byId: Map<CellId, Hit[]> } = { hits: [], byId: new Map() };
  /** How often the current hit may still be brought into sight. */
  #tries = 0;

  constructor(session: NotebookSession, region: HTMLElement, reveal: (id: CellId) => void) {
    this.#session = session;
    this.#region = region;
    this.#reveal = reveal;
    const view = region.ownerDocument.defaultView;
    this.#highlights = new HighlightOwner(view);
    const observer = new MutationObserver((records) => {
      if (records.some(isOurText)) this.#paintSoon();
    });
    observer.observe(region, { childList: true, subtree: true, characterData: true });
    this.#owned.add(toDisposable(() => observer.disconnect()));
    this.#owned.add(
      toDisposable(
        session.find.subscribe((now, before) => {
          if (now.shown !== before.shown) this.#tries = TRIES;
          if (now.hits !== before.hits || now.current !== before.current || now.shown !== before.shown)
            this.#paintSoon();
        }),
      ),
    );
    this.#tries = TRIES;
    this.#paintSoon();
  }

  #paintSoon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#paint();
    });
  }

  #paint(): void {
    const { hits, current } = this.#session.find.getState();
    if (this.#cells.hits !== hits) this.#cells = { hits, byId: byCell(hits) };
    const wanted = hits[current];
    const others: Range[] = [];
    let shown: Range | null = null;
    for (const element of this.#region.querySelectorAll<HTMLElement>('.at-cell')) {
      const own = this.#cells.byId.get(element.dataset['cellId'] as CellId);
      if (!own) continue;
      for (const [hit, range] of this.#rangesOf(element, own)) {
        if (hit === wanted) shown = range;
        else if (range) others.push(range);
      }
    }
    this.#highlights.show(others, shown);
    if (wanted && this.#tries > 0) this.#bringIntoSight(wanted, shown);
  }

  *#rangesOf(element: HTMLElement, hits: readonly Hit[]): Generator<[Hit, Range | null]> {
    const places = new Map<FindPlace, Hit[]>();
    for (const hit of hits) places.set(hit.place, [...(places.get(hit.place) ?? []), hit]);
    for (const [place, own] of places) {
      const [first] = own;
      const cell = first && this.#session.store.getState().cells[first.cellId];
      if (!cell) continue;
      const output = place === 'source' ? undefined : cell.outputs[place];
      const source = place === 'source' ? cell.source : output ? outputText(output) : '';
      const root = elementOf(element, place);
      const isExact = root?.matches('.at-source-text') ?? false;
      const ranges = root ? rangesIn(root, own, { source, isExact }) : [];
      for (const [index, hit] of own.entries()) yield [hit, ranges[index] ?? null];
    }
  }

  #bringIntoSight(hit: Hit, range: Range | null): void {
    this.#tries -= 1;
    const list = this.#region.querySelector('.at-cells-scroll');
    const cell = this.#region.querySelector(`.at-cell[data-cell-id="${CSS.escape(hit.cellId)}"]`);
    if (!list) return;
    if (!cell) {
      if (this.#tries % 5 === 4) this.#reveal(hit.cellId);
      this.#paintSoon();
      return;
    }
    const isOpen = hit.place === 'source' && cell.querySelector('[data-editing] .at-monaco-host') !== null;
    const target =
      range ?? (isOpen ? (cell.querySelector('.at-find-editor-current') ?? cell) : partOf(cell, hit));
    const box = target.getBoundingClientRect();
    const frame = list.getBoundingClientRect();
    if (box.top < frame.top + MARGIN) list.scrollTop += box.top - frame.top - MARGIN;
    else if (box.top > frame.bottom - MARGIN) list.scrollTop += box.top - frame.top - frame.height / 3;
    else if (this.#tries < TRIES - 3) this.#tries = 0;
    if (this.#tries > 0) this.#paintSoon();
    else this.#tell(hit, range !== null || isOpen);
  }

  /** A hit that is not in the text on the page is folded, or left out of a long output, or markup. */
  #tell(hit: Hit, isSeen: boolean): void {
    if (isSeen) return;
    const { find, store, editing } = this.#session;
    const { cells, unrendered } = store.getState();
    const isRendered = cells[hit.cellId]?.type === 'markdown' && !unrendered.has(hit.cellId);
    if (hit.place !== 'source' || !isRendered) {
      const part = hit.place === 'source' ? 'cell' : 'output';
      find.setState({ note: `This hit is in a part of the ${part} that is folded or left out.` });
      return;
    }
    // In a link's address, say: its source shows it.
    store.setState({ unrendered: new Set([...unrendered, hit.cellId]) });
    editing.select(hit.cellId);
  }

  dispose(): void {
    this.#owned.dispose();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#highlights.clear();
  }
}

/** An editor draws itself again all the time; what it shows is not ours to mark. */
function isOurText({ target }: MutationRecord): boolean {
  const element = target instanceof Element ? target : target.parentElement;
  return element !== null && element.closest('.at-monaco-host, .at-find') === null;
}

function elementOf(cell: Element, place: FindPlace): Element | null {
  if (place === 'source')
    return cell.querySelector('.at-cell-rendered, .at-source-text:not(.at-plain-editor)');
  return cell.querySelectorAll('.at-output')[place] ?? null;
}

const partOf = (cell: Element, { place }: Hit): Element => elementOf(cell, place) ?? cell;
