/**
 * Journals of edits in IndexedDB, one database a backend and user: whoever signs in next in this browser never opens
 * another's. What a document's keeper is told is on disk `KEEP_MS` later at most, plus the write itself.
 */
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { Clock } from '../clock.ts';
import type { SessionService } from '../session/session-service.ts';
import { EditsDb, type Head } from './edits-db.ts';
import { createEditsStore } from './edits-store.ts';
import type {
  Edits,
  EditsKeeper,
  EditsService,
  EditsSource,
  EditsTrouble,
  KeptEdits,
  KeptHead,
} from './edits-service.ts';
import { type SharedDocument, shareDocument } from './shared-document.ts';
import { Keeper, type RowToKeep } from './keeper.ts';

/** What is older, or more than these, was forgotten by whoever typed it; the oldest go first, at a start. */
const KEPT_FOR_MS = 90 * 24 * 3_600_000;
const MAX_FILES = 200;
const MAX_TOTAL = 256 * 1024 * 1024;
/** One document's edits beyond this are not kept: the browser would have to copy them several times a second. */
const MAX_ONE = 32 * 1024 * 1024;
const PRUNE_AFTER_MS = 10_000;
const ANSWER_MS = 2_000;
const CLEARED = 'cleared';

export type EditsConfig = {
  session: Pick<SessionService, 'store'>;
  /** Null where the browser has none, e.g. in some private windows. */
  indexedDB: IDBFactory | null;
  /** Null over a line that is not secure. */
  locks: LockManager | null;
  /** What all tabs of this browser hear; null where there is none. */
  channel(name: string): BroadcastChannel | null;
  log: LogService;
  clock: Clock;
  newId(): string;
  /** The window whose going and hiding is listened to. */
  window?: Window | undefined;
};

export function createEdits(config: EditsConfig): EditsService & Disposable {
  return new BrowserEdits(config);
}

class BrowserEdits implements EditsService, Disposable {
  readonly store = createEditsStore();
  readonly #config: EditsConfig;
  readonly #owned = new DisposableStore();
  readonly #keepers = new Set<Keeper>();
  #db: EditsDb | null = null;
  #scope: string | null = null;
  /** After a sign-out nothing more is written until somebody is signed in again. */
  #isOut = false;
  /** All was deleted in another tab, by whoever signed out there: nothing is written until somebody is signed in again. */
  #isCleared = false;
  #wasAway = false;
  #others: BroadcastChannel | null = null;

  constructor(config: EditsConfig) {
    this.#config = config;
    const { session } = config;
    this.#owned.add(toDisposable(session.store.subscribe(() => this.#look())));
    this.#owned.add(toDisposable(() => this.#db?.close()));
    this.#owned.add(toDisposable(() => this.#others?.close()));
    this.#listen(config.window);
    this.#look();
  }

  #look(): void {
    const state = this.#config.session.store.getState();
    if (state.status === 'signed-out') this.#isOut = true;
    this.#wasAway ||= state.status !== 'signed-in';
    if (state.status !== 'signed-in') return;
    const scope = `atelier-edits:${state.capabilities.serverId}:${state.me.userProfileId}`;
    // The page reloads when somebody else signs in: what is on it belongs to the first.
    if (this.#scope !== null && this.#scope !== scope) return;
    this.#isOut = false;
    if (this.#wasAway) this.#isCleared = false;
    this.#wasAway = false;
    if (this.#scope === scope) return;
    this.#scope = scope;
    this.#hearOthers(scope);
    const { indexedDB, clock } = this.#config;
    if (!indexedDB) {
      this.#tell('unavailable');
      return;
    }
    this.#db = new EditsDb(indexedDB, scope);
    this.#owned.add(clock.after(PRUNE_AFTER_MS, () => void this.#prune()));
  }

  /** The one thing that they say is that all was deleted. */
  #hearOthers(scope: string): void {
    this.#others = this.#config.channel(scope);
    if (!this.#others) return;
    this.#others.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data !== CLEARED) return;
      this.#isCleared = true;
      for (const keeper of this.#keepers) {
        const { path, baseKey } = keeper;
        keeper.forget();
        if (baseKey !== null) void this.#takeBack(path, baseKey);
      }
    };
  }

  /** A page that is hidden may be ended without another word. */
  #listen(page: Window | undefined): void {
    if (!page) return;
    const keepNow = () => {
      for (const keeper of this.#keepers) keeper.keepNow();
    };
    const handleVisibility = () => {
      if (page.document.visibilityState === 'hidden') keepNow();
    };
    page.addEventListener('pagehide', keepNow);
    page.addEventListener('beforeunload', keepNow);
    page.document.addEventListener('visibilitychange', handleVisibility);
    this.#owned.add(
      toDisposable(() => {
        page.removeEventListener('pagehide', keepNow);
        page.removeEventListener('beforeunload', keepNow);
        page.document.removeEventListener('visibilitychange', handleVisibility);
      }),
    );
  }

  keep(source: EditsSource): EditsKeeper {
    const keeper = new Keeper({
      source,
      clock: this.#config.clock,
      newId: () => this.#config.newId(),
      write: (row) => this.#write(row),
      remove: (path) => this.#remove(path),
      didTurn: () => this.#tellUnkept(),
      didEnd: () => {
        this.#keepers.delete(keeper);
        this.#tellUnkept();
      },
    });
    this.#keepers.add(keeper);
    return keeper;
  }

