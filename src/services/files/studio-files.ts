import { ProblemError } from '@atelier-ide/contract';
import type { Gate } from '../studio-api/gate.ts';
import type { AppRoot, FileReader, FileStore } from './file-backend.ts';
import type { FileEntry, SaveCondition } from './files-service.ts';
import { type AppRequest, conditionHeader, isProblem, withSignal } from './requests.ts';
import { SaveParts } from './save-parts.ts';
import { decodeText } from './text.ts';
import { type UploadRequest, sendUpload } from './upload.ts';

/**
 * Files over the backend's own endpoints: paged lists, raw bytes, saves that are conditional and atomic. A name that
 * is not UTF-8 is shown with escapes; the address it is reached by comes from the listing and is remembered here.
 */
const PAGE_SIZE = 200;
/** How often a save "over whatever is there" asks for the hash again when somebody else keeps writing. */
const ANY_TRIES = 4;

type ListItem = FileEntry & { rawPath?: string };
type ListAnswer = { path: string; total: number; items: ListItem[]; nextCursor?: string };

/** What the extension’s file operations need. */
export type StudioFilesConfig = { gate: Gate; root: AppRoot; request: AppRequest; xhr: () => XMLHttpRequest };

/** Files by the endpoints of our Jupyter extension. */
export function createStudioFiles(config: StudioFilesConfig): FileReader & FileStore {
  const { request } = config;
  const rawPaths = new Map<string, string>();
  const queryOf = (path: string) => `path=${rawPaths.get(path) ?? encodeURIComponent(path)}`;
  const addressOf = (path: string) => `studio/file?${queryOf(path)}`;
  const parts = new SaveParts(request);

  async function hashNow(path: string): Promise<string | null> {
    try {
      return tagOf(await request(addressOf(path), { method: 'HEAD' }));
    } catch (error) {
      if (isProblem(error, 404)) return null;
      throw error;
    }
  }

  /** Runs `send` with the condition that means "as it is now", again when the file changed in between. */
  async function overAny<T>(path: string, send: (condition: SaveCondition) => Promise<T>): Promise<T> {
    for (let left = ANY_TRIES; ; left--) {
      const hash = await hashNow(path);
      try {
        return await send(hash === null ? 'new' : { hash });
      } catch (error) {
        if (left <= 1 || !isProblem(error, 412)) throw error;
      }
    }
  }

  const conditional = <T>(path: string, condition: SaveCondition, send: (one: SaveCondition) => Promise<T>) =>
    condition === 'any' ? overAny(path, send) : send(condition);

  return {
    async list(path, { cursor, hidden, signal }) {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE), hidden: hidden ? '1' : '0' });
      if (cursor !== undefined) query.set('cursor', cursor);
      const where = rawPaths.get(path) ?? encodeURIComponent(path);
      const response = await request(`studio/list?path=${where}&${query.toString()}`, withSignal(signal));
      const answer = (await response.json()) as ListAnswer;
      const items = answer.items.map(({ rawPath, ...item }) => {
        if (rawPath !== undefined) rawPaths.set(item.path, rawPath);
        const { name, path: at, type, size, modifiedAt, writable } = item;
        return { name, path: at, type, size, modifiedAt, writable };
      });
      const next = answer.nextCursor === undefined ? {} : { nextCursor: answer.nextCursor };
      return { path: answer.path, total: answer.total, items, ...next };
    },

    async readText(path, signal) {
      const response = await request(addressOf(path), withSignal(signal));
      const bytes = await response.arrayBuffer();
      return {
        text: decodeText(path, bytes),
        hash: tagOf(response),
        size: bytes.byteLength,
        modifiedAt: timeOf(response),
        writable: response.headers.get('X-Atelier-Writable') !== '0',
      };
    },

    async readBlob(path, signal) {
      return (await request(addressOf(path), withSignal(signal))).blob();
    },

    write: (path, bytes, condition, { fence = {}, texts } = {}) =>
      conditional(path, condition, (one) =>
        parts.save({
          query: queryOf(path),
          headers: { ...conditionHeader(one), ...fence },
          bytes,
          // Whatever is there need not be what was read.
          texts: condition === one ? texts : undefined,
        }),
      ),

    async upload(path, file, options) {
      const url = config.gate.origin.http((await config.root()) + addressOf(path));
      await conditional(path, options.condition, (condition) => {
        const upload: UploadRequest = { url, file, headers: conditionHeader(condition), ...options };
        return sendUpload(config.gate, config.xhr, upload);
      });
    },
  };
}

function tagOf(response: Response): string {
  const hash = /"([^"]*)"/.exec(response.headers.get('ETag') ?? '')?.[1];
  if (hash !== undefined) return hash;
  throw new ProblemError({
    type: 'urn:atelier:problem:internal',
    code: 'internal',
    title: 'The server failed',
    status: 500,
    detail: 'The file came without a hash. A proxy in between may have removed it. The file is unchanged.',
  });
}

function timeOf(response: Response): string {
  const time = Date.parse(response.headers.get('Last-Modified') ?? '');
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}
