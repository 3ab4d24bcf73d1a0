/**
 * What a person does to the kernel with care: an interrupt that is not obeyed is told of, and a restart that loses
 * variables asks first, in a bar that blocks nothing.
 */
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';
import type { NotebookRunner } from './notebook-runner.ts';
import type { AfterRestart, NotebookState, NotebookStore } from './notebook-store.ts';

/** A kernel that obeys does so within this time. */
const OBEYS_MS = 3_000;

export type KernelCareHost = {
  store: NotebookStore;
  clock: Clock;
  runner: NotebookRunner;
  /** A restart that loses variables asks first. */
  asks(): boolean;
  clearOutputs(ids: readonly CellId[]): void;
  fail(what: string, error: unknown): void;
};

export class KernelCare implements Disposable {
  readonly #host: KernelCareHost;
  readonly #owned = new DisposableStore();
  #waiting: Disposable | null = null;

  constructor(host: KernelCareHost) {
    this.#host = host;
    this.#owned.add(
      toDisposable(
        host.store.subscribe((state) => {
          const isOver = state.stubborn !== null && !isRunning(state, state.stubborn);
          if (isOver) host.store.setState({ stubborn: null });
        }),
      ),
    );
  }

  async interrupt(): Promise<void> {
    const { store, clock, runner } = this.#host;
    const [execution] = runningOf(store.getState());
    this.#waiting?.dispose();
    if (execution !== undefined) {
      this.#waiting = clock.after(OBEYS_MS, () => {
        if (isRunning(store.getState(), execution)) store.setState({ stubborn: execution });
      });
    }
    await runner.interrupt();
  }

  /** Restarts at once where nothing is lost by it, else asks. */
  async restart(then: AfterRestart = 'nothing'): Promise<void> {
    const { store } = this.#host;
    if (hasVariables(store.getState()) && this.#host.asks()) store.setState({ restartQuestion: then });
    else await this.restartNow(then);
  }

  async restartNow(then: AfterRestart = 'nothing'): Promise<void> {
    const { store, runner } = this.#host;
    store.setState({ restartQuestion: null, stubborn: null });
    try {
      await runner.restart();
    } catch (error) {
      this.#host.fail('The kernel was not restarted', error);
      return;
    }
    const { order } = store.getState();
    if (then === 'clearAll') this.#host.clearOutputs(order);
    else if (then === 'runAll') await runner.run(order);
    else if (then !== 'nothing') await runner.run(order.slice(0, order.indexOf(then.runTo) + 1));
  }

  dispose(): void {
    this.#waiting?.dispose();
    this.#owned.dispose();
  }
}

function runningOf({ runs }: NotebookState): string[] {
  return Object.values(runs).flatMap(({ execution }) =>
    execution.state === 'running' ? [execution.id] : [],
  );
}

const isRunning = (state: NotebookState, execution: string) => runningOf(state).includes(execution);

/** Something of this notebook ran on the kernel that it has now, and that kernel is alive. */
function hasVariables({ runs, document, kernel }: NotebookState): boolean {
  if (kernel.state !== 'idle' && kernel.state !== 'busy') return false;
  const kernelId = document?.binding.kernelId;
  return Object.values(runs).some(
    ({ execution }) => execution.kernelId === kernelId && execution.startedAt !== undefined,
  );
}
