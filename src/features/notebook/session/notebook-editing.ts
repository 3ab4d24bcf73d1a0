/**
 * What a person does to the cells: every change goes through the history, so that it can be taken back, and is
 * announced once. Selection and mode live here too, because most edits move them.
 */
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import type { CellId, CellType, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, toDisposable } from '@/base/disposable.ts';
import { Emitter } from '@/base/emitter.ts';
import { copiesOf, isDeletable, isEditable, NO_RESULT } from '../document/cell-edits.ts';
import { foldedEnd, inSight, shownIndexes } from '../document/folding.ts';
import { History, type HistoryResult } from '../document/history.ts';
import {
  emptyCell,
  movedOrder,
  type NotebookContent,
  type Operation,
  shapeAs,
} from '../document/notebook-model.ts';
import {
  lockedWords,
  type NotebookState,
  type NotebookStore,
  selectedIds,
  selectedShownIds,
} from './notebook-store.ts';

/** Editors kept alive, the newest first: coming back to a cell costs nothing then. */
const LIVE_EDITORS = 3;

export const NOT_EDITABLE =
  'This cell is marked as not editable (“editable” in its metadata). It was not changed.';
export const NOT_DELETABLE =
  'This cell is marked as not deletable (“deletable” in its metadata). It was not deleted.';

/** Line and column, from 1. */
export type CursorPlace = { line: number; column: number };

export type PasteOptions = { place?: 'above' | 'below' | 'instead'; withOutputs?: boolean };

export class NotebookEditing {
  readonly #store: NotebookStore;
  readonly #history: History;
  #cursor: { id: CellId; read: () => CursorPlace | null } | null = null;
  readonly #didEdit: Emitter<NotebookContent>;

  /** Another view of the same cells has the same history: a step back is a step back in both. */
  constructor(store: NotebookStore, now: () => number, sameCells?: NotebookEditing) {
    this.#store = store;
    this.#history = sameCells ? sameCells.#history : new History(now);
    this.#didEdit = sameCells ? sameCells.#didEdit : new Emitter<NotebookContent>();
  }

  /** With the notebook as it was before. */
  get onDidEdit() {
    return this.#didEdit.event;
  }

