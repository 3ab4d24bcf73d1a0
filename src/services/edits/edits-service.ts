import type { EditableCell } from '@atelier-ide/core/merge/merge-cell.ts';
import type { CellId, JsonObject } from '@atelier-ide/core/notebook/model.ts';
import type { StoreApi } from 'zustand/vanilla';
import type { Disposable } from '@/base/disposable.ts';
import type { SharedDocument } from './shared-document.ts';

/** A cell without its results: those are the kernel's and the server's to keep. */
export type KeptCell = EditableCell;

/** What a notebook's file held when it was read or saved last, as far as a person edits it. */
export type NotebookBase = {
  readonly cells: readonly KeptCell[];
  readonly metadata: JsonObject;
  readonly nbformat: number;
  readonly nbformatMinor: number;
};

/** What differs from the base. */
export type NotebookChanges = {
  /** All cells in order. */
  readonly order: readonly CellId[];
  /** Cells that are new or differ. */
  readonly cells: readonly KeptCell[];
  /** Only where it differs. */
  readonly metadata: JsonObject | null;
};

/** Edits that are not in the file, with what they were made on, so that they can be merged with another version. */
export type Edits =
  | { readonly kind: 'notebook'; readonly base: NotebookBase; readonly changes: NotebookChanges }
  | { readonly kind: 'text'; readonly base: string; readonly changes: string };

/** `hash` is that of the file's content that the base is. */
export type EditsToKeep = Edits & { readonly hash: string };

/** Edits as they are kept. */
export type KeptEdits = EditsToKeep & { readonly path: string; readonly time: number };

/** One file that has edits. */
export type KeptHead = { readonly path: string; readonly kind: Edits['kind']; readonly time: number };

/** Why edits are not kept in this browser now. */
export type EditsTrouble = 'unavailable' | 'full' | 'large';

export type EditsState = {
  trouble: EditsTrouble | null;
  /** Open documents whose last edits could not be kept. */
  unkept: readonly string[];
};

/** Keeps the edits of one open document. */
export type EditsKeeper = Disposable & {
  /** Something was edited or renamed: what is kept is brought up to date within `KEEP_MS`. */
  didChange(): void;
  /** Something was edited that cannot be kept, as what is kept already is not known: the document is not held. */
  didMiss(): void;
  /** Something was saved or read: less may have to be kept, so nothing is missing until this is done. */
  refresh(): void;
  /** Resolves when what is there now is kept. Never rejects. */
  flush(): Promise<void>;
};

/** What a document gives its keeper. */
export type EditsSource = {
  path(): string;
  /** The edits that are not in the file; null when all is. `stay`: not known, so what is kept stays as it is. */
  read(): EditsToKeep | 'stay' | null;
};

/**
 * The journal of edits in this browser, under backend and user: what a person typed and the file does not hold yet.
 * Nothing here ever fails a caller; what cannot be kept is said by `store`.
 */
export type EditsService = {
  readonly store: StoreApi<EditsState>;
  keep(source: EditsSource): EditsKeeper;
  /** The edits kept for a path, or null. Rejects only when the browser does not answer: then nothing is known. */
  read(path: string): Promise<KeptEdits | null>;
  /** All files with edits, the newest first. */
  list(): Promise<readonly KeptHead[]>;
  remove(path: string): Promise<void>;
  /**
   * Forgets all edits of this user, also those of open documents until they change again; in other tabs, where somebody
   * has not signed out, until somebody signs in again.
   */
  clear(): Promise<void>;
  /** Every edit of the open document at this path is kept (or in the file). */
  holds(path: string): boolean;
  /** The document at this path in other tabs of this browser, of the same user. */
  share(path: string): SharedDocument;
  /** Brings everything up to date now. */
  flush(): Promise<void>;
};
