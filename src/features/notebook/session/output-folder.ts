/**
 * From a kernel's messages to the outputs of cells. Each execution of the document has its own fold; the newest
 * execution of a cell shows, as a whole, from its first message on. Changes reach the store in one go every few
 * milliseconds, later when rendering them costs more. An execution that is in the file already is left alone, one that
 * is not is folded from its beginning out of the kernel's journal.
 */
import type { Execution } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import {
  displayIdOfMessage,
  foldOutput,
  newOutputState,
  type OutputState,
  snapshot,
  updateDisplay,
} from '@atelier-ide/core/outputs/fold.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import type { Disposable } from '@/base/disposable.ts';
import type { Clock } from '@/services/clock.ts';
import type { ReceivedMessage } from '@/services/jupyter/kernels-service.ts';
import { applyOperation, type Operation } from '../document/notebook-model.ts';
import type { CellRun, InputRequest, NotebookStore } from './notebook-store.ts';

const FLUSH_MS = 24;
const MAX_FLUSH_MS = 400;
/** Messages kept of requests that are not known yet: the event that names their cell may come later. */
const MAX_UNKNOWN = 4_000;

type Fold = {
  state: OutputState;
  /** The version that the store shows. */
  shown: number;
  isIdle: boolean;
  isIncomplete: boolean;
  input: JupyterMessage | null;
  /** Newest number of the journal that is in it: what is told again counts once. */
  heard: number;
};

export type FolderHost = {
  store: NotebookStore;
  clock: Clock;
  /** The execution of an id, if it is one of this document. */
  execution(id: string): Execution | undefined;
  /** The cell in which an execution shows: it is there, and no newer execution is. */
  cellOf(id: string): CellId | undefined;
  didChange(): void;
  /** What this kernel has done is still being told. */
  isTelling(kernelId: string): boolean;
};

export class OutputFolder implements Disposable {
  readonly #host: FolderHost;
  readonly #folds = new Map<string, Fold>();
  #unknown: ReceivedMessage[] = [];
  readonly #dirty = new Set<string>();
  #timer: Disposable | null = null;
  #delay = FLUSH_MS;

  constructor(host: FolderHost) {
    this.#host = host;
  }

  receive(received: ReceivedMessage): void {
    const { message, seq } = received;
    const id = message.parent_header.msg_id;
    if (id === undefined || received.direction === 'in') {
      this.#noteAnswer(received);
      return;
    }
    const execution = this.#host.execution(id);
    if (message.header.msg_type === 'update_display_data') this.#updateDisplays(received);
    if (!execution) {
      if (message.parent_header.msg_type === 'execute_request') this.#keepUnknown(received);
      return;
    }
    const fold = this.#foldOf(id, execution);
    if (!fold || !isNew(fold, seq)) return;
    fold.heard = seq ?? fold.heard;
    this.#fold(id, fold, message);
  }

