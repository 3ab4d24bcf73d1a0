import type { FrameHead } from './frame.ts';

/**
 * Where the frames of one kernel are kept. `seq` is dense and starts at 1; in one `epoch` the same seq is the same
 * bytes for ever. A frame is handed to `onDidCommit` only when it may be shown to browsers: the memory journal does
 * that inside `append`, a journal on disk after the write.
 */
export type EntryKind =
  /** From the kernel to browsers. */
  | 'out'
  /** From a browser, or from the server's queue, to the kernel. */
  | 'in'
  /** Frames may be missing here: the connection to the app broke. A message `atelier_gap`, for cursor clients only. */
  | 'gap';

export type JournalEntry = { readonly seq: number; readonly kind: EntryKind; readonly bytes: Uint8Array };

export type CommitListener = (entry: JournalEntry, head: FrameHead) => void;

export type Journal = {
  readonly epoch: string;
  /** Newest seq; 0 while there is none. */
  readonly head: number;
  /** Reading after this seq, or a later one, misses nothing. */
  readonly tail: number;
  /** `head` is not kept; it goes along to the listener, so that nobody parses the frame twice. */
  append(kind: EntryKind, bytes: Uint8Array, head: FrameHead): number;
  /** Entries after `after` in order, at least one where there is one, about `maxBytes` in all. */
  read(after: number, maxBytes: number): readonly JournalEntry[];
  onDidCommit(listener: CommitListener): void;
  close(): void;
};
