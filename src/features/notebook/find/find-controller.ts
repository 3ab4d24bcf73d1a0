/**
 * Keeps the hits true while the bar is open: searches again when what is asked for or the notebook changes, stays at
 * the hit a person looks at, goes on and back, replaces. Loaded with the bar.
 */
import type { CellId, Output } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';
import { isEditable } from '../document/cell-edits.ts';
import type { NotebookEditing } from '../session/notebook-editing.ts';
import { type NotebookState, type NotebookStore, selectedIds } from '../session/notebook-store.ts';
import type { FindEngine } from './find-engine.ts';
import type { FindState, FindStore } from './find-store.ts';
import { outputText } from './output-text.ts';
import { replaceHits } from './replace-hits.ts';
import { compareHits, type Hit, textsOf } from './search-notebook.ts';

export type FindParts = {
  find: FindStore;
  notebook: NotebookStore;
  editing: Pick<NotebookEditing, 'select' | 'setSources'>;
  engine: FindEngine;
  clock: Clock;
};

/** Edits and outputs come in bursts. */
const SETTLE_MS = 150;

type Asked = Pick<FindState, 'text' | 'isCase' | 'isWord' | 'isRegex' | 'inOutputs' | 'only'>;

export class FindController implements Disposable {
  readonly #parts: FindParts;
  readonly #owned = new DisposableStore();
  #waiting: Disposable | null = null;
  /** A new question begins here: at the cell that was in hand, later at the hit that was gone to. */
  #origin: Hit;
  #isNew = true;
  #searches = 0;
  readonly #outputTexts = new WeakMap<Output, string>();

