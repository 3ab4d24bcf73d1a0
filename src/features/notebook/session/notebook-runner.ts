/**
 * Running cells. The page hands over what to run and in which order; the queue is the server's. Without a kernel it
 * asks for an environment first: nothing starts compute by itself.
 */
import type { StudioDocument } from '@atelier-ide/contract';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import type { DocumentExecutions, ExecutionItem } from '@/services/executions/executions-service.ts';
import type { KernelChannel } from '@/services/jupyter/kernels-service.ts';
import { lockedWords, type NotebookStore } from './notebook-store.ts';

export type RunnerHost = {
  store: NotebookStore;
  executions(): DocumentExecutions | null;
  channel(): KernelChannel | null;
  newExecutionId(): string;
  /** The server's document; null where it cannot be had. */
  document(): Promise<StudioDocument | null>;
  /** Lets the person choose an environment; resolves when the dialog is closed. */
  chooseEnvironment(documentId: string): Promise<void>;
  /** What comes with a cell that fails is not run. */
  stopsOnError(): boolean;
  render(ids: readonly CellId[]): void;
  clear(ids: readonly CellId[]): void;
  /** The sources of what runs should be in the file soon. */
  save(): void;
  fail(what: string, error: unknown): void;
};

export class NotebookRunner {
  readonly #host: RunnerHost;

  constructor(host: RunnerHost) {
    this.#host = host;
  }

  /** Renders the Markdown cells among these and queues the code cells. */
  async run(ids: readonly CellId[]): Promise<void> {
    const { cells, lock } = this.#host.store.getState();
    const [firstId] = ids;
    if (lock && firstId !== undefined) {
      this.#host.store.setState({ refusal: { id: firstId, words: lockedWords(lock) } });
      return;
    }
    this.#host.render(ids.filter((id) => cells[id]?.type === 'markdown'));
    const code = ids.filter((id) => cells[id]?.type === 'code');
    const isEmpty = (id: CellId) => cells[id]?.source.trim() === '';
    this.#host.clear(code.filter(isEmpty));
    const wanted = code.filter((id) => !isEmpty(id) && !this.#isWaiting(id));
    if (wanted.length === 0) return;
    const begun = this.#isReady() ? this.#submit(wanted) : this.#wait(wanted);
    // Behind the request: whoever pressed the key waits for its answer, not for the file.
    this.#host.save();
    await begun;
  }

  /**
   * The cell stands behind others with the code that it has now: a second press adds nothing. What is first in the queue
   * is on its way to the kernel, or there, whatever the page has heard so far: a press asks for another run.
   */
  #isWaiting(id: CellId): boolean {
    const { runs, waiting, cells } = this.#host.store.getState();
    if (waiting.includes(id)) return true;
    const execution = runs[id]?.execution;
    if (execution?.state !== 'queued' || execution.position === 0) return false;
    return execution.sourceHash === hashSource(cells[id]?.source ?? '');
  }

  /** There is a kernel, or one starts and the server keeps the queue for it. */
  #isReady(): boolean {
    const binding = this.#host.store.getState().document?.binding;
    const executions = this.#host.executions();
    if (!binding || !executions) return false;
    if (binding.state === 'bound' || binding.state === 'switching') return true;
    return binding.state === 'starting' && !executions.endsWithPage;
  }

  /** Keeps the cells until there is a kernel; asks for an environment where none is on its way. */
  async #wait(ids: readonly CellId[]): Promise<void> {
    const { store } = this.#host;
    store.setState((state) => ({ waiting: [...state.waiting, ...ids] }));
    const document = await this.#host.document();
    if (!document) {
      const why = store.getState().documentProblem ?? 'The server does not know the notebook.';
      store.setState({ waiting: [] });
      this.#host.fail('The cell was not run', new Error(why));
      return;
    }
    if (this.#isReady()) {
      this.didBind();
      return;
    }
    if (document.binding.state === 'starting') return;
    await this.#host.chooseEnvironment(document.id);
    const chosen = store.getState().document?.binding.state;
    if (chosen === 'none' || chosen === 'ended' || chosen === undefined) store.setState({ waiting: [] });
    else this.didBind();
  }

  /** The binding changed: what waits for it runs, or is let go when there will be no kernel. */
  didBind(): void {
    const { waiting, document } = this.#host.store.getState();
    if (waiting.length === 0) return;
    const hasFailed = document?.binding.failure !== undefined;
    if (!hasFailed && !this.#isReady()) return;
    this.#host.store.setState({ waiting: [] });
    if (hasFailed && !this.#isReady()) return;
    void this.#submit(waiting);
  }

  async #submit(ids: readonly CellId[]): Promise<void> {
    const executions = this.#host.executions();
    const { cells } = this.#host.store.getState();
    const items = ids.flatMap((id): ExecutionItem[] => {
      const cell = cells[id];
      if (cell?.type !== 'code') return [];
      const { source, metadata } = cell;
      const { tags } = metadata;
      return [
        {
          id: this.#host.newExecutionId(),
          cellId: id,
          sourceHash: hashSource(source),
          code: source,
          ...(Array.isArray(tags) && tags.includes('raises-exception') ? { mayFail: true } : {}),
        },
      ];
    });
    if (!executions || items.length === 0) return;
    try {
      await executions.submit(items, this.#host.stopsOnError());
    } catch (error) {
      this.#host.fail(items.length === 1 ? 'The cell was not run' : 'The cells were not run', error);
    }
  }

  interrupt(): Promise<void> {
    return this.#control((channel) => channel.interrupt());
  }

  restart(): Promise<void> {
    return this.#control((channel) => channel.restart());
  }

  /** What was asked for before this is done to the kernel does not begin after it. */
  async #control(act: (channel: KernelChannel) => Promise<void>): Promise<void> {
    const { store } = this.#host;
    if (store.getState().waiting.length > 0) store.setState({ waiting: [] });
    const actOnKernel = async (): Promise<void> => {
      const channel = this.#host.channel();
      if (channel) await act(channel);
    };
    const executions = this.#host.executions();
    await (executions ? executions.dropAndThen(actOnKernel) : actOnKernel());
  }
}