  /** The editor of a cell tells where its cursor is, for as long as it has the keyboard. */
  followCursor(id: CellId, read: () => CursorPlace | null): Disposable {
    const follower = { id, read };
    this.#cursor = follower;
    return toDisposable(() => {
      if (this.#cursor === follower) this.#cursor = null;
    });
  }

  /** Where the cursor is in a cell that is being edited. */
  placeIn(id: CellId): CursorPlace | null {
    const { active, mode, cursor } = this.#store.getState();
    if (active !== id || mode !== 'edit') return null;
    return this.#cursor?.id === id ? (this.#cursor.read() ?? cursor) : cursor;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  /** One step of the history, and what it does to the selection. */
  apply(operation: Operation, change?: Partial<NotebookState>): void {
    const before = this.#store.getState();
    if (before.status.kind !== 'ready') return;
    if (before.lock) {
      this.#refuseLocked(before);
      return;
    }
    this.takeIn(operation, { refusal: null, ...change });
    const after = this.#store.getState();
    if (after.cells !== before.cells || after.order !== before.order || after.metadata !== before.metadata) {
      this.#didEdit.fire(before);
    }
  }

  /** The same with what came from elsewhere: it can be taken back, and is no edit of the person. */
  takeIn(operation: Operation, change?: Partial<NotebookState>): void {
    const before = this.#store.getState();
    const after = this.#history.edit(contentPart(before), operation);
    const next = { ...before, ...after, ...change };
    this.#store.setState({ ...next, ...inSight(before, next) });
  }

  #refuseLocked({ active, lock }: NotebookState): void {
    if (!lock || active === null) return;
    this.#store.setState({ refusal: { id: active, words: lockedWords(lock) } });
  }

  setSource(id: CellId, source: string): void {
    const cell = this.#store.getState().cells[id];
    if (!cell || !isEditable(cell) || cell.source === source) return;
    this.apply({ type: 'source', id, source });
  }

  /** New sources of several cells, in one step. */
  setSources(sources: ReadonlyMap<CellId, string>): void {
    const { cells } = this.#store.getState();
    const operations = [...sources].flatMap(([id, source]): Operation[] => {
      const cell = cells[id];
      return !cell || !isEditable(cell) || cell.source === source ? [] : [{ type: 'source', id, source }];
    });
    if (operations.length > 0) this.apply({ type: 'batch', operations });
  }

  /** A new cell beside the active one, selected. Returns its id. */
  insert(where: 'above' | 'below', type: CellType = 'code'): CellId {
    const { order, active } = this.#store.getState();
    const at = active === null ? order.length : order.indexOf(active);
    const index = active === null || where === 'above' ? at : at + 1;
    const id = newCellId();
    this.apply(
      { type: 'insert', index, cells: [emptyCell(id, type)] },
      { active: id, anchor: id, mode: 'command' },
    );
    return id;
  }

  /** Deletes the selected cells that may be deleted; the neighbour that takes their place is selected. */
  deleteSelected(): void {
    const state = this.#store.getState();
    const wanted = this.copies();
    const ids = wanted.filter(isDeletable).map((cell) => cell.id);
    const spared = wanted.find((cell) => !isDeletable(cell));
    const refusal = spared ? { id: spared.id, words: NOT_DELETABLE } : null;
    const [first] = ids;
    if (first === undefined) {
      this.#store.setState({ refusal });
      return;
    }
    const gone = new Set(ids);
    const at = state.order.indexOf(first);
    const rest = state.order.filter((id) => !gone.has(id));
    const next = spared?.id ?? rest[Math.min(at, rest.length - 1)] ?? null;
    this.apply({ type: 'remove', ids }, { active: next, anchor: next, mode: 'command', refusal });
  }

  /** Takes cells out that went elsewhere; the selection moves on if they were in it. */
  remove(ids: readonly CellId[]): void {
    const { order, active, anchor } = this.#store.getState();
    const gone = new Set(ids);
    const rest = order.filter((id) => !gone.has(id));
    if (rest.length === order.length) return;
    const at = order.findIndex((id) => gone.has(id));
    const next = rest[Math.min(at, rest.length - 1)] ?? null;
    const isKept = active !== null && !gone.has(active) && anchor !== null && !gone.has(anchor);
    this.apply({ type: 'remove', ids }, isKept ? {} : { active: next, anchor: next, mode: 'command' });
  }

  /** The selected cells; with a folded heading all that it hides. */
  copies(): NotebookCell[] {
    const state = this.#store.getState();
    return selectedIds(state).flatMap((id) => state.cells[id] ?? []);
  }

  /** The selected cells that are in sight. */
  shown(): NotebookCell[] {
    const state = this.#store.getState();
    return selectedShownIds(state).flatMap((id) => state.cells[id] ?? []);
  }

  /** Puts copies under new ids beside the selection or, where they may be deleted, in place of the selected cells. */
  paste(cells: readonly NotebookCell[], where: PasteOptions = {}): void {
    const state = this.#store.getState();
    const selection = selectedIds(state);
    const { place = 'below', withOutputs = true } = where;
    const fresh = copiesOf(cells, { withOutputs, newId: newCellId });
    const [first] = fresh;
    const end = fresh.at(-1);
    if (!first || !end) return;
    const [top] = selection;
    const last = selection.at(-1);
    const below = last === undefined ? state.order.length : state.order.indexOf(last) + 1;
    const index = place === 'above' && top !== undefined ? state.order.indexOf(top) : below;
    const insert: Operation = { type: 'insert', index, cells: fresh };
    const wanted = place === 'instead' ? this.copies() : [];
    const gone = wanted.filter(isDeletable).map((cell) => cell.id);
    const spared = wanted.find((cell) => !isDeletable(cell));
    this.apply(
      gone.length === 0 ? insert : { type: 'batch', operations: [insert, { type: 'remove', ids: gone }] },
      {
        active: end.id,
        anchor: first.id,
        mode: 'command',
        refusal: spared ? { id: spared.id, words: NOT_DELETABLE } : null,
      },
    );
  }

  move(direction: 'up' | 'down'): void {
    const state = this.#store.getState();
    const ids = selectedIds(state);
    const [first] = ids;
    if (first === undefined) return;
    const from = state.order.indexOf(first);
    const end = from + ids.length;
    // A folded section is passed in one step.
    const above = shownIndexes(state)?.findLast((index) => index < from) ?? from - 1;
    const at = direction === 'up' ? above : foldedEnd(state, end) - ids.length;
    if (from === 0 && direction === 'up') return;
    if (at + ids.length > state.order.length) return;
    this.apply({ type: 'reorder', order: movedOrder(state.order, new Set(ids), at) });
  }

  changeType(type: CellType): void {
    const state = this.#store.getState();
    const operations = selectedShownIds(state).flatMap((id): Operation[] => {
      const cell = state.cells[id];
      if (!cell || cell.type === type || !isEditable(cell)) return [];
      return [{ type: 'kind', id, shape: shapeAs(cell, type) }];
    });
    if (operations.length === 0) {
      this.refuse((cell) => cell.type === type || isEditable(cell), NOT_EDITABLE);
      return;
    }
    const unrendered = new Set(state.unrendered);
    for (const operation of operations) if ('id' in operation) unrendered.add(operation.id);
    this.apply({ type: 'batch', operations }, { unrendered });
  }

  /** Says in the first selected cell that does not allow something why it was not done; false where all do. */
  refuse(allows: (cell: NotebookCell) => boolean, words: string): boolean {
    const found = this.shown().find((cell) => !allows(cell));
    if (found) this.#store.setState({ refusal: { id: found.id, words } });
    return found !== undefined;
  }

  clearOutputs(ids: readonly CellId[]): void {
    const { cells } = this.#store.getState();
    const operations = ids.flatMap((id): Operation[] => {
      const cell = cells[id];
      const isClear =
        !cell || cell.type !== 'code' || (cell.outputs.length === 0 && cell.executionCount === null);
      return isClear ? [] : [{ type: 'result', id, result: NO_RESULT }];
    });
    if (operations.length > 0) this.apply({ type: 'batch', operations });
  }

  undo(): void {
    this.#goBack(this.#history.undo(contentPart(this.#store.getState())));
  }

  redo(): void {
    this.#goBack(this.#history.redo(contentPart(this.#store.getState())));
  }

  #goBack(result: HistoryResult | null): void {
    if (!result) return;
    const { content, touched } = result;
    const before = this.#store.getState();
    const { active, anchor, unrendered } = before;
    const shown = touched.filter((id) => content.cells[id]);
    const kept = (id: CellId | null) => (id !== null && content.cells[id] ? id : null);
    const next = shown.at(-1) ?? kept(active) ?? content.order[0] ?? null;
    const first = shown[0] ?? kept(anchor) ?? next;
    const isTyping = shown.length === 1 && shown[0] === active;
    const selection = { active: next, anchor: isTyping ? next : first };
    this.#store.setState({
      ...content,
      ...inSight(null, { ...this.#store.getState(), ...content, ...selection }),
      ...(isTyping ? {} : { mode: 'command' as const }),
      // The text that changed must be seen.
      unrendered: isTyping && next !== null ? new Set([...unrendered, next]) : unrendered,
    });
    this.#didEdit.fire(before);
  }

