/**
 * What became of cells while no page had the notebook. The server knows which ends nobody saw and which outputs it
 * could not put into the file: this follows its executions, and says so until somebody was told or has chosen. What
 * was put into a cell is done with once it is in the file; an undo before that brings the offer back.
 */
import { type Execution, ProblemError } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import type { CellId, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { readNotebook } from '@atelier-ide/core/notebook/read.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { DocumentExecutions } from '@/services/executions/executions-service.ts';
import type { NotebookEditing } from '../session/notebook-editing.ts';
import type { NotebookStore } from '../session/notebook-store.ts';
import { createAwayStore, type LooseResult, type RanAway } from './away-store.ts';

export type AwayHost = {
  store: NotebookStore;
  editing: NotebookEditing;
  log: LogService;
  executions(): DocumentExecutions | null;
  cellOf(execution: Execution): CellId | undefined;
  /** All edits are in the file. */
  isSaved(): boolean;
  fail(what: string, error: unknown): void;
};

export class NotebookAway implements Disposable {
  readonly store = createAwayStore();
  readonly #host: AwayHost;
  readonly #owned = new DisposableStore();
  /** Executions that this page has known before they ended. */
  readonly #open = new Set<string>();
  /** Executions with a cell, and that cell. */
  readonly #shown = new Map<string, CellId>();
  /** Executions whose cells a person has deleted here: that is a choice. */
  readonly #dropped = new Set<string>();
  /** Executions whose outputs were put into a new cell. */
  readonly #placed = new Map<string, CellId>();
  /** Executions that were told of here; the server may hear it later. */
  readonly #told = new Set<string>();
  #isFollowing = false;
  #order: readonly CellId[] = [];
  #wasSeen = false;

  constructor(host: AwayHost) {
    this.#host = host;
    this.#owned.add(host.editing.onDidEdit(() => this.#didEdit()));
    const follow = host.store.subscribe((now, before) => {
      const isBound = now.document?.binding !== before.document?.binding;
      if (isBound && this.#isFollowing) this.#show(this.#all);
    });
    this.#owned.add(toDisposable(follow));
  }

  get #all(): readonly Execution[] {
    const all = Object.values(this.#host.executions()?.store.getState().byId ?? {});
    // Entries of consoles have no source of a cell.
    return all.filter(
      ({ cellId, sourceHash }) => cellId !== null && sourceHash !== null && sourceHash !== '',
    );
  }

  /** Executions are new or have changed, or cells came in from elsewhere. */
  update(): void {
    this.#isFollowing = true;
    const all = this.#all;
    this.#shown.clear();
    for (const one of all) {
      const cellId = this.#host.cellOf(one);
      if (!isFinished(one.state)) this.#open.add(one.id);
      if (cellId === undefined) continue;
      this.#shown.set(one.id, cellId);
      this.#dropped.delete(one.id);
    }
    this.#show(all);
    if (this.#host.isSaved()) void this.#record(this.#settled());
  }

  /** A cell that is gone by an edit was deleted by a person. */
  #didEdit(): void {
    const { cells, order } = this.#host.store.getState();
    if (!this.#isFollowing || order === this.#order) return;
    this.#order = order;
    for (const [id, cellId] of this.#shown) {
      if (cells[cellId]) this.#dropped.delete(id);
      else this.#dropped.add(id);
    }
    this.#show(this.#all);
  }

  #show(all: readonly Execution[]): void {
    const before = this.store.getState();
    const ran = this.#ranAway(all);
    const unplaced = all
      .filter((one) => this.#isLoose(one))
      .toSorted((a, b) => a.queuedAt.localeCompare(b.queuedAt) || a.position - b.position);
    const isSame =
      unplaced.length === before.unplaced.length &&
      unplaced.every(({ id }, index) => id === before.unplaced[index]?.id);
    if (isSame && JSON.stringify(ran) === JSON.stringify(before.ran)) return;
    this.store.setState({ ran, unplaced: isSame ? before.unplaced : unplaced });
  }

  #isLoose(one: Execution): boolean {
    if (one.unplaced === undefined || one.recorded || !isFinished(one.state)) return false;
    if (this.#dropped.has(one.id)) return false;
    const { cells, document } = this.#host.store.getState();
    const placed = this.#placed.get(one.id);
    if (placed !== undefined && cells[placed]) return false;
    const { state, kernelId } = document?.binding ?? {};
    // What the line to its kernel tells again is shown in the cell.
    const comes = (state === 'bound' || state === 'switching') && kernelId === one.kernelId;
    return !(comes && this.#host.cellOf(one) !== undefined);
  }

  #ranAway(all: readonly Execution[]): RanAway | null {
    const { order } = this.#host.store.getState();
    const places = new Map(order.map((id, index) => [id, index]));
    const found = all.flatMap((execution) => {
      const cellId =
        execution.unseen && !this.#told.has(execution.id) ? this.#host.cellOf(execution) : undefined;
      const place = cellId === undefined ? undefined : places.get(cellId);
      return cellId === undefined || place === undefined ? [] : [{ execution, cellId, place }];
    });
    if (found.length === 0) return null;
    const inOrder = found.toSorted((a, b) => a.place - b.place);
    const of = (fits: (state: Execution['state']) => boolean) =>
      inOrder.filter(({ execution }) => fits(execution.state));
    const failed = of((state) => state === 'error' || state === 'kernel-died');
    const unknown = of((state) => state === 'unknown');
    const done = of((state) => state === 'done');
    const notRun = of((state) => state === 'aborted');
    const ran = [...failed, ...unknown, ...done];
    const ends = ran.flatMap(({ execution: { endedAt } }) =>
      endedAt === undefined ? [] : [Date.parse(endedAt)],
    );
    return {
      ids: inOrder.map(({ execution }) => execution.id),
      cells: [...ran, ...notRun].map(({ cellId }) => cellId),
      ran: ran.length,
      failed: failed.length,
      unknown: unknown.length,
      notRun: notRun.length,
      until: ends.length === 0 ? null : Math.max(...ends),
      wasOpen: inOrder.some(({ execution }) => this.#open.has(execution.id)),
    };
  }

  /** The note is in front of somebody: closing the notebook puts it away. */
  didShowRan(): void {
    this.#wasSeen = true;
  }

  /** Puts the note away; nobody is told of these again. */
  dismissRan(): void {
    const { ran } = this.store.getState();
    if (!ran) return;
    for (const id of ran.ids) this.#told.add(id);
    this.#wasSeen = false;
    this.#show(this.#all);
    this.#tell(ran.ids);
  }

  #tell(ids: readonly string[]): void {
    this.#host
      .executions()
      ?.seen(ids)
      .catch((error: unknown) =>
        this.#host.log.warn('The server does not know that somebody was told', { error: String(error) }),
      );
  }

  /** Fetches what these executions have shown. */
  async load(): Promise<void> {
    await Promise.all(this.#unplacedIds.map((id) => this.#resultOf(id)));
  }

  get #unplacedIds(): readonly string[] {
    return this.store.getState().unplaced.map(({ id }) => id);
  }

  async #resultOf(id: string): Promise<LooseResult> {
    const known = this.store.getState().results[id];
    if (known?.kind === 'cell') return known;
    if (!known) this.#keep(id, { kind: 'loading' });
    const result = await this.#fetch(id);
    this.#keep(id, result);
    return result;
  }

  async #fetch(id: string): Promise<LooseResult> {
    try {
      const read = readNotebook((await this.#host.executions()?.result(id)) ?? '');
      const [cell] = read.ok ? read.notebook.document.cells : [];
      if (cell) return { kind: 'cell', cell };
      return { kind: 'problem', words: 'What the server sent is no cell.' };
    } catch (error) {
      return { kind: 'problem', words: error instanceof ProblemError ? error.problem.detail : String(error) };
    }
  }

  #keep(id: string, result: LooseResult): void {
    this.store.setState(({ results }) => ({ results: { ...results, [id]: result } }));
  }

  /** Puts source and outputs into new cells at the end, in one step. Answers the first; null where nothing was done. */
  async putIn(ids: readonly string[] = this.#unplacedIds): Promise<CellId | null> {
    const { editing, store } = this.#host;
    const cells = new Map<string, NotebookCell>();
    for (const id of ids) {
      const result = await this.#resultOf(id);
      if (result.kind === 'cell') cells.set(id, { ...result.cell, id: newCellId(), hasFileId: false });
      else if (result.kind === 'problem')
        this.#host.fail('The outputs were not put into a cell', new Error(result.words));
    }
    const fresh = [...cells.values()];
    const [first, last] = [fresh[0], fresh.at(-1)];
    if (!first || !last || this.#owned.isDisposed) return null;
    const { order, fresh: trusted } = store.getState();
    // They come from the kernel, as those that a page has heard itself.
    for (const { outputs } of fresh) for (const output of outputs) trusted.add(output);
    for (const [id, cell] of cells) this.#placed.set(id, cell.id);
    const change = { active: last.id, anchor: first.id, mode: 'command' as const };
    editing.apply({ type: 'insert', index: order.length, cells: fresh }, change);
    return store.getState().cells[first.id] ? first.id : null;
  }

  /** They are not wanted. */
  async discard(ids: readonly string[] = this.#unplacedIds): Promise<void> {
    try {
      await this.#host.executions()?.recorded(ids);
    } catch (error) {
      this.#host.fail('The outputs were not discarded', error);
    }
  }

  /** Executions that are done with when the present state is in the file. */
  #settled(): string[] {
    const { cells } = this.#host.store.getState();
    return this.#all.flatMap(({ id, state, recorded }) => {
      if (recorded || !isFinished(state)) return [];
      const placed = this.#placed.get(id);
      const isPlaced = placed !== undefined && cells[placed] !== undefined;
      return isPlaced || this.#dropped.has(id) ? [id] : [];
    });
  }

  /** Says, once the present state is in the file, which executions are done with. */
  willWrite(): () => void {
    const ids = this.#settled();
    return () => void this.#record(ids);
  }

  async #record(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      await this.#host.executions()?.recorded(ids);
    } catch (error) {
      this.#host.log.warn('Executions were not marked as recorded', { error: String(error) });
    }
  }

  dispose(): void {
    const { ran } = this.store.getState();
    if (this.#wasSeen && ran) this.#tell(ran.ids);
    this.#owned.dispose();
  }
}
