import type { Environment, PutDocument, StudioDocument, Switch } from '@atelier-ide/contract';
import type { StoreApi } from 'zustand/vanilla';
import type { Disposable } from '@/base/disposable.ts';
import type { Event } from '@/base/emitter.ts';

/** What this page knows of the documents that it has open. */
export type DocumentsState = {
  byId: Readonly<Record<string, StudioDocument>>;
  /** The newest switch of each document, by the document's id: under way, or ended and not yet put away. */
  switches: Readonly<Record<string, Switch>>;
};

/** Whether this page writes a document: it does, another one does, or that is not known (yet, or any more). */
export type LeaseState = { kind: 'unknown' } | { kind: 'held'; fence: number } | { kind: 'watching' };

/** This page's part in who writes a document, as long as it has it open. */
export type DocumentLease = Disposable & {
  readonly store: StoreApi<LeaseState>;
  /** Resolves when the server has answered, or could not be asked. */
  settled(): Promise<void>;
  /** The number that a save carries; it makes this page the writer. Null where the server does not answer. */
  fenceForSave(): Promise<number | null>;
  /** The server refused that number. */
  didLose(): void;
  /** The server itself has put outputs into the file, which has this hash now. */
  readonly onDidFindWritten: Event<string>;
};

/**
 * The server's documents (identity and binding) that this page has open, kept true by events. What a person edits is
 * in the session objects of the features; they are shared by `sessions`.
 */
export type DocumentsService = {
  readonly store: StoreApi<DocumentsState>;
  /** The document of a path, made when new; follows its events until disposed of by `release`. */
  open(request: PutDocument): Promise<StudioDocument>;
  /** Says that this page writes the document, until it is disposed of. */
  lease(documentId: string): DocumentLease;
  /** The lease of the open document of a path. */
  leaseAt(path: string): { documentId: string; lease: DocumentLease } | undefined;
  /** Chooses an environment (`null` = no kernel). Retries the compare-and-swap once when only the generation is old. */
  bind(documentId: string, environment: Environment | null): Promise<StudioDocument>;
  /** Ends a start that goes on. False when it had come to its end before: then the kernel is there. */
  cancelStart(documentId: string): Promise<boolean>;
  /**
   * Moves a document that has a kernel; the old kernel stays its own until the new one stands. Only for backends with
   * the feature `switch`. Retries once when only the generation is old.
   */
  switchTo(documentId: string, environment: Environment): Promise<Switch>;
  /** Gives a switch up; the document keeps what it had. */
  cancelSwitch(switchId: string): Promise<void>;
  /** An ended switch has been read by the person and leaves the store. */
  putAwaySwitch(documentId: string): void;
  /** Renames the file and tells the server, so that id, binding and executions follow; folders too. */
  move(from: string, to: string): Promise<void>;
  readonly sessions: SessionRegistry;
};

/** An open document's session: owns its store, outside React. */
export type DocumentSession = Disposable & {
  readonly path: string;
  /** The file has a new name. */
  didMove(path: string): void;
  readonly isDirty: boolean;
  save(): Promise<void>;
  /** For notebooks: the number of a cell as people count, or null where it has none. */
  cellNumber?(cellId: string): number | null;
  /** For documents with headings. */
  readonly outline?: DocumentOutline;
};

/** What a section of a document is doing, its sub-sections included. */
export type SectionMarks = {
  isRunning: boolean;
  hasError: boolean;
  /** Place of the first waiting cell in the queue, 1 = next; 0 = waiting without a place; null = none waits. */
  queued: number | null;
};

export type OutlineEntry = {
  id: string;
  /** 1 to 6, as written. */
  depth: number;
  text: string;
  marks: SectionMarks;
};

export type Outline = {
  /** False while the document is read or could not be. */
  isReady: boolean;
  entries: readonly OutlineEntry[];
  /** The section in hand. */
  currentId: string | null;
  counts: { running: number; errors: number; code: number };
};

/** The headings of an open document, made only while somebody looks at them. */
export type DocumentOutline = {
  /** The same object as long as nothing in it changed. */
  read(): Outline;
  subscribe(listener: () => void): () => void;
  /** Brings a heading into view and its place in hand. */
  reveal(id: string): void;
};

/** Sessions by path, ref-counted: two tabs of one file share one session. */
export type SessionRegistry = {
  acquire<S extends DocumentSession>(path: string, make: () => S): { session: S; release(): void };
  all(): readonly DocumentSession[];
};
