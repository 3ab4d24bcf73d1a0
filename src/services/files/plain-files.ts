import { problem, ProblemError } from '@atelier-ide/contract';
import { encodePath } from '../origin.ts';
import type { FileReader, FileStore, ListOptions, UploadOptions } from './file-backend.ts';
import type { FileContent, FileEntry, FileList, SaveCondition, SaveResult } from './files-service.ts';
import { type AppRequest, conditionHeader, isProblem, withSignal } from './requests.ts';
import type { SaveFence } from './save-fence.ts';
import { SaveParts } from './save-parts.ts';
import { decodeText, hashOf, nameOf } from './text.ts';

/**
 * Files of a plain Jupyter Server. It has no condition on a save, so the file is read and compared right before it is
 * written: somebody who saves between the two is overwritten. `FilesService.isAtomic` says so. Our server does that for
 * saves of which only a part can or need travel to it.
 */
/** As base64 below what proxies take that are set to a megabyte. */
const CHUNK_BYTES = 640 * 1024;

type ContentsModel = {
  name: string;
  path: string;
  type: string;
  size: number | null;
  last_modified: string;
  writable: boolean;
};

/** Files by Jupyter’s contents API. */
export function createPlainFiles(request: AppRequest): FileReader & FileStore {
  return new PlainFiles(request);
}

class PlainFiles implements FileReader, FileStore {
  readonly #request: AppRequest;
  readonly #parts: SaveParts;

  constructor(request: AppRequest) {
    this.#request = request;
    this.#parts = new SaveParts(request);
  }

  async list(path: string, { hidden, signal }: ListOptions): Promise<FileList> {
    const response = await this.#request(`${contents(path)}?type=directory&content=1`, withSignal(signal));
    const answer = (await response.json()) as { content: ContentsModel[] };
    const items = answer.content
      .filter((model) => hidden === true || !model.name.startsWith('.'))
      .map(entryOf)
      .sort(inOrder);
    return { path, total: items.length, items };
  }

  async readText(path: string, signal?: AbortSignal): Promise<FileContent> {
    const [bytes, model] = await Promise.all([this.#bytesOf(path, signal), this.#modelOf(path, signal)]);
    return {
      text: decodeText(path, bytes),
      hash: await hashOf(bytes),
      size: bytes.byteLength,
      modifiedAt: isoOf(model.last_modified),
      writable: model.writable,
    };
  }

  async readBlob(path: string, signal?: AbortSignal): Promise<Blob> {
    return (await this.#request(`files/${encodePath(path)}`, withSignal(signal))).blob();
  }

  write(...[path, bytes, condition, options]: Parameters<FileStore['write']>): Promise<SaveResult> {
    const { fence = {}, texts } = options ?? {};
    return this.#parts.save({
      query: `path=${encodeURIComponent(path)}`,
      headers: { ...(condition === 'any' ? {} : conditionHeader(condition)), ...fence },
      bytes,
      // Whatever is there need not be what was read.
      texts: condition === 'any' ? undefined : texts,
      whole: async () => {
        await this.#check(path, condition);
        const model = await this.#put(path, { content: await base64Of(new Blob([bytes])) }, fence);
        const modifiedAt = isoOf(model.last_modified);
        return { hash: await hashOf(bytes), size: bytes.byteLength, modifiedAt };
      },
    });
  }

  async upload(path: string, file: Blob, options: UploadOptions): Promise<void> {
    await this.#check(path, options.condition);
    options.signal.throwIfAborted();
    if (file.size > CHUNK_BYTES) {
      await this.#uploadChunks(path, file, options);
      return;
    }
    await this.#put(path, { content: await base64Of(file) });
    options.onProgress(file.size);
  }

  /** Chunks are not idempotent in Jupyter, so none is ever sent twice: a cut ends the upload and it starts again. */
  async #uploadChunks(path: string, file: Blob, options: UploadOptions): Promise<void> {
    for (let start = 0, number = 1; start < file.size; number++) {
      options.signal.throwIfAborted();
      const end = Math.min(start + CHUNK_BYTES, file.size);
      const content = await base64Of(file.slice(start, end));
      await this.#put(path, { content, chunk: end === file.size ? -1 : number });
      options.onProgress(end);
      start = end;
    }
  }

  async #bytesOf(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    return (await this.#request(`files/${encodePath(path)}`, withSignal(signal))).arrayBuffer();
  }

  async #modelOf(path: string, signal?: AbortSignal): Promise<ContentsModel> {
    const response = await this.#request(`${contents(path)}?content=0`, withSignal(signal));
    return (await response.json()) as ContentsModel;
  }

  async #hashNow(path: string): Promise<string | null> {
    try {
      return await hashOf(await this.#bytesOf(path));
    } catch (error) {
      if (isProblem(error, 404)) return null;
      throw error;
    }
  }

  async #check(path: string, condition: SaveCondition): Promise<void> {
    if (condition === 'any') return;
    const hash = await this.#hashNow(path);
    if (condition === 'new' ? hash === null : hash === condition.hash) return;
    const what = hash === null ? 'is gone' : condition === 'new' ? 'exists already' : 'has changed on disk';
    throw new ProblemError(
      problem('changed-on-disk', `${nameOf(path)} ${what}. The file on disk is unchanged.`, { hash }),
    );
  }

  /** Bytes go as base64: Jupyter writes them as they are, whatever the name ends with. */
  async #put(
    path: string,
    body: { content: string; chunk?: number },
    fence: SaveFence = {},
  ): Promise<ContentsModel> {
    const response = await this.#request(contents(path), {
      method: 'PUT',
      body: JSON.stringify({ type: 'file', format: 'base64', ...body }),
      headers: { 'Content-Type': 'application/json', ...fence },
    });
    return (await response.json()) as ContentsModel;
  }
}

const contents = (path: string) => `api/contents/${encodePath(path)}`;

function entryOf(model: ContentsModel): FileEntry {
  const type = model.type === 'directory' || model.type === 'notebook' ? model.type : 'file';
  const size = type === 'directory' ? null : model.size;
  const { name, path, writable } = model;
  return { name, path, type, size, modifiedAt: isoOf(model.last_modified), writable };
}

function isoOf(time: string): string {
  const parsed = Date.parse(time);
  return new Date(Number.isNaN(parsed) ? 0 : parsed).toISOString();
}

function inOrder(a: FileEntry, b: FileEntry): number {
  const folders = Number(b.type === 'directory') - Number(a.type === 'directory');
  return folders || a.name.localeCompare(b.name, undefined, { numeric: true, sensitivity: 'base' });
}

async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}
