/**
 * The executions of the document, as the cells show them. It knows which is the newest of each cell, which one's outputs
 * show, and tells the server which are in the file.
 */
import type { Execution } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { DocumentExecutions } from '@/services/executions/executions-service.ts';
import { isConsoleEntry } from '../console/console-address.ts';
import { ExecutionBook, type Executions } from './execution-book.ts';
import type { NotebookStore } from './notebook-store.ts';

export type ExecutionLinkHost = {
  store: NotebookStore;
  log: LogService;
  /** The outputs of this execution are complete and heard to their end. */
  isFinal(execution: Execution): boolean;
  /** Something is known that was not. */
  didLearn(): void;
  /** An execution that a cell shows has ended. */
  didEnd(): void;
};

export class ExecutionLink implements Disposable {
  readonly #host: ExecutionLinkHost;
  readonly #owned = new DisposableStore();
  readonly #book = new ExecutionBook();
  #executions: DocumentExecutions | null = null;
  #newest: ReadonlyMap<CellId, Execution> = new Map();

  constructor(host: ExecutionLinkHost) {
    this.#host = host;
  }

  get executions(): DocumentExecutions | null {
    return this.#executions;
  }

  get byId(): Executions {
    return this.#executions?.store.getState().byId ?? {};
  }

  /** Without entries of consoles on the same kernel: those are in no file, and a console reads its own. */
  get own(): Executions {
    const { cells } = this.#host.store.getState();
    const isElsewhere = ({ cellId }: Execution) =>
      cellId !== null && isConsoleEntry(cellId) && cells[cellId as CellId] === undefined;
    const all = Object.entries(this.byId);
    if (!all.some(([, one]) => isElsewhere(one))) return this.byId;
    return Object.fromEntries(all.filter(([, one]) => !isElsewhere(one)));
  }

  get isLoaded(): boolean {
    return this.#executions?.store.getState().isLoaded ?? false;
  }

  /** The cell of an execution, now. */
  cellOf(execution: Execution): CellId | undefined {
    return this.#book.cellIdOf(execution, this.#host.store.getState());
  }

  newestOf(id: CellId): Execution | undefined {
    return this.#newest.get(id);
  }

  /** Follows the executions of the document; resolves once the server's list is here (or this ends). */
  async follow(executions: DocumentExecutions): Promise<void> {
    this.#executions = this.#owned.add(executions);
    await this.#whenLoaded(executions);
    if (this.#owned.isDisposed) return;
    this.#owned.add(toDisposable(executions.store.subscribe(() => this.update())));
    this.#book.match(this.byId, this.#host.store.getState());
    this.update();
  }

  #whenLoaded(executions: DocumentExecutions): Promise<void> {
    if (this.isLoaded) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = executions.store.subscribe(({ isLoaded }) => {
        if (!isLoaded) return;
        stop();
        resolve();
      });
      this.#owned.add(
        toDisposable(() => {
          stop();
          resolve();
        }),
      );
    });
  }

  /** Brings what the cells show of their executions up to date. */
  update(): void {
    const state = this.#host.store.getState();
    const before = this.#newest;
    this.#newest = this.#book.newest(this.byId, state);
    this.#host.store.setState({ runs: this.#book.runs(this.#newest, state.runs) });
    this.#host.didLearn();
    const hasEnded = [...this.#newest].some(([id, one]) => {
      const old = before.get(id);
      return old && isFinished(one.state) && !(old.id === one.id && isFinished(old.state));
    });
    if (hasEnded) this.#host.didEnd();
  }

  /** Cells came or went: do all executions with a cell show, and only those? */
  get isUpToDate(): boolean {
    const state = this.#host.store.getState();
    const isShown = (one: Execution) => {
      const id = this.#book.cellIdOf(one, state);
      return id === undefined || state.runs[id] !== undefined;
    };
    return (
      Object.keys(state.runs).every((id) => state.cells[id as CellId]) &&
      Object.values(this.byId).every(isShown)
    );
  }

  /** The cell that shows the outputs of an execution: none once a newer one of the cell has begun. */
  shownIn(id: string): CellId | undefined {
    const execution = this.byId[id];
    const cellId = execution && this.#book.cellIdOf(execution, this.#host.store.getState());
    const newest = cellId === undefined ? undefined : this.#newest.get(cellId);
    const isOld = newest && newest.id !== id && newest.state !== 'queued' && newest.state !== 'aborted';
    return isOld ? undefined : cellId;
  }

  /** Says, once the present state is in the file, which executions it holds. */
  willWrite(): () => void {
    const state = this.#host.store.getState();
    const ids = Object.values(this.byId).flatMap((one) => {
      const cellId = this.#book.cellIdOf(one, state);
      return !one.recorded && cellId !== undefined && this.#host.isFinal(one) ? [one.id] : [];
    });
    return () => void this.#record(ids);
  }

  async #record(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      await this.#executions?.recorded(ids);
    } catch (error) {
      this.#host.log.warn('Executions were not marked as recorded', { error: String(error) });
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
