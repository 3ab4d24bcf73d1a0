import type { FilesService } from '@/services/files/files-service.ts';

const KEPT_MS = 5_000;
const MAX_PAGES = 25;

/**
 * Whether a file is there, without asking for it: a request that fails is an error in the browser's console, and a
 * notebook that names a picture it does not have is nothing unusual. Walks down the listings, each read once.
 */
export class FileFinder {
  readonly #files: Pick<FilesService, 'list'>;
  readonly #now: () => number;
  readonly #folders = new Map<string, { at: number; names: Promise<ReadonlyMap<string, boolean>> }>();

  constructor(files: Pick<FilesService, 'list'>, now: () => number = Date.now) {
    this.#files = files;
    this.#now = now;
  }

  async has(path: string): Promise<boolean> {
    const parts = path.split('/');
    let folder = '';
    for (const [index, part] of parts.entries()) {
      const isFolder = (await this.#namesIn(folder)).get(part);
      const isLast = index === parts.length - 1;
      if (isFolder === undefined || isFolder === isLast) return false;
      folder = folder === '' ? part : `${folder}/${part}`;
    }
    return true;
  }

  /** Names → whether they are folders. */
  #namesIn(folder: string): Promise<ReadonlyMap<string, boolean>> {
    const known = this.#folders.get(folder);
    if (known && this.#now() - known.at < KEPT_MS) return known.names;
    const names = this.#read(folder);
    this.#folders.set(folder, { at: this.#now(), names });
    return names;
  }

  async #read(folder: string): Promise<ReadonlyMap<string, boolean>> {
    const names = new Map<string, boolean>();
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const list = await this.#files.list(folder, {
        hidden: true,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const item of list.items) names.set(item.name, item.type === 'directory');
      cursor = list.nextCursor;
      if (cursor === undefined) break;
    }
    return names;
  }
}