  async #write(row: RowToKeep): Promise<boolean> {
    const { path, edits, baseKey, care } = row;
    if (!this.#db || this.#isOut || this.#isCleared) return false;
    const size = sizeOf(edits);
    if (size > MAX_ONE) {
      this.#tell('large');
      return false;
    }
    const { kind, hash, base, changes } = edits;
    const head: Head = { path, kind, hash, baseKey, size, time: this.#config.clock.now() };
    try {
      await this.#db.put({ head, changes, base, care });
      if (this.store.getState().trouble !== null) this.store.setState({ trouble: null });
      return true;
    } catch (error) {
      this.#config.log.warn('Edits were not kept in the browser', { path, error: String(error) });
      this.#tell(troubleOf(error));
      return false;
    }
  }

  /** What this tab wrote behind a deletion that it had not heard of; a page that somebody opened since has its own. */
  async #takeBack(path: string, baseKey: string): Promise<void> {
    await this.#attempt(`of ${path} taken back`, (db) => db.removeOn(path, baseKey));
  }

  async #remove(path: string): Promise<boolean> {
    if (!this.#db || this.#isOut) return false;
    return this.#attempt(`of ${path} removed`, (db) => db.remove([path]));
  }

  async #attempt(what: string, act: (db: EditsDb) => Promise<void>): Promise<boolean> {
    if (!this.#db) return false;
    try {
      await act(this.#db);
      return true;
    } catch (error) {
      this.#config.log.warn(`Edits kept in the browser were not ${what}`, { error: String(error) });
      return false;
    }
  }

  #tell(trouble: EditsTrouble): void {
    if (this.store.getState().trouble !== trouble) this.store.setState({ trouble });
  }

  #tellUnkept(): void {
    const unkept = [...this.#keepers].filter((one) => one.isMissing).map(({ path }) => path);
    this.store.setState({ unkept });
  }

  async read(path: string): Promise<KeptEdits | null> {
    const db = this.#db;
    if (!db) return null;
    return this.#inTime(db.get(path));
  }

  async list(): Promise<readonly KeptHead[]> {
    const db = this.#db;
    if (!db) return [];
    try {
      const heads = await this.#inTime(db.heads());
      return heads.toSorted((a, b) => b.time - a.time);
    } catch (error) {
      this.#config.log.warn('Edits kept in the browser were not listed', { error: String(error) });
      return [];
    }
  }

  /** A browser whose storage hangs must not keep a file from opening. */
  async #inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: Disposable | null = null;
    const late = new Promise<never>((_, reject) => {
      timer = this.#config.clock.after(ANSWER_MS, () =>
        reject(new Error('The storage of the browser did not answer.')),
      );
    });
    try {
      return await Promise.race([answer, late]);
    } catch (error) {
      this.#tell('unavailable');
      throw error;
    } finally {
      (timer as Disposable | null)?.dispose();
    }
  }

  async remove(path: string): Promise<void> {
    await this.#remove(path);
  }

  async clear(): Promise<void> {
    for (const keeper of this.#keepers) keeper.forget();
    await this.#attempt('cleared', (db) => db.clear());
    this.#others?.postMessage(CLEARED);
  }

  holds(path: string): boolean {
    const keepers = [...this.#keepers].filter((one) => one.path === path);
    return keepers.length > 0 && keepers.every((one) => one.isKept);
  }

  share(path: string): SharedDocument {
    const name = `${this.#scope ?? ''}:${path}`;
    return shareDocument({ name, locks: this.#config.locks, channel: this.#config.channel(name) });
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#keepers].map((keeper) => keeper.flush()));
  }

  async #prune(): Promise<void> {
    await this.#attempt('pruned', async (db) => {
      const heads = await db.heads();
      const oldest = this.#config.clock.now() - KEPT_FOR_MS;
      const open = new Set([...this.#keepers].map((one) => one.path));
      let total = 0;
      const gone = heads
        .toSorted((a, b) => b.time - a.time)
        .filter(({ path, time, size }, index) => {
          total += size;
          return !open.has(path) && (time < oldest || index >= MAX_FILES || total > MAX_TOTAL);
        });
      if (gone.length === 0) return;
      this.#config.log.warn('Old edits that were kept in the browser are gone', { files: gone.length });
      await db.remove(gone.map(({ path }) => path));
    });
  }

  dispose(): void {
    for (const keeper of this.#keepers) keeper.dispose();
    this.#owned.dispose();
  }
}

function troubleOf(error: unknown): EditsTrouble {
  return error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'unavailable';
}

/** About how many characters it holds; metadata count little and are not looked into. */
function sizeOf(edits: Edits): number {
  if (edits.kind === 'text') return edits.base.length + edits.changes.length;
  const cells = [...edits.base.cells, ...edits.changes.cells];
  return cells.reduce(
    (sum, { source, attachments }) =>
      sum + source.length + 100 + (attachments ? JSON.stringify(attachments).length : 0),
    0,
  );
}
