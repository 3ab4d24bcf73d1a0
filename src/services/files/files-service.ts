import type { Event } from '@/base/emitter.ts';

/** A file or folder in a listing. */
export type FileEntry = {
  name: string;
  /** Path below the home, no leading slash; '' = the home itself. */
  path: string;
  type: 'directory' | 'notebook' | 'file';
  /** Bytes; null where unknown (directories). */
  size: number | null;
  /** ISO 8601 UTC. */
  modifiedAt: string;
  writable: boolean;
};

/** A folder with what is in it. */
export type FileList = { path: string; items: readonly FileEntry[]; nextCursor?: string; total: number };

/** A file’s text, with the hash that a save names. */
export type FileContent = { text: string; hash: string; size: number; modifiedAt: string; writable: boolean };

/** What a save made of the file. */
export type SaveResult = { hash: string; size: number; modifiedAt: string };

/** `{hash}`: only over that content; `'new'`: only where no file is; `'any'`: over whatever is there. */
export type SaveCondition = { hash: string } | 'new' | 'any';

/** What happened to a file by way of this page. */
export type FileChange =
  | { kind: 'created' | 'changed' | 'removed'; path: string }
  | { kind: 'moved'; from: string; to: string };

/** A file as it was once. */
export type Checkpoint = { id: string; createdAt: string };

/** Files of the user's home through the JupyterServer app. Every failure is a `ProblemError` (`changed-on-disk`, …). */
export type FilesService = {
  list(
    path: string,
    options?: { cursor?: string; hidden?: boolean; signal?: AbortSignal },
  ): Promise<FileList>;
  readText(path: string, signal?: AbortSignal): Promise<FileContent>;
  readBlob(path: string, signal?: AbortSignal): Promise<Blob>;
  /** True when saves are conditional on the file's hash in the backend itself. */
  readonly isAtomic: boolean;
  /** `before`: the text whose hash the condition has; then only what differs travels, where that is less. */
  writeText(path: string, text: string, condition: SaveCondition, before?: string): Promise<SaveResult>;
  checkpoint(path: string): Promise<void>;
  /** The newest checkpoint of a file, null where it has none. */
  lastCheckpoint(path: string): Promise<Checkpoint | null>;
  /** Puts a checkpoint in place of the file, whatever stands there now. */
  restoreCheckpoint(path: string, id: string): Promise<void>;
  createFolder(path: string): Promise<void>;
  /** The file only; documents that are open move through `DocumentsService.move`. */
  rename(from: string, to: string): Promise<void>;
  /** To the trash of the home where the backend has one. */
  remove(path: string): Promise<void>;
  upload(
    path: string,
    file: Blob,
    options: { condition: SaveCondition; onProgress(sent: number): void; signal: AbortSignal },
  ): Promise<void>;
  downloadUrl(path: string): Promise<string>;
  /** Changes made through this service on this page. */
  readonly onDidChange: Event<FileChange>;
};
