/**
 * What a person does to the cells: every change goes through the history, so that it can be taken back, and is
 * announced once. Selection and mode live here too, because most edits move them.
 */
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import type { CellId, CellType, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { Emitter } from '@/base/emitter.ts';
import { History, type HistoryResult } from '../document/history.ts';
import {
  type CellResult,
  emptyCell,
  movedOrder,
  type NotebookContent,
  type Operation,
  shapeAs,
} from '../document/notebook-model.ts';
import { type NotebookState, type NotebookStore, selectedIds } from './notebook-store.ts';

/** Editors kept alive, the newest first: coming back to a cell costs nothing then. */
const LIVE_EDITORS = 3;
const NO_RESULT: CellResult = { outputs: [], executionCount: null };

export class NotebookEditing {
  readonly #store: NotebookStore;
  readonly #history: History;
  readonly #didEdit = new Emitter<void>();
  readonly onDidEdit = this.#didEdit.event;

  constructor(store: NotebookStore, now: () => number) {
    this.#store = store;
    this.#history = new History(now);
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  #edit(operation: Operation, change?: Partial<NotebookState>): void {
    const before = this.#store.getState();
    if (before.status.kind !== 'ready') return;
    const after = this.#history.edit(contentPart(before), operation);
    this.#store.setState({ ...after, ...change });
    if (after.cells !== before.cells || after.order !== before.order || after.metadata !== before.metadata) {
      this.#didEdit.fire();
    }
  }

  setSource(id: CellId, source: string): void {
    const cell = this.#store.getState().cells[id];
    if (!cell || cell.problem !== undefined || cell.source === source) return;
    this.#edit({ type: 'source', id, source });
  }

  /** A new cell beside the active one, selected. Returns its id. */
  insert(where: 'above' | 'below', type: CellType = 'code'): CellId {
    const { order, active } = this.#store.getState();
    const at = active === null ? order.length : order.indexOf(active);
    const index = active === null || where === 'above' ? at : at + 1;
    const id = newCellId();
    this.#edit(
      { type: 'insert', index, cells: [emptyCell(id, type)] },
      { active: id, anchor: id, mode: 'command' },
    );
    return id;
  }

  /** Deletes the selected cells; the neighbour that takes their place is selected. */
  deleteSelected(): void {
    const state = this.#store.getState();
    const ids = selectedIds(state);
    const [first] = ids;
    if (first === undefined) return;
    const gone = new Set(ids);
    const at = state.order.indexOf(first);
    const rest = state.order.filter((id) => !gone.has(id));
    const next = rest[Math.min(at, rest.length - 1)] ?? null;
    this.#edit({ type: 'remove', ids }, { active: next, anchor: next, mode: 'command' });
  }

  copies(): NotebookCell[] {
    const { cells } = this.#store.getState();
    return selectedIds(this.#store.getState()).flatMap((id) => cells[id] ?? []);
  }

  /** Puts copies under new ids below the selection. */
  paste(cells: readonly NotebookCell[]): void {
    const state = this.#store.getState();
    const last = selectedIds(state).at(-1);
    const index = last === undefined ? state.order.length : state.order.indexOf(last) + 1;
    const fresh = cells.map(({ problem: _, ...cell }) => ({ ...cell, id: newCellId(), hasFileId: false }));
    const [first] = fresh;
    const end = fresh.at(-1);
    if (!first || !end) return;
    this.#edit(
      { type: 'insert', index, cells: fresh },
      { active: end.id, anchor: first.id, mode: 'command' },
    );
  }

  move(direction: 'up' | 'down'): void {
    const state = this.#store.getState();
    const ids = selectedIds(state);
    const [first] = ids;
    if (first === undefined) return;
    const at = state.order.indexOf(first) + (direction === 'up' ? -1 : 1);
    if (at < 0 || at + ids.length > state.order.length) return;
    this.#edit({ type: 'reorder', order: movedOrder(state.order, new Set(ids), at) });
  }

  changeType(type: CellType): void {
    const state = this.#store.getState();
    const operations = selectedIds(state).flatMap((id): Operation[] => {
      const cell = state.cells[id];
      if (!cell || cell.type === type || cell.problem !== undefined) return [];
      return [{ type: 'kind', id, shape: shapeAs(cell, type) }];
    });
    if (operations.length === 0) return;
    const unrendered = new Set(state.unrendered);
    for (const operation of operations) if ('id' in operation) unrendered.add(operation.id);
    this.#edit({ type: 'batch', operations }, { unrendered });
  }

  clearOutputs(ids: readonly CellId[]): void {
    const { cells } = this.#store.getState();
    const operations = ids.flatMap((id): Operation[] => {
      const cell = cells[id];
      const isClear =
        !cell || cell.type !== 'code' || (cell.outputs.length === 0 && cell.executionCount === null);
      return isClear ? [] : [{ type: 'result', id, result: NO_RESULT }];
    });
    if (operations.length > 0) this.#edit({ type: 'batch', operations });
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
    const { active, anchor, unrendered } = this.#store.getState();
    const shown = touched.filter((id) => content.cells[id]);
    const kept = (id: CellId | null) => (id !== null && content.cells[id] ? id : null);
    const next = shown.at(-1) ?? kept(active) ?? content.order[0] ?? null;
    const first = shown[0] ?? kept(anchor) ?? next;
    const isTyping = shown.length === 1 && shown[0] === active;
    this.#store.setState({
      ...content,
      active: next,
      anchor: isTyping ? next : first,
      ...(isTyping ? {} : { mode: 'command' as const }),
      // The text that changed must be seen.
      unrendered: isTyping && next !== null ? new Set([...unrendered, next]) : unrendered,
    });
    this.#didEdit.fire();
  }

  /** The file was read again: steps back would be about another text. */
  forget(): void {
    this.#history.clear();
  }

  select(id: CellId, options: { extend?: boolean } = {}): void {
    const { active, anchor, cells, mode } = this.#store.getState();
    if (!cells[id]) return;
    if (options.extend) this.#store.setState({ active: id, anchor: anchor ?? active ?? id, mode: 'command' });
    else if (active !== id || anchor !== id) {
      this.#history.seal();
      this.#store.setState({ active: id, anchor: id, mode: active === id ? mode : 'command' });
    }
  }

  selectAll(): void {
    const { order } = this.#store.getState();
    this.#store.setState({ anchor: order[0] ?? null, active: order.at(-1) ?? null, mode: 'command' });
  }

  /** Selects the cell `by` places from the active one. */
  selectBy(by: number, options: { extend?: boolean } = {}): void {
    const { order, active } = this.#store.getState();
    const at = active === null ? -1 : order.indexOf(active);
    const id = order[Math.max(0, Math.min(order.length - 1, at + by))];
    if (id !== undefined) this.select(id, options);
  }

  enterEdit(id: CellId | null = this.#store.getState().active): void {
    const { cells, live, unrendered } = this.#store.getState();
    const cell = id === null ? undefined : cells[id];
    if (!cell || id === null || cell.problem !== undefined) return;
    this.#store.setState({
      active: id,
      anchor: id,
      mode: 'edit',
      live: [id, ...live.filter((one) => one !== id)].slice(0, LIVE_EDITORS),
      ...(cell.type === 'markdown' ? { unrendered: new Set([...unrendered, id]) } : {}),
    });
  }

  leaveEdit(): void {
    this.#history.seal();
    this.#store.setState({ mode: 'command' });
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