  #foldOf(id: string, execution: Execution): Fold | null {
    const known = this.#folds.get(id);
    if (known) return known;
    if (execution.recorded && isFinished(execution.state)) return null;
    const fold: Fold = {
      state: newOutputState(),
      shown: -1,
      isIdle: false,
      isIncomplete: false,
      input: null,
      heard: 0,
    };
    this.#folds.set(id, fold);
    return fold;
  }

  #fold(id: string, fold: Fold, message: JupyterMessage): void {
    const { channel, header, content } = message;
    const { input } = fold;
    const { version } = fold.state;
    // The question comes by another socket than the outputs: it may be here before what was printed before it, so no
    // output says that it was answered.
    if (header.msg_type === 'input_request') fold.input = message;
    if (header.msg_type === 'status' && content['execution_state'] === 'idle') {
      fold.isIdle = true;
      fold.input = null;
    }
    if (channel === 'iopub' && header.msg_type !== 'update_display_data') foldOutput(fold.state, message);
    if (fold.isIdle) this.#markEnd(id);
    else if (fold.state.version !== version || fold.input !== input) this.#mark(id);
  }

  /** A display that is updated may be in any cell. */
  #updateDisplays({ message, seq }: ReceivedMessage): void {
    if (displayIdOfMessage(message) === undefined) return;
    for (const [id, fold] of this.#folds)
      if (isNew(fold, seq) && updateDisplay(fold.state, message)) this.#mark(id);
  }

  /** Somebody answered the prompt, here or in another browser. */
  #noteAnswer({ message, direction }: ReceivedMessage): void {
    if (direction !== 'in' || message.header.msg_type !== 'input_reply') return;
    for (const [id, fold] of this.#folds) {
      const request = fold.input?.header.msg_id;
      const parent = message.parent_header.msg_id;
      if (!fold.input || (parent !== undefined && parent !== request && parent !== id)) continue;
      fold.input = null;
      this.#mark(id);
    }
  }

  #keepUnknown(received: ReceivedMessage): void {
    this.#unknown.push(received);
    if (this.#unknown.length > MAX_UNKNOWN) this.#unknown.splice(0, MAX_UNKNOWN / 4);
  }

  /** Executions became known: what was heard of them before counts now. */
  didLearn(): void {
    const waiting = this.#unknown;
    this.#unknown = [];
    for (const received of waiting) this.receive(received);
  }

  /** The journal no longer reaches back: go on from what the file has, and say so. */
  didReset(): void {
    for (const [id, fold] of this.#folds) {
      if (fold.isIdle) continue;
      fold.isIncomplete = true;
      this.#mark(id);
    }
  }

  /**
   * The journal of this kernel is about to be told from behind this number. What is told from its beginning is folded
   * anew, and the cell shows what it has until then; the rest goes on behind what it has heard.
   */
  startOver(kernelId: string, after: number): void {
    for (const id of this.#folds.keys()) {
      const execution = this.#host.execution(id);
      if (!execution || isToldWhole(execution, kernelId, after)) this.#folds.delete(id);
    }
    this.#unknown = [];
  }

  /** All cells were replaced: show again what is not in the file. */
  showAgain(): void {
    for (const [id, fold] of this.#folds) {
      if (this.#host.execution(id)?.recorded) continue;
      fold.shown = -1;
      this.#mark(id);
    }
    this.flush();
  }

  /** A cell came back: show what it missed. */
  catchUp(): void {
    for (const [id, fold] of this.#folds) if (fold.shown !== fold.state.version) this.#mark(id);
    this.flush();
  }

  inputOf(id: string): JupyterMessage | null {
    return this.#folds.get(id)?.input ?? null;
  }

  didAnswer(id: string): void {
    const fold = this.#folds.get(id);
    if (!fold) return;
    fold.input = null;
    this.#mark(id);
    this.flush();
  }

  /** Executions whose outputs will not change any more and that have been heard to their end. */
  isFinal(execution: Execution): boolean {
    if (!isFinished(execution.state)) return false;
    const fold = this.#folds.get(execution.id);
    if (!fold) return execution.state === 'aborted';
    if (fold.isIdle) return true;
    const hasNoEnd = execution.state === 'kernel-died' || execution.state === 'unknown';
    return hasNoEnd && !this.#host.isTelling(execution.kernelId);
  }

  #mark(id: string): void {
    this.#dirty.add(id);
    this.#timer ??= this.#host.clock.after(this.#delay, () => this.flush());
  }

  /** The end of a cell is what a person waits for: while the page keeps up, it is shown at once. */
  #markEnd(id: string): void {
    if (this.#delay === FLUSH_MS) {
      this.#timer?.dispose();
      this.#timer = this.#host.clock.after(0, () => this.flush());
    }
    this.#mark(id);
  }

  /** Brings the store up to date now. */
  flush(): void {
    this.#timer?.dispose();
    this.#timer = null;
    if (this.#dirty.size === 0) return;
    const started = this.#host.clock.now();
    const { store } = this.#host;
    const state = store.getState();
    const operations: Operation[] = [];
    const runs: Record<CellId, CellRun> = { ...state.runs };
    const inputs: Record<CellId, InputRequest> = { ...state.inputs };
    for (const id of this.#dirty) {
      const cellId = this.#host.cellOf(id);
      const fold = this.#folds.get(id);
      if (cellId === undefined || !fold) continue;
      this.#showInput(inputs, cellId, fold);
      if (fold.shown === fold.state.version) continue;
      fold.shown = fold.state.version;
      const { outputs, executionCount } = snapshot(fold.state);
      for (const output of outputs) state.fresh.add(output);
      operations.push({ type: 'result', id: cellId, result: { outputs, executionCount } });
      const run = runs[cellId];
      if (run && run.isIncomplete !== fold.isIncomplete)
        runs[cellId] = { ...run, isIncomplete: fold.isIncomplete };
    }
    this.#dirty.clear();
    const { content } = applyOperation(state, { type: 'batch', operations });
    store.setState({ cells: content.cells, runs, inputs });
    // A page that cannot keep up gets its outputs less often.
    const cost = this.#host.clock.now() - started;
    this.#delay = Math.min(MAX_FLUSH_MS, Math.max(FLUSH_MS, cost * 4));
    if (operations.length > 0) this.#host.didChange();
  }

  #showInput(inputs: Record<CellId, InputRequest>, cellId: CellId, fold: Fold): void {
    if (!fold.input) {
      delete inputs[cellId];
      return;
    }
    const { content, header } = fold.input;
    const { prompt, password } = content;
    inputs[cellId] = {
      id: header.msg_id,
      prompt: typeof prompt === 'string' ? prompt : '',
      password: password === true,
    };
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = null;
  }
}

const isNew = ({ heard }: Fold, seq: number | null): boolean => seq === null || seq > heard;

/** What is in the file stays as it is: only what comes behind its end counts. */
function isToldWhole({ kernelId, state, recorded, journal }: Execution, of: string, after: number): boolean {
  if (kernelId !== of || (recorded && isFinished(state))) return false;
  return journal === undefined || journal.seq >= after;
}
