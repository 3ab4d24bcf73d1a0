/**
 * Writes the times of each run into its cell, where the person wants them in the file. What a cell tells of an earlier
 * run goes when a new one begins, whatever the setting: it would be told of the wrong outputs.
 */
import type { Execution } from '@atelier-ide/contract';
import type { CellId, JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { ReceivedMessage } from '@/services/jupyter/kernels-service.ts';
import { applyOperation } from '../document/notebook-model.ts';
import type { NotebookStore } from '../session/notebook-store.ts';
import { type ExecutionTimes, isComplete, withTime, withTimes } from './execution-times.ts';

/** Runs whose end was not heard are forgotten, the oldest first. */
const MAX_OPEN = 256;

export type TimeRecorderHost = {
  store: NotebookStore;
  isWanted(): boolean;
  execution(id: string): Execution | undefined;
  /** The cell in which an execution shows. */
  cellOf(id: string): CellId | undefined;
  didChange(): void;
};

export class TimeRecorder {
  readonly #host: TimeRecorderHost;
  readonly #open = new Map<string, ExecutionTimes>();

  constructor(host: TimeRecorderHost) {
    this.#host = host;
  }

  receive({ message, direction }: ReceivedMessage): void {
    const { msg_id: id, msg_type: type } = message.parent_header;
    if (direction === 'in' || id === undefined || type !== 'execute_request') return;
    const before = this.#open.get(id) ?? {};
    const times = withTime(before, message);
    if (times === before) return;
    this.#open.set(id, times);
    const oldest = this.#open.keys().next();
    if (this.#open.size > MAX_OPEN && oldest.done !== true) this.#open.delete(oldest.value);
    const execution = this.#host.execution(id);
    const cellId = this.#host.cellOf(id);
    if (!execution || execution.recorded || cellId === undefined) return;
    if (isComplete(times)) {
      this.#open.delete(id);
      if (this.#host.isWanted()) this.#write(cellId, (metadata) => withTimes(metadata, times));
    } else this.#write(cellId, (metadata) => withTimes(metadata, null));
  }

  /** Not a step of the history: it is the kernel that writes. */
  #write(id: CellId, change: (metadata: JsonObject) => JsonObject): void {
    const { store } = this.#host;
    const state = store.getState();
    const cell = state.cells[id];
    if (!cell || cell.problem !== undefined) return;
    const metadata = change(cell.metadata);
    if (metadata === cell.metadata) return;
    const { content } = applyOperation(state, { type: 'cellMetadata', id, metadata });
    store.setState({ cells: content.cells });
    this.#host.didChange();
  }
}
