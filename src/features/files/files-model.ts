import { ProblemError } from '@atelier-ide/contract';
import type { Disposable } from '@/base/disposable.ts';
import type { FileChange, FileEntry } from '@/services/files/files-service.ts';
import type { Services } from '@/services/services.ts';
import { parentOf } from './file-names.ts';
import { createFilesStore, type FolderState } from './files-store.ts';

/**
 * What the file browser shows: the folders that were read, page by page, and what is expanded and selected.
 * A folder is read when it is shown and again after a change in it; entries that vanished leave the selection.
 */
export class FilesModel {
  readonly store = createFilesStore();
  readonly services: Services;
  #following: Disposable | null = null;
  readonly #reads = new Map<string, AbortController>();

  constructor(services: Services) {
    this.services = services;
  }

  /** Follows changes and reads the folder of last time; `stop` ends it, and it may start again. */
  async start(): Promise<void> {
    this.#following ??= this.services.files.onDidChange((change) => this.#didChange(change));
    const saved = this.services.storage.get('files.folder');
    await this.goTo(typeof saved === 'string' ? saved : '');
    const { folder, folders } = this.store.getState();
    // The folder of last time may be gone; the home is always there.
    if (folder !== '' && folders[folder]?.status === 'failed') await this.goTo('');
  }

  /** Makes `folder` the one the tree shows. */
  async goTo(folder: string): Promise<void> {
    this.store.setState({ folder, selected: [], focused: null, filter: '', renaming: null });
    this.services.storage.set('files.folder', folder);
    this.services.context.set({ currentFolder: folder });
    await this.read(folder);
  }

  async toggle(path: string): Promise<void> {
    const { expanded } = this.store.getState();
    if (expanded.includes(path)) {
      this.store.setState({ expanded: expanded.filter((other) => other !== path) });
      return;
    }
    this.store.setState({ expanded: [...expanded, path] });
    await this.read(path);
  }

  /** Reads every folder that is in sight again. */
  async refresh(): Promise<void> {
    const { folder, expanded } = this.store.getState();
    await Promise.all([folder, ...expanded].map((path) => this.read(path)));
  }

  /** Reads a folder's first page (as far as it was read before), replacing what was known of it. */
  async read(path: string): Promise<void> {
    const known = this.store.getState().folders[path];
    const wanted = known?.children.length ?? 0;
    if (!known)
      this.#setFolder(path, { status: 'loading', children: [], total: 0, nextCursor: null, reason: null });
    this.#reads.get(path)?.abort();
    const controller = new AbortController();
    this.#reads.set(path, controller);
    try {
      const items: FileEntry[] = [];
      let cursor: string | undefined;
      let total = 0;
      do {
        const page = await this.services.files.list(path, {
          ...(cursor ? { cursor } : {}),
          signal: controller.signal,
        });
        items.push(...page.items);
        total = page.total;
        cursor = page.nextCursor;
      } while (cursor !== undefined && items.length < wanted);
      if (this.#reads.get(path) !== controller) return;
      this.#replace(path, items, { total, nextCursor: cursor ?? null });
    } catch (error) {
      if (controller.signal.aborted || this.#reads.get(path) !== controller) return;
      const reason = error instanceof ProblemError ? error.problem.detail : String(error);
      this.#setFolder(path, { status: 'failed', children: [], total: 0, nextCursor: null, reason });
    }
  }

  /** Reads the next page of a folder that has more. */
  async readMore(path: string): Promise<void> {
    const known = this.store.getState().folders[path];
    if (!known?.nextCursor || known.status !== 'ready') return;
    this.#setFolder(path, { ...known, nextCursor: null });
    const page = await this.services.files.list(path, { cursor: known.nextCursor });
    const { entries } = this.store.getState();
    this.store.setState({ entries: { ...entries, ...byPath(page.items) } });
    this.#setFolder(path, {
      ...known,
      children: [...known.children, ...page.items.map((item) => item.path)],
      total: page.total,
      nextCursor: page.nextCursor ?? null,
    });
  }

  /** Names in a folder that were read. */
  namesIn(folder: string): ReadonlySet<string> {
    const { folders, entries } = this.store.getState();
    return new Set((folders[folder]?.children ?? []).map((path) => entries[path]?.name ?? ''));
  }

  select(paths: readonly string[]): void {
    this.store.setState({ selected: paths, focused: paths.at(-1) ?? null });
  }

  #replace(
    path: string,
    items: readonly FileEntry[],
    page: { total: number; nextCursor: string | null },
  ): void {
    const state = this.store.getState();
    const present = new Set(items.map((item) => item.path));
    const gone = (other: string) => parentOf(other) === path && other !== '' && !present.has(other);
    this.store.setState({
      readAt: Date.now(),
      entries: { ...state.entries, ...byPath(items) },
      folders: {
        ...state.folders,
        [path]: { status: 'ready', children: items.map((item) => item.path), reason: null, ...page },
      },
      selected: state.selected.filter((other) => !gone(other)),
      focused: state.focused !== null && gone(state.focused) ? null : state.focused,
      expanded: state.expanded.filter((other) => !gone(other)),
    });
  }

  #setFolder(path: string, folder: FolderState): void {
    this.store.setState({ folders: { ...this.store.getState().folders, [path]: folder } });
  }

  #didChange(change: FileChange): void {
    const folders =
      change.kind === 'moved' ? [parentOf(change.from), parentOf(change.to)] : [parentOf(change.path)];
    for (const folder of new Set(folders)) if (this.store.getState().folders[folder]) void this.read(folder);
  }

  stop(): void {
    for (const read of this.#reads.values()) read.abort();
    this.#following?.dispose();
    this.#following = null;
  }
}

function byPath(items: readonly FileEntry[]): Record<string, FileEntry> {
  return Object.fromEntries(items.map((item) => [item.path, item]));
}
