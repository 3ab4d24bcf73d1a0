/** Folding the sections of headings. What the file keeps of it is one step of the history, like any edit. */
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import {
  headingAbove,
  headingBelow,
  hidersOf,
  isFolded,
  isMarkedFolded,
  shownIndexes,
  withFolded,
} from '../document/folding.ts';
import { headingLevel } from '../document/headings.ts';
import type { Operation } from '../document/notebook-model.ts';
import type { NotebookEditing } from './notebook-editing.ts';
import type { NotebookState, NotebookStore } from './notebook-store.ts';

/** A cell that is in sight, and its place among all cells. */
export type ShownCell = { readonly id: CellId; readonly index: number };

type Shown = Pick<NotebookState, 'order' | 'opened'> & {
  of: NotebookState['cells'];
  indexes: readonly number[] | null;
  cells: readonly ShownCell[];
};

export class SectionActions {
  readonly #store: NotebookStore;
  readonly #editing: NotebookEditing;
  #last: Shown | null = null;

  constructor(store: NotebookStore, editing: NotebookEditing) {
    this.#store = store;
    this.#editing = editing;
  }

  /** The cells in sight. The same list comes back until something comes, goes or is folded. */
  readonly shown = (state: NotebookState): readonly ShownCell[] => {
    const last = this.#last;
    const { order, cells, opened } = state;
    if (last?.order === order && last.of === cells && last.opened === opened) return last.cells;
    const indexes = shownIndexes(state);
    const isSame = last?.order === order && areSame(last.indexes, indexes);
    const made = isSame
      ? last.cells
      : (indexes ?? [...order.keys()]).flatMap((index) => placeOf(order, index));
    this.#last = { order, of: cells, opened, indexes, cells: made };
    return made;
  };

  /** Folds or unfolds the sections of these headings. */
  fold(ids: readonly CellId[], folded: boolean): void {
    const state = this.#store.getState();
    const headings = ids.filter((id) => headingLevel(state.cells[id]) > 0);
    const operations = headings.flatMap((id): Operation[] => {
      const cell = state.cells[id];
      if (!cell || isMarkedFolded(cell) === folded) return [];
      return [{ type: 'cellMetadata', id, metadata: withFolded(cell.metadata, folded) }];
    });
    const opened = new Set([...state.opened].filter((id) => !headings.includes(id)));
    this.#store.setState({ opened });
    if (operations.length > 0)
      this.#editing.apply({ type: 'batch', operations }, this.#outside(headings, folded));
    else this.#store.setState(this.#outside(headings, folded));
  }

  /** Folding the section that the active cell is in makes its heading the active one. */
  #outside(headings: readonly CellId[], folded: boolean): Partial<NotebookState> {
    const state = this.#store.getState();
    if (!folded || state.active === null) return {};
    const cells = { ...state.cells };
    for (const id of headings) {
      const cell = cells[id];
      if (cell) cells[id] = { ...cell, metadata: withFolded(cell.metadata, true) };
    }
    const [outermost] = hidersOf({ ...state, cells }, state.active);
    return outermost === undefined ? {} : { active: outermost, anchor: outermost, mode: 'command' };
  }

  toggle(id: CellId): void {
    this.fold([id], !isFolded(this.#store.getState(), id));
  }

  /** Folds every heading, or unfolds them. */
  foldAll(folded: boolean): void {
    this.fold(this.#store.getState().order, folded);
  }

  /** Folds the active heading; from anywhere else, and from a folded one, goes to the heading above. */
  foldOrGoUp(): void {
    const state = this.#store.getState();
    const { active } = state;
    if (active === null) return;
    if (headingLevel(state.cells[active]) > 0 && !isFolded(state, active)) this.fold([active], true);
    else this.#goTo(headingAbove(state, active));
  }

  /** Unfolds the active heading; from anywhere else goes to the next heading. */
  unfoldOrGoDown(): void {
    const state = this.#store.getState();
    const { active } = state;
    if (active === null) return;
    if (isFolded(state, active)) this.fold([active], false);
    else this.#goTo(headingBelow(state, active));
  }

  #goTo(id: CellId | null): void {
    if (id !== null) this.#editing.select(id);
  }
}

function placeOf(order: readonly CellId[], index: number): ShownCell[] {
  const id = order[index];
  return id === undefined ? [] : [{ id, index }];
}

function areSame(a: readonly number[] | null, b: readonly number[] | null): boolean {
  return a === b || (a?.length === b?.length && a !== null && a.every((index, at) => b?.[at] === index));
}
