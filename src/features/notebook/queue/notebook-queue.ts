/**
 * The queue that the notebook's cells wait in, as a person handles it. What is shown is what the server last told; a
 * move says which order it was meant in, so that nobody moves a cell past one he has not seen.
 */
import { type Execution, ProblemError, type Queue } from '@atelier-ide/contract';
import { type CellId } from '@atelier-ide/core/notebook/model.ts';
import type { DocumentExecutions } from '@/services/executions/executions-service.ts';
import type { NotebookStore } from '../session/notebook-store.ts';

export type QueueHost = {
  store: NotebookStore;
  executions(): DocumentExecutions | null;
  /** The cell of an execution of this document. */
  cellOf(execution: Execution): CellId | undefined;
  fail(what: string, error: unknown): void;
};

/** How a move ended: `changed` = another order stands now, nothing was moved. */
export type MoveResult = 'moved' | 'changed' | 'failed';

export class NotebookQueue {
  readonly #host: QueueHost;

  constructor(host: QueueHost) {
    this.#host = host;
  }

  /** The whole queue of the kernel, also of other notebooks. Empty where there is none. */
  async read(): Promise<Queue> {
    return (await this.#host.executions()?.queue()) ?? { items: [], total: 0 };
  }

  cellOf(execution: Execution): CellId | undefined {
    return this.#host.cellOf(execution);
  }

  /** Something of this document has come, gone or changed. */
  onDidChange(listener: () => void): () => void {
    return this.#host.executions()?.store.subscribe(listener) ?? (() => undefined);
  }

  /** Takes these out; what has begun meanwhile goes on and is no failure. */
  async remove(ids: readonly string[]): Promise<void> {
    const executions = this.#host.executions();
    try {
      await Promise.all(
        ids.map(async (id) => {
          try {
            await executions?.remove(id);
          } catch (error) {
            if (!(error instanceof ProblemError) || error.problem.code !== 'conflict') throw error;
          }
        }),
      );
    } catch (error) {
      this.#host.fail('The cell was not taken out of the queue', error);
    }
  }

  /** Takes out what waits of these cells, whether the server has it or it waits here for a kernel. */
  async removeCells(ids: readonly CellId[]): Promise<void> {
    const { store } = this.#host;
    const gone = new Set(ids);
    const { waiting, runs } = store.getState();
    if (waiting.some((id) => gone.has(id)))
      store.setState({ waiting: waiting.filter((id) => !gone.has(id)) });
    const queued = ids.flatMap((id) => {
      const execution = runs[id]?.execution;
      return execution?.state === 'queued' ? [execution.id] : [];
    });
    if (queued.length > 0) await this.remove(queued);
  }

  async move(id: string, position: number, seen: readonly string[]): Promise<MoveResult> {
    try {
      await this.#host.executions()?.move(id, position, seen);
      return 'moved';
    } catch (error) {
      const code = error instanceof ProblemError ? error.problem.code : '';
      if (code === 'stale-generation' || code === 'conflict') return 'changed';
      this.#host.fail('The cell was not moved in the queue', error);
      return 'failed';
    }
  }
}

/** What waits of these cells, in the queue or for a kernel. */
export function waitingCells(
  { waiting, runs }: ReturnType<NotebookStore['getState']>,
  ids: readonly CellId[],
): CellId[] {
  return ids.filter((id) => runs[id]?.execution.state === 'queued' || waiting.includes(id));
}