  constructor(parts: FindParts) {
    this.#parts = parts;
    const { find, notebook, engine } = parts;
    this.#origin = startOf(notebook.getState());
    this.#owned.add(engine);
    this.#owned.add(toDisposable(() => this.#waiting?.dispose()));
    this.#owned.add(
      toDisposable(
        find.subscribe((now, before) => {
          if (!isSameQuestion(now, before)) this.#ask();
        }),
      ),
    );
    this.#owned.add(
      toDisposable(
        notebook.subscribe((now, before) => {
          if (isSameText(now, before)) return;
          this.#waiting ??= this.#parts.clock.after(SETTLE_MS, () => {
            this.#waiting = null;
            void this.#search();
          });
        }),
      ),
    );
    this.#ask();
  }

  #ask(): void {
    this.#isNew = true;
    this.#parts.find.setState({ note: null });
    void this.#search();
  }

  async #search(from?: Hit): Promise<void> {
    const { find, notebook, engine } = this.#parts;
    const query = find.getState();
    find.setState({ isSettled: false });
    this.#searches += 1;
    const search = this.#searches;
    const state = notebook.getState();
    const answer = await engine.search(textsOf(state, query, this.#textOf), query);
    // Only the newest may answer: an older one knows neither the question nor the text.
    if (!answer || search !== this.#searches || this.#owned.isDisposed) return;
    if (answer.kind === 'problem') {
      find.setState({ hits: [], current: -1, isSettled: true, isCut: false, problem: answer.problem });
      return;
    }
    const { hits, isCut } = answer;
    const was = find.getState();
    const held = from ?? (this.#isNew ? this.#origin : (was.hits[was.current] ?? this.#origin));
    const current = hits.length === 0 ? -1 : placeOf(hits, held, state.order);
    const isNew = this.#isNew;
    this.#isNew = false;
    find.setState({ hits, current, isSettled: true, isCut, problem: null });
    if (isNew) this.#show();
  }

  /** The next hit, round the end of the notebook. */
  next(by: 1 | -1 = 1): void {
    const { find } = this.#parts;
    const { hits, current } = find.getState();
    if (hits.length === 0) return;
    find.setState({ current: (Math.max(0, current) + by + hits.length) % hits.length, note: null });
    this.#origin = hits[find.getState().current] ?? this.#origin;
    this.#show();
  }

  /** Terminal text is costly to lay out; outputs are immutable. */
  readonly #textOf = (output: Output): string => {
    const known = this.#outputTexts.get(output);
    if (known !== undefined) return known;
    const text = outputText(output);
    this.#outputTexts.set(output, text);
    return text;
  };

  /** Selects the cell of the current hit and asks the view to bring it into sight. */
  #show(): void {
    const { find, editing } = this.#parts;
    const { hits, current, shown } = find.getState();
    const hit = hits[current];
    if (!hit) return;
    editing.select(hit.cellId);
    find.setState({ shown: shown + 1 });
  }

  /** Searches only in the cells that are selected now, or in all again. */
  limit(isOn: boolean): void {
    const { find, notebook } = this.#parts;
    find.setState({ only: isOn ? new Set(selectedIds(notebook.getState())) : null });
  }

  /** Replaces the current hit and goes to the next; a hit in an output or a locked cell is passed over with words. */
  async replace(): Promise<void> {
    const { find, notebook } = this.#parts;
    const { hits, current } = find.getState();
    const hit = hits[current];
    if (!hit) return;
    if (hit.place !== 'source' || !isFree(notebook.getState(), hit.cellId)) {
      this.next();
      const note =
        hit.place === 'source'
          ? 'A hit in a locked cell was not replaced.'
          : 'Outputs are searched, not replaced.';
      find.setState({ note });
      return;
    }
    const before = notebook.getState().cells[hit.cellId]?.source.length ?? 0;
    const after = this.#replace([hit]).get(hit.cellId)?.length;
    // It goes on behind what was put in, so that `a` → `aa` comes to an end.
    const behind = after === undefined ? hit.end : hit.end + after - before;
    await this.#search({ ...hit, start: behind, end: behind });
    this.#show();
  }

  /** Replaces every hit that can be, in one step that one undo takes back. Answers with their number. */
  replaceAll(): number {
    const { find, notebook } = this.#parts;
    const { hits, isSettled } = find.getState();
    if (!isSettled) return 0;
    const { replaceable } = countHits(hits, notebook.getState());
    this.#replace(hits);
    find.setState({
      note: `${replaceable} ${replaceable === 1 ? 'hit' : 'hits'} replaced. Undo takes all back.`,
    });
    return replaceable;
  }

  #replace(hits: readonly Hit[]): Map<CellId, string> {
    const { find, notebook, editing } = this.#parts;
    const sources = replaceHits(notebook.getState(), hits, find.getState());
    editing.setSources(sources);
    return sources;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

/** Cells can be locked by their metadata. */
function isFree({ cells }: Pick<NotebookState, 'cells'>, id: CellId): boolean {
  const cell = cells[id];
  return cell !== undefined && isEditable(cell);
}

/** How many hits a replacement reaches, and why it does not reach the others. */
export function countHits(hits: readonly Hit[], { cells }: Pick<NotebookState, 'cells'>) {
  let inOutputs = 0;
  let locked = 0;
  for (const { cellId, place } of hits) {
    if (place !== 'source') inOutputs += 1;
    else if (!isFree({ cells }, cellId)) locked += 1;
  }
  return { replaceable: hits.length - inOutputs - locked, inOutputs, locked };
}

function isSameQuestion(a: Asked, b: Asked): boolean {
  return (
    a.text === b.text &&
    a.isCase === b.isCase &&
    a.isWord === b.isWord &&
    a.isRegex === b.isRegex &&
    a.inOutputs === b.inOutputs &&
    a.only === b.only
  );
}

const isSameText = (a: NotebookState, b: NotebookState) => a.cells === b.cells && a.order === b.order;

/** The beginning of the cell in hand. */
function startOf({ active, order }: NotebookState): Hit {
  return { cellId: active ?? order[0] ?? ('' as CellId), place: 'source', start: 0, end: 0 };
}

/** Index of the first hit at or after a place; past the last one it begins again. */
function placeOf(hits: readonly Hit[], from: Hit, order: readonly CellId[]): number {
  const places = new Map(order.map((id, index) => [id, index]));
  const at = hits.findIndex((hit) => compareHits(places, hit, from) >= 0);
  return at < 0 ? 0 : at;
}
