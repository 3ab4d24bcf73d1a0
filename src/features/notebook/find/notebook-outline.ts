/**
 * The headings of a notebook with what their sections do. Made when it is read, from what is remembered of each cell;
 * the answer stays the same object until something a reader sees changes.
 */
import { cellStateOf } from '@atelier-ide/core/execution/states.ts';
import type { CellId, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import type {
  DocumentOutline,
  Outline,
  OutlineEntry,
  SectionMarks,
} from '@/services/documents/documents-service.ts';
import type { NotebookState, NotebookStore } from '../session/notebook-store.ts';
import { hasError } from './cell-places.ts';
import { type Heading, headingsOf } from './headings.ts';

const quiet: SectionMarks = { isRunning: false, hasError: false, queued: null };

export class NotebookOutline implements DocumentOutline {
  readonly #store: NotebookStore;
  readonly #show: (id: CellId) => void;
  readonly #headings = new WeakMap<NotebookCell, readonly Heading[]>();
  /** The heading that was gone to, while its cell is in hand: a cell may have several. */
  #chosen: { cellId: CellId; id: string } | null = null;
  #last: { outline: Outline; text: string } | null = null;

  constructor(store: NotebookStore, show: (id: CellId) => void) {
    this.#store = store;
    this.#show = show;
  }

  read(): Outline {
    const outline = this.#make(this.#store.getState());
    const text = JSON.stringify(outline);
    if (this.#last?.text !== text) this.#last = { outline, text };
    return this.#last.outline;
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe((now, before) => {
      const isSame =
        now.cells === before.cells &&
        now.order === before.order &&
        now.runs === before.runs &&
        now.waiting === before.waiting &&
        now.active === before.active &&
        now.status === before.status;
      if (!isSame) listener();
    });
  }

  reveal(id: string): void {
    const cellId = this.#store.getState().order.find((one) => id.startsWith(`${one}/`));
    if (cellId === undefined) return;
    this.#chosen = { cellId, id };
    this.#show(cellId);
    // A second heading of the cell in hand changes nothing that the store would tell.
    this.#store.setState({});
  }

  #make(state: NotebookState): Outline {
    const entries: OutlineEntry[] = [];
    /** Indexes of the headings that the cell at hand stands under, outermost first. */
    let open: number[] = [];
    let currentId: string | null = null;
    const counts = { running: 0, errors: 0, code: 0 };
    const waiting = new Set(state.waiting);
    for (const cellId of state.order) {
      const cell = state.cells[cellId];
      if (!cell) continue;
      const found = cell.type === 'markdown' ? this.#headingsOf(cell) : [];
      for (const [n, heading] of found.entries()) {
        open = open.filter((index) => (entries[index]?.depth ?? 0) < heading.depth);
        open.push(entries.push({ id: `${cellId}/${n}`, ...heading, marks: quiet }) - 1);
      }
      if (cell.type === 'code') {
        const marks = marksOf(state, cellId, waiting);
        count(counts, marks);
        for (const index of marks === quiet ? [] : open) mark(entries, index, marks);
      }
      if (cellId === state.active) currentId = this.#inHand(cellId, entries, found.length);
    }
    return { isReady: state.status.kind === 'ready', entries, currentId, counts };
  }

  /** The section of the active cell: the heading that was gone to, else the first of its own, else the one above. */
  #inHand(cellId: CellId, entries: readonly OutlineEntry[], ownCount: number): string | null {
    const own = entries.slice(entries.length - ownCount);
    const chosen = this.#chosen?.cellId === cellId ? this.#chosen.id : null;
    return own.find(({ id }) => id === chosen)?.id ?? own[0]?.id ?? entries.at(-1)?.id ?? null;
  }

  #headingsOf(cell: NotebookCell): readonly Heading[] {
    const known = this.#headings.get(cell);
    if (known) return known;
    const made = headingsOf(cell.source);
    this.#headings.set(cell, made);
    return made;
  }
}

function count(counts: Outline['counts'], marks: SectionMarks): void {
  counts.code += 1;
  counts.running += marks.isRunning ? 1 : 0;
  counts.errors += marks.hasError ? 1 : 0;
}

function mark(entries: OutlineEntry[], index: number, marks: SectionMarks): void {
  const entry = entries[index];
  if (entry) entries[index] = { ...entry, marks: joined(entry.marks, marks) };
}

function joined(a: SectionMarks, b: SectionMarks): SectionMarks {
  const places = [a.queued, b.queued].flatMap((place) => place ?? []);
  // A place in the queue says more than that something waits.
  const known = places.filter((place) => place > 0);
  return {
    isRunning: a.isRunning || b.isRunning,
    hasError: a.hasError || b.hasError,
    queued: known.length > 0 ? Math.min(...known) : (places[0] ?? null),
  };
}

function marksOf(state: NotebookState, id: CellId, waiting: ReadonlySet<CellId>): SectionMarks {
  const run = state.runs[id];
  const cellState = cellStateOf(run?.execution);
  const isQueued = cellState === 'queued' || waiting.has(id);
  const isFaulty = hasError(state, id);
  if (!isQueued && !isFaulty && cellState !== 'running') return quiet;
  return {
    isRunning: cellState === 'running',
    hasError: isFaulty && !isQueued,
    queued: isQueued ? (run?.place ?? 0) : null,
  };
}
