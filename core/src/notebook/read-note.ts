/** What reading a notebook tells about a file that is odd but readable. */
export type ReadNoteCode =
  | 'empty-file'
  | 'unreadable-cell'
  | 'unreadable-output'
  | 'wrong-type'
  | 'missing-key'
  | 'duplicate-id'
  | 'invalid-id';

/** Something odd that was survived. */
export interface ReadNote {
  readonly code: ReadNoteCode;
  readonly message: string;
  /** Index of the cell it is about. */
  readonly cell?: number;
  /** Offset in the text; `positionAt` makes line and column of it. */
  readonly offset?: number;
}

export type NoteSink = (code: ReadNoteCode, message: string, offset?: number) => void;
