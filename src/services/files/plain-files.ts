import { problem, ProblemError } from '@atelier-ide/contract';
import { encodePath } from '../origin.ts';
import type { FileReader, FileStore, UploadOptions } from './file-backend.ts';
import type { FileEntry, SaveCondition, SaveResult } from './files-service.ts';
import { type AppRequest, isProblem, withSignal } from './requests.ts';
import { decodeText, hashOf, nameOf } from './text.ts';

/**
 * Files of a plain Jupyter Server. It has no condition on a save, so the file is read and compared right before it is
 * written: somebody who saves between the two is overwritten. `FilesService.isAtomic` says so.
 */
const CHUNK_BYTES = 1024 * 1024;

type ContentsModel = {
  name: string;
  path: string;
  type: string;
  size: number | null;
  last_modified: string;
  writable: boolean;
};

export function createPlainFiles(request: AppRequest): FileReader & FileStore {
  const contents = (path: string) => `api/contents/${encodePath(path)}`;

  async function bytesOf(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    return (await request(`files/${encodePath(path)}`, withSignal(signal))).arrayBuffer();
  }

  async function modelOf(path: string, signal?: AbortSignal): Promise<ContentsModel> {
    const response = await request(`${contents(path)}?content=0`, withSignal(signal));
    return (await response.json()) as ContentsModel;
  }

  async function hashNow(path: string): Promise<string | null> {
    try {
      return await hashOf(await bytesOf(path));
    } catch (error) {
      if (isProblem(error, 404)) return null;
      throw error;
    }
  }

  async function check(path: string, condition: SaveCondition): Promise<void> {
    if (condition === 'any') return;
    const hash = await hashNow(path);
    if (condition === 'new' ? hash === null : hash === condition.hash) return;
    const what = hash === null ? 'is gone' : condition === 'new' ? 'exists already' : 'has changed on disk';
    throw new ProblemError(
      problem('changed-on-disk', `${nameOf(path)} ${what}. The file on disk is unchanged.`, { hash }),
    );
  }

  async function put(path: string, body: object): Promise<ContentsModel> {
    const headers = { 'Content-Type': 'application/json' };
    const response = await request(contents(path), { method: 'PUT', body: JSON.stringify(body), headers });
    return (await response.json()) as ContentsModel;
  }

  async function write(
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
    condition: SaveCondition,
  ): Promise<SaveResult> {
    await check(path, condition);
    const content = await base64Of(new Blob([bytes]));
    const model = await put(path, { type: 'file', format: 'base64', content });
    return { hash: await hashOf(bytes), size: bytes.byteLength, modifiedAt: isoOf(model.last_modified) };
  }

  /** Chunks are not idempotent in Jupyter, so none is ever sent twice: a cut ends the upload and it starts again. */
  async function uploadChunks(
    path: string,
    file: Blob,
    { onProgress, signal }: UploadOptions,
  ): Promise<void> {
    for (let start = 0, number = 1; start < file.size; number++) {
      signal.throwIfAborted();
      const end = Math.min(start + CHUNK_BYTES, file.size);
      const content = await base64Of(file.slice(start, end));
      const isLast = end === file.size;
      await put(path, { type: 'file', format: 'base64', content, chunk: isLast ? -1 : number });
      onProgress(end);
      start = end;
    }
  }

  return {
    async list(path, { hidden, signal }) {
      const response = await request(`${contents(path)}?type=directory&content=1`, withSignal(signal));
      const answer = (await response.json()) as { content: ContentsModel[] };
      const items = answer.content
        .filter((model) => hidden === true || !model.name.startsWith('.'))
        .map(entryOf)
        .sort(inOrder);
      return { path, total: items.length, items };
    },
    async readText(path, signal) {
      const [bytes, model] = await Promise.all([bytesOf(path, signal), modelOf(path, signal)]);
      const hash = await hashOf(bytes);
      const modifiedAt = isoOf(model.last_modified);
      return {
        text: decodeText(path, bytes),
        hash,
        size: bytes.byteLength,
        modifiedAt,
        writable: model.writable,
      };
    },
    async readBlob(path, signal) {
      return (await request(`files/${encodePath(path)}`, withSignal(signal))).blob();
    },
    write,
    async upload(path, file, options) {
      await check(path, options.condition);
      if (file.size > CHUNK_BYTES) {
        await uploadChunks(path, file, options);
        return;
      }
      options.signal.throwIfAborted();
      await put(path, { type: 'file', format: 'base64', content: await base64Of(file) });
      options.onProgress(file.size);
    },
  };
}

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