  /** The file was read again: steps back would be about another text. */
  forget(): void {
    this.#history.clear();
  }

  select(id: CellId, options: { extend?: boolean } = {}): void {
    const { active, anchor, cells, mode, refusal } = this.#store.getState();
    if (!cells[id]) return;
    if (refusal && refusal.id !== id) this.#store.setState({ refusal: null });
    if (options.extend) {
      const selection = { active: id, anchor: anchor ?? active ?? id };
      this.#store.setState({
        ...inSight(null, { ...this.#store.getState(), ...selection }),
        mode: 'command',
      });
    } else if (active !== id || anchor !== id) {
      this.#history.seal();
      const selection = inSight(null, { ...this.#store.getState(), active: id, anchor: id });
      this.#store.setState({ ...selection, mode: active === id ? mode : 'command' });
    }
  }

  selectAll(): void {
    const state = this.#store.getState();
    const active = state.order[shownIndexes(state)?.at(-1) ?? state.order.length - 1] ?? null;
    this.#store.setState({ anchor: state.order[0] ?? null, active, mode: 'command' });
  }

  /** Selects the cell `by` places from the active one. */
  selectBy(by: number, options: { extend?: boolean } = {}): void {
    const state = this.#store.getState();
    const { order, active } = state;
    const shown = shownIndexes(state);
    const at = active === null ? -1 : order.indexOf(active);
    const place = Math.max(0, Math.min((shown ?? order).length - 1, (shown?.indexOf(at) ?? at) + by));
    const id = order[shown ? (shown[place] ?? -1) : place];
    if (id !== undefined) this.select(id, options);
  }

  enterEdit(id: CellId | null = this.#store.getState().active): void {
    const { cells, live, unrendered } = this.#store.getState();
    const cell = id === null ? undefined : cells[id];
    if (!cell || id === null || cell.problem !== undefined) return;
    const before = this.#store.getState();
    if (before.lock) {
      this.#refuseLocked({ ...before, active: id });
      return;
    }
    // The editor that has been loaded takes the place of the plain one, and with it the focus.
    const isEdited = before.active === id && before.mode === 'edit';
    this.#store.setState({
      ...inSight(null, { ...before, active: id, anchor: id }),
      // Where it was in another cell says nothing here.
      cursor: isEdited ? before.cursor : null,
      mode: 'edit',
      refusal: isEditable(cell) ? (isEdited ? before.refusal : null) : { id, words: NOT_EDITABLE },
      live: [id, ...live.filter((one) => one !== id)].slice(0, LIVE_EDITORS),
      ...(cell.type === 'markdown' ? { unrendered: new Set([...unrendered, id]) } : {}),
    });
  }

  leaveEdit(): void {
    this.#history.seal();
    this.#store.setState({ mode: 'command' });
  }

  /** Leaves the cell; text is shown as it reads. */
  leaveAndRender(): void {
    const { active, cells } = this.#store.getState();
    this.leaveEdit();
    if (active !== null && cells[active]?.type === 'markdown') this.render([active]);
  }

  /** Shows Markdown cells as text again. */
  render(ids: readonly CellId[]): void {
    const { unrendered, live } = this.#store.getState();
    const done = new Set(ids);
    this.#store.setState({
      unrendered: new Set([...unrendered].filter((id) => !done.has(id))),
      live: live.filter((id) => !done.has(id)),
    });
  }
}

function contentPart({ order, cells, metadata, nbformat, nbformatMinor }: NotebookState): NotebookContent {
  return { order, cells, metadata, nbformat, nbformatMinor };
}
