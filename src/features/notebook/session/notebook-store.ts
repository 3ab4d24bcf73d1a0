import type { Execution, KernelState, StudioDocument } from '@atelier-ide/contract';
import type { CellId, CellType, Output } from '@atelier-ide/core/notebook/model.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { type Foldable, foldedEnd, shownIndexes } from '../document/folding.ts';
import { contentOf, type NotebookContent } from '../document/notebook-model.ts';

/** Why a file is not shown as a notebook, and what may be done instead. */
export type OpenProblem = {
  title: string;
  detail: string;
  /** The bytes are text, so the text editor can show them. */
  canOpenAsText: boolean;
  canRetry: boolean;
  /** There is a file to download. */
  canDownload: boolean;
  /** There is no file of this name. */
  isGone?: true;
};

export type SaveState =
  | { kind: 'saved'; at: number | null }
  | { kind: 'dirty' }
  | { kind: 'saving' }
  /** Cells were edited here and on disk: what is saved waits for a choice. */
  | { kind: 'choices'; count: number }
  /** Somebody else wrote what is no notebook. `disk` is null where the file is gone. */
  | { kind: 'conflict'; disk: { text: string; hash: string } | null; since: number }
  /** Without `remedy` nothing can be said of the edits. */
  | { kind: 'failed'; title: string; fact: string; remedy?: string; raw?: string };

/** What a cell shows of its newest execution. */
export type CellRun = {
  execution: Execution;
  /** 1 = next; only while queued. */
  place: number | null;
  /** The kernel's journal no longer has all of it. */
  isIncomplete: boolean;
};

/** `id` is the kernel's: the next question of the same cell is another one. */
export type InputRequest = { id: string; prompt: string; password: boolean };

/** What is done after a restart; `runTo`: all cells up to this one, with it. */
export type AfterRestart = 'nothing' | 'runAll' | 'clearAll' | { runTo: CellId };

/** How the file's format differs, and what may be done. */
export type FormatLock = { format: string; way: 'upgrade' | 'edit' | null };

export const lockedWords = ({ format }: FormatLock) =>
  `Nothing was changed or run: the notebook's format (${format}) can only be read here.`;

export type Mode = 'command' | 'edit';

export type NotebookState = NotebookContent & {
  path: string;
  status: { kind: 'loading' } | { kind: 'ready' } | { kind: 'problem'; problem: OpenProblem };
  /** Odd things of the file worth a sentence above the cells. */
  notes: readonly string[];
  isWritable: boolean;
  /** The file is in another format: it is shown, and not edited until somebody agrees to that. */
  lock: FormatLock | null;
  /** The selected cells reach from `anchor` to `active`. */
  active: CellId | null;
  anchor: CellId | null;
  mode: Mode;
  /** The cell that was changed last by a person. */
  lastEdited: CellId | null;
  /** Markdown cells whose source is shown; the others are rendered. */
  unrendered: ReadonlySet<CellId>;
  /** Cells whose line numbers are not as the setting says. */
  turnedNumbers: ReadonlySet<CellId>;
  /** Headings that the file says are folded and that are shown open all the same. */
  opened: ReadonlySet<CellId>;
  /** Cells that keep a live editor, the newest first. */
  live: readonly CellId[];
  /** Where the cursor of the edited cell is, for the status bar. */
  cursor: { line: number; column: number } | null;
  /** An execution that goes on although it was interrupted. */
  stubborn: string | null;
  /** A restart waits for an answer; what is done after it. */
  restartQuestion: AfterRestart | null;
  /** Why something was not done to a cell, told in that cell until the next edit or selection. */
  refusal: { id: CellId; words: string } | null;
  save: SaveState;
  document: StudioDocument | null;
  documentProblem: string | null;
  kernel: { state: KernelState; since: number; cause: string | null };
  /** A kernel of this notebook ended by itself; kept until somebody has read it. */
  death: { cause: string } | null;
  /** The kernel's language, else what the file says. */
  language: string;
  runs: Readonly<Record<CellId, CellRun>>;
  inputs: Readonly<Record<CellId, InputRequest>>;
  /** Cells that run as soon as there is a kernel. */
  waiting: readonly CellId[];
  loadsRemoteImages: boolean;
  /** Outputs that this page saw a kernel send: not read from a file, not pasted. */
  fresh: WeakSet<Output>;
  /** Cells whose outputs with script get a frame each. */
  isolated: ReadonlySet<CellId>;
};

export type NotebookStore = StoreApi<NotebookState>;

export function createNotebookStore(path: string): NotebookStore {
  return createStore<NotebookState>(() => ({
    ...contentOf({ cells: [], metadata: {}, nbformat: 4, nbformatMinor: 5 }),
    path,
    status: { kind: 'loading' },
    notes: [],
    isWritable: true,
    lock: null,
    active: null,
    anchor: null,
    mode: 'command',
    lastEdited: null,
    unrendered: new Set(),
    turnedNumbers: new Set(),
    opened: new Set(),
    live: [],
    cursor: null,
    refusal: null,
    stubborn: null,
    restartQuestion: null,
    save: { kind: 'saved', at: null },
    document: null,
    documentProblem: null,
    kernel: { state: 'none', since: 0, cause: null },
    death: null,
    language: 'python',
    runs: {},
    inputs: {},
    waiting: [],
    loadsRemoteImages: false,
    fresh: new WeakSet(),
    isolated: new Set(),
  }));
}

type Selection = Foldable & Pick<NotebookState, 'active' | 'anchor'>;

/** The selected cells in order; a folded heading stands for its whole section. */
export function selectedIds(state: Selection): CellId[] {
  const { order, active, anchor } = state;
  const to = active === null ? -1 : order.indexOf(active);
  if (to < 0) return [];
  const from = anchor === null ? to : order.indexOf(anchor);
  const last = Math.max(from, to);
  return order.slice(from < 0 ? to : Math.min(from, to), foldedEnd(state, last));
}

/** The selected cells in order without those that folded headings hide. */
export function selectedShownIds(state: Selection): CellId[] {
  const shown = shownIndexes(state);
  const selected = selectedIds(state);
  if (shown === null || selected.length < 2) return selected;
  const seen = new Set(shown.map((index) => state.order[index]));
  return selected.filter((id) => seen.has(id));
}

/** The type the toolbar shows: that of the selected cells, or null where they differ. */
export function selectedType(state: NotebookState): CellType | null {
  const types = new Set(selectedShownIds(state).map((id) => state.cells[id]?.type));
  const [only] = types;
  return types.size === 1 ? (only ?? null) : null;
}
