import type { FrameHead } from './frame.ts';

/**
 * Where the frames of one kernel are kept. Numbers are dense and start at 1; in one `epoch` a number is the same bytes
 * for ever, or a gap. A frame is handed to `onDidCommit` only after it was written: then it may be shown to browsers.
 */
export type EntryKind =
  /** From the kernel to browsers. */
  | 'out'
  /** From a browser, or from the server's queue, to the kernel. */
  | 'in'
  /** Frames may be missing here. A message `atelier_gap`, for cursor clients only. */
  | 'gap';

export type JournalEntry = {
  /** Its number; what stands for several frames has the number of the last one. */
  readonly seq: number;
  /** How many numbers it stands for, when more than one: merged output, or a gap. */
  readonly count?: number;
  readonly kind: EntryKind;
  readonly bytes: Uint8Array;
};

/**
 * How far a journal is in what an app and this session have said to each other: the numbers of the last frames of either
 * direction. An app that counts them keeps what is not in a journal yet (`line.ts`).
 */
export type LineCount = {
  /** The app's name for what it counts. */
  readonly id: string;
  /** From the kernel. */
  readonly out: number;
  /** To the kernel. */
  readonly in: number;
};

export type CommitListener = (entry: JournalEntry, head: FrameHead) => void;

/** What a browser needs to follow a journal. */
export type JournalReader = {
  readonly epoch: string;
  /** Newest number that was committed; 0 while there is none. */
  readonly head: number;
  /** Reading after this number gives everything that is kept, and before it the gap of what is not. */
  readonly tail: number;
  /** True when reading after this number misses nothing and doubles nothing. */
  canResume(after: number): boolean;
  /** Entries after `after` in order, at least one where there is one, about `maxBytes` in all. */
  read(after: number, maxBytes: number): readonly JournalEntry[];
};

export type Journal = JournalReader & {
  /** The session id that the hub of this kernel uses at the app, kept so that the app knows us again. */
  readonly session: string;
  /** Null where the app does not count, or what is here cannot be counted. */
  readonly line: LineCount | null;
  /** What was appended up to now, and what follows, is counted so. */
  noteLine(line: LineCount | null): void;
  /** The last frames to the kernel that are on disk, in order; fewer where they are gone. */
  lastInward(count: number): readonly Uint8Array[];
  /** `head` is not kept; it goes along to the listener, so that nobody parses the frame twice. */
  append(kind: EntryKind, bytes: Uint8Array, head: FrameHead): number;
  onDidCommit(listener: CommitListener): void;
  /** What was appended is written and committed; nothing can be appended any more. */
  close(): void;
};
