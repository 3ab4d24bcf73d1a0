import type { FileContent, FileList, FilesService, SaveCondition, SaveResult } from './files-service.ts';
import type { SaveFence } from './save-fence.ts';

/** How an upload tells its progress and is ended. */
export type UploadOptions = Parameters<FilesService['upload']>[2];
/** What of a folder is listed. */
export type ListOptions = NonNullable<Parameters<FilesService['list']>[1]>;

/** Address of the user's JupyterServer app below the origin, ends with a slash. */
export type AppRoot = () => Promise<string>;

/** What differs between our own file endpoints and plain Jupyter. Everything else is Jupyter's contents API. */
export type FileReader = { list(path: string, options: ListOptions): Promise<FileList> };

/** What goes with a save. */
export type WriteOptions = {
  fence?: SaveFence;
  /** What the file holds by the condition, and what it shall hold: then only what differs travels, where that can be. */
  texts?: { before: string; after: string } | undefined;
};

/** File operations of one kind of app. */
export type FileStore = {
  readText(path: string, signal?: AbortSignal): Promise<FileContent>;
  readBlob(path: string, signal?: AbortSignal): Promise<Blob>;
  write(
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
    condition: SaveCondition,
    options?: WriteOptions,
  ): Promise<SaveResult>;
  upload(path: string, file: Blob, options: UploadOptions): Promise<void>;
};
