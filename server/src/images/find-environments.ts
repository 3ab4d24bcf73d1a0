import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { condaFacts, type FoundPlace, isThere, venvFacts } from './environment-facts.ts';
import { readSmallFile } from './read-small-file.ts';
import { findKernelspecs } from './user-kernelspecs.ts';

/*
 * A home may be huge, slow, unreadable in parts, or a loop: the search goes level by level, so that what is near is
 * found first, follows no links, and ends at the first of its limits with what it has.
 */

export type SearchLimits = { depth: number; folders: number; found: number; ms: number };

const limitsOfHome: SearchLimits = { depth: 4, folders: 20_000, found: 200, ms: 2_000 };

export type Search = {
  home: string;
  /** PATH for kernelspecs that name no folder. */
  path: string;
  /** Folders that are not looked into. */
  leaveOut?: readonly string[];
  limits?: Partial<SearchLimits>;
};

const leftOut = new Set(['node_modules', '__pycache__', 'site-packages', 'Library', 'Applications']);
/** Hidden folders are looked at, not into, except these, where tools keep environments. */
const lookedInto = new Set(['.virtualenvs', '.venvs', '.conda', '.micromamba', '.mamba']);
const farHomes = [join('.local', 'share', 'virtualenvs'), join('.cache', 'pypoetry', 'virtualenvs')];
const linkNames = /^\.?(?:v?env|virtualenv)$/;

type Folder = { path: string; depth: number };

class HomeSearch {
  readonly places = new Map<string, FoundPlace>();
  readonly #search: Search;
  readonly #limits: SearchLimits;
  #folders = 0;
  #isOver = false;

  constructor(search: Search) {
    this.#search = search;
    this.#limits = { ...limitsOfHome, ...search.limits };
  }

  async run(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => {
      timer = setTimeout(done, this.#limits.ms);
    });
    try {
      // A folder that does not answer (a sleeping network disk) does not keep the others.
      await Promise.race([this.#all(), late]);
    } finally {
      this.#isOver = true;
      clearTimeout(timer);
    }
  }

  async #all(): Promise<void> {
    const { home, path } = this.#search;
    for (const place of await findKernelspecs(home, path)) this.#add(place);
    for (const prefix of await this.#condaList()) await this.#look(prefix);
    const far = farHomes.map((folder) => ({ path: join(home, folder), depth: this.#limits.depth - 1 }));
    const queue: Folder[] = [{ path: home, depth: 0 }, ...far];
    for (const folder of queue) {
      if (this.#isFull()) return;
      queue.push(...(await this.#below(folder)));
    }
  }

  /** Environments that conda itself has noted, wherever they are. */
  async #condaList(): Promise<readonly string[]> {
    const list = join(this.#search.home, '.conda', 'environments.txt');
    const text = (await readSmallFile(list)) ?? '';
    const lines = text.split('\n').map((line) => line.trim());
    return lines.filter(isAbsolute).slice(0, this.#limits.found);
  }

  /** Looks at one folder by its name; true = it is an environment. */
  async #look(path: string): Promise<boolean> {
    const isVenv = await isThere(join(path, 'pyvenv.cfg'));
    const isConda = !isVenv && (await isThere(join(path, 'conda-meta')));
    if (isVenv) this.#add(await venvFacts(path));
    if (isConda) this.#add(await condaFacts(path));
    return isVenv || isConda;
  }

  /** Looks at what is in a folder; resolves to the folders to look into next. */
  async #below({ path, depth }: Folder): Promise<readonly Folder[]> {
    this.#folders += 1;
    const entries = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => []);
    const names = new Set(entries.map((entry) => entry.name));
    if (names.has('pyvenv.cfg')) {
      this.#add(await venvFacts(path));
      return [];
    }
    if (names.has('conda-meta')) {
      this.#add(await condaFacts(path));
      return names.has('envs') && depth < this.#limits.depth
        ? [{ path: join(path, 'envs'), depth: depth + 1 }]
        : [];
    }
    if (depth >= this.#limits.depth) return [];
    const next: Folder[] = [];
    for (const entry of entries) {
      if (this.#isFull()) return [];
      const child = join(path, entry.name);
      if (this.#isLeftOut(child)) continue;
      if (entry.isSymbolicLink() && linkNames.test(entry.name)) await this.#look(child);
      if (!entry.isDirectory()) continue;
      const isHidden = entry.name.startsWith('.') && !lookedInto.has(entry.name);
      if (isHidden) await this.#look(child);
      else next.push({ path: child, depth: depth + 1 });
    }
    return next;
  }

  #isLeftOut(path: string): boolean {
    return leftOut.has(basename(path)) || (this.#search.leaveOut ?? []).includes(path);
  }

  #add(place: FoundPlace): void {
    const path = resolve(place.path);
    if (!this.#isFull() && !this.places.has(path)) this.places.set(path, place);
  }

  #isFull(): boolean {
    const { found, folders } = this.#limits;
    return this.#isOver || this.places.size >= found || this.#folders > folders;
  }
}

/** Environments in a home, by path. */
export async function findEnvironments(search: Search): Promise<readonly FoundPlace[]> {
  const home = new HomeSearch(search);
  await home.run();
  return [...home.places.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
