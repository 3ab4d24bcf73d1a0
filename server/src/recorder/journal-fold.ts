/**
 * The outputs of executions, folded from the journal of their kernel as a page folds them: each execution has its own
 * fold, a display that is updated may be in any of them, and what an Output widget takes is not the cell's. It goes on
 * where it has read to, in portions, so that a flood keeps nobody else waiting.
 */
import { isJsonObject } from '@atelier-ide/core/notebook/model.ts';
import {
  foldOutput,
  newOutputState,
  type OutputSnapshot,
  type OutputState,
  snapshot,
  updateDisplay,
} from '@atelier-ide/core/outputs/fold.ts';
import { decodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { FrameError } from '@atelier-ide/core/wire/frame.ts';
import { type FrameHead, contentOf, headOf } from '../kernels/frame.ts';
import type { JournalEntry } from '../kernels/journal.ts';
import type { Journals } from '../kernels/journal/journals.ts';

export type FoldedResult = OutputSnapshot & {
  /** Grows with every visible change. */
  version: number;
  /** What ran, as the kernel told it; '' where it did not. */
  source: string;
};

type Fold = { state: OutputState; isIdle: boolean; source: string };

/** The journal of the kernel, opened for one portion. */
export type OpenJournal = () => ReturnType<Journals['openReader']>;

const livePortion = 512 * 1024;
/** Opening the journal of a kernel that is gone takes a look at its last file. */
const pastPortion = 8 * 1024 * 1024;

const outputTypes: ReadonlySet<string> = new Set([
  'stream',
  'display_data',
  'execute_result',
  'error',
  'clear_output',
]);

/** Says in the file what the page says beside the cell. */
const gapText = '[… some output may be missing here …]\n';

export class JournalFold {
  readonly #open: OpenJournal;
  readonly #folds = new Map<string, Fold>();
  /** Output widget → the request whose outputs it takes. */
  readonly #takers = new Map<string, string>();
  #after: number;
  #isOver = false;

  /** Reading begins behind the number `after`. */
  constructor(open: OpenJournal, after: number) {
    this.#open = open;
    this.#after = after;
  }

  /** When it was last read, the kernel was gone, and there was nothing more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Reads to the end. `starts`: the executions that are wanted, with the numbers at which they begin. */
  async read(starts: ReadonlyMap<string, number>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.#readPortion(starts)) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** False when there is nothing more. */
  #readPortion(starts: ReadonlyMap<string, number>): boolean {
    const journal = this.#open();
    if (!journal) {
      this.#isOver = true;
      return false;
    }
    try {
      const entries = journal.read(this.#after, journal.isLive ? livePortion : pastPortion);
      for (const entry of entries) this.#take(entry, starts);
      this.#after = Math.max(this.#after, entries.at(-1)?.seq ?? 0);
      const isAtEnd = entries.length === 0 || this.#after >= journal.head;
      this.#isOver = isAtEnd && !journal.isLive;
      return !isAtEnd;
    } finally {
      journal.close();
    }
  }

  /** What an execution has shown; undefined while it has not begun. */
  resultOf(id: string): FoldedResult | undefined {
    const fold = this.#folds.get(id);
    if (!fold || fold.state.version === 0) return undefined;
    return { ...snapshot(fold.state), version: fold.state.version, source: fold.source };
  }

  #take(entry: JournalEntry, starts: ReadonlyMap<string, number>): void {
    if (entry.kind === 'in') return;
    if (entry.kind === 'gap') {
      this.#noteGap(entry.seq, starts);
      return;
    }
    try {
      const head = headOf(entry.bytes);
      if (head.channel === 'iopub') this.#fold(head, entry.bytes, starts);
    } catch (error) {
      // The hub passed it on without understanding it.
      if (!(error instanceof FrameError)) throw error;
    }
  }

  #fold(head: FrameHead, bytes: Uint8Array, starts: ReadonlyMap<string, number>): void {
    const { type, parentId } = head;
    if (type.startsWith('comm_')) this.#followWidget(type, bytes);
    else if (type === 'update_display_data') {
      const message = decodeV1(bytes);
      for (const { state } of this.#folds.values()) updateDisplay(state, message);
    } else if (starts.has(parentId)) {
      if (type === 'status') this.#noteStatus(parentId, bytes);
      else if (type === 'execute_input') this.#noteInput(this.#foldOf(parentId), bytes);
      else if (outputTypes.has(type) && !this.#isTaken(parentId))
        foldOutput(this.#foldOf(parentId).state, decodeV1(bytes));
    }
  }

  #noteInput(fold: Fold, bytes: Uint8Array): void {
    const message = decodeV1(bytes);
    const { code } = message.content;
    if (typeof code === 'string') fold.source = code;
    foldOutput(fold.state, message);
  }

  #foldOf(id: string): Fold {
    const known = this.#folds.get(id);
    if (known) return known;
    const fold = { state: newOutputState(), isIdle: false, source: '' };
    this.#folds.set(id, fold);
    return fold;
  }

  #noteStatus(id: string, bytes: Uint8Array): void {
    if (contentOf(bytes)['execution_state'] === 'idle') this.#foldOf(id).isIdle = true;
  }

  #noteGap(seq: number, starts: ReadonlyMap<string, number>): void {
    const gap = { header: { msg_type: 'stream' }, content: { name: 'stdout', text: gapText } };
    for (const [id, start] of starts) {
      if (start > seq || this.#folds.get(id)?.isIdle === true) continue;
      foldOutput(this.#foldOf(id).state, gap);
    }
  }

  /** Only Output widgets have a `msg_id`: the request whose outputs they take, or ''. */
  #followWidget(type: string, bytes: Uint8Array): void {
    const { comm_id: id, data } = contentOf(bytes);
    if (typeof id !== 'string') return;
    if (type === 'comm_close') this.#takers.delete(id);
    const state = isJsonObject(data) ? data['state'] : undefined;
    const request = isJsonObject(state) ? state['msg_id'] : undefined;
    if (typeof request !== 'string') return;
    if (request === '') this.#takers.delete(id);
    else this.#takers.set(id, request);
  }

  #isTaken(request: string): boolean {
    for (const taken of this.#takers.values()) if (taken === request) return true;
    return false;
  }
}
