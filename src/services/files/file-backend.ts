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

/** File operations of one kind of app. */
export type FileStore = {
  readText(path: string, signal?: AbortSignal): Promise<FileContent>;
  readBlob(path: string, signal?: AbortSignal): Promise<Blob>;
  write(
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
    condition: SaveCondition,
    fence?: SaveFence,
  ): Promise<SaveResult>;
  upload(path: string, file: Blob, options: UploadOptions): Promise<void>;
};
