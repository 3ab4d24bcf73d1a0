/**
 * What is done to the structure of the cells beyond putting them in, taking them out and moving them: splitting, joining,
 * doubling, hiding parts. Each is one step of the history.
 */
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import {
  asHeading,
  type CellPart,
  copiesOf,
  isEditable,
  isHidden,
  mayMerge,
  mergeOperation,
  offsetOf,
  splitOperation,
  withHidden,
} from '../document/cell-edits.ts';
import { isFolded } from '../document/folding.ts';
import { emptyCell, type Operation, shapeAs } from '../document/notebook-model.ts';
import { NOT_EDITABLE, type NotebookEditing } from './notebook-editing.ts';
import { type NotebookStore, selectedIds, selectedShownIds } from './notebook-store.ts';

const NOT_MERGED =
  'The cells were not merged: metadata of this one does not allow it to be changed or deleted.';

const FOLDED = 'The cells were not merged: the section of this heading is collapsed. Expand it first.';

export class CellActions {
  readonly #store: NotebookStore;
  readonly #editing: NotebookEditing;

  constructor(store: NotebookStore, editing: NotebookEditing) {
    this.#store = store;
    this.#editing = editing;
  }

  /** Splits the edited cell at the cursor; the keyboard stays in the lower part. */
  split(): void {
    const state = this.#store.getState();
    const cell = state.active === null ? undefined : state.cells[state.active];
    if (!cell || state.mode !== 'edit' || this.#editing.refuse(isEditable, NOT_EDITABLE)) return;
    const offset = offsetOf(cell.source, this.#editing.placeIn(cell.id) ?? { line: 1, column: 1 });
    const newId = newCellId();
    this.#editing.apply(splitOperation(state, cell, { offset, newId }), {
      active: cell.id,
      anchor: cell.id,
      cursor: { line: 1, column: 1 },
    });
  }

  /** Joins the selected cells; one alone is joined with its neighbour. */
  merge(neighbour: 'above' | 'below' = 'below'): void {
    const state = this.#store.getState();
    const selection = selectedShownIds(state);
    const [first] = selection;
    if (state.active === null || first === undefined) return;
    const at = state.order.indexOf(first);
    const from = neighbour === 'above' ? at - 1 : at;
    const ids = selection.length > 1 ? selection : state.order.slice(Math.max(0, from), from + 2);
    const cells = ids.flatMap((id) => state.cells[id] ?? []);
    const into = state.cells[state.active];
    if (!into || cells.length < 2) return;
    const folded = ids.find((id) => isFolded(state, id));
    if (folded !== undefined) {
      this.#store.setState({ refusal: { id: folded, words: FOLDED } });
      return;
    }
    if (!mayMerge(cells, into)) {
      const found = cells.find((cell) => !mayMerge([cell, into], into)) ?? into;
      this.#store.setState({ refusal: { id: found.id, words: NOT_MERGED } });
      return;
    }
    const shown = into.type === 'markdown' ? [into.id] : [];
    this.#editing.apply(mergeOperation(cells, into), {
      active: into.id,
      anchor: into.id,
      mode: 'command',
      unrendered: new Set([...state.unrendered, ...shown]),
    });
  }

  /** Copies of the selected cells below them, selected. */
  duplicate(): void {
    const state = this.#store.getState();
    const last = selectedIds(state).at(-1);
    const fresh = copiesOf(this.#editing.copies(), { withOutputs: true, newId: newCellId });
    const [first] = fresh;
    const end = fresh.at(-1);
    if (last === undefined || !first || !end) return;
    this.#editing.apply(
      { type: 'insert', index: state.order.indexOf(last) + 1, cells: fresh },
      { active: end.id, anchor: first.id, mode: 'command' },
    );
  }

  /** Hides the part in these cells, or shows it where all of them hide it already. Kept in the file. */
  toggle(part: CellPart, cells: readonly NotebookCell[] = this.#editing.shown()): void {
    const able = cells.filter((cell) => part === 'source' || cell.type === 'code');
    this.setHidden(part, !able.every((cell) => isHidden(cell, part)), able);
  }

  setHidden(part: CellPart, hidden: boolean, cells: readonly NotebookCell[]): void {
    const operations = cells.flatMap((cell): Operation[] => {
      if (cell.problem !== undefined || isHidden(cell, part) === hidden) return [];
      if (part === 'outputs' && cell.type !== 'code') return [];
      return [{ type: 'cellMetadata', id: cell.id, metadata: withHidden(cell.metadata, part, hidden) }];
    });
    if (operations.length > 0) this.#editing.apply({ type: 'batch', operations });
  }

  /** The selected cells as headings of a level from 1 to 6. */
  makeHeading(level: number): void {
    const operations = this.#editing.shown().flatMap((cell): Operation[] => {
      if (!isEditable(cell)) return [];
      const source = asHeading(cell.source, level);
      if (cell.type === 'markdown' && cell.source === source) return [];
      return [
        { type: 'kind', id: cell.id, shape: shapeAs(cell, 'markdown') },
        { type: 'source', id: cell.id, source },
      ];
    });
    if (operations.length > 0) this.#editing.apply({ type: 'batch', operations });
    else this.#editing.refuse(isEditable, NOT_EDITABLE);
  }

  /** A new heading, of the level of the one that the active cell stands under, to be written at once. */
  insertHeading(where: 'above' | 'below', level: number): void {
    const { order, active } = this.#store.getState();
    const at = active === null ? order.length : order.indexOf(active);
    const id = newCellId();
    this.#editing.apply(
      {
        type: 'insert',
        index: active === null || where === 'above' ? at : at + 1,
        cells: [emptyCell(id, 'markdown', `${'#'.repeat(level)} `)],
      },
      { active: id, anchor: id },
    );
    this.#editing.enterEdit(id);
  }
}
