/**
 * The journal's tables in IndexedDB. A file has one head, one body (what differs) and the base that its head names; a
 * base is written once, however often the body is. Every write is one transaction that is on disk when it resolves
 * (`durability: strict`): also a power cut leaves the former or the new edits, never half of them.
 */
import type { Edits, KeptEdits, KeptHead } from './edits-service.ts';

const VERSION = 1;
const HEADS = 'heads';
const BODIES = 'bodies';
const BASES = 'bases';
const ALL = [HEADS, BODIES, BASES];

export type Head = KeptHead & {
  readonly hash: string;
  /** Names the base in its table. */
  readonly baseKey: string;
  /** About how much it holds. */
  readonly size: number;
};

type Body = { readonly path: string; readonly changes: Edits['changes'] };
type Base = { readonly path: string; readonly baseKey: string; readonly base: Edits['base'] };

/**
 * `write` the base, also when a page goes and no answer would be heard any more; `check` whether it is there, because
 * another tab may have taken it away.
 */
export type BaseCare = 'write' | 'check';

export type Row = { head: Head; changes: Edits['changes']; base: Edits['base']; care: BaseCare };

export class EditsDb {
  readonly #factory: IDBFactory;
  readonly #name: string;
  #opening: Promise<IDBDatabase> | null = null;
  #db: IDBDatabase | null = null;

  constructor(factory: IDBFactory, name: string) {
    this.#factory = factory;
    this.#name = name;
  }

  put({ head, changes, base, care }: Row): Promise<void> {
    return this.#write((transaction) => {
      const body: Body = { path: head.path, changes };
      const row: Base = { path: head.path, baseKey: head.baseKey, base };
      transaction.objectStore(HEADS).put(head);
      transaction.objectStore(BODIES).put(body);
      const bases = transaction.objectStore(BASES);
      const putBase = () => {
        // The head names one: those of earlier saves, and of other tabs, are of no use.
        bases.delete(basesOf(head.path));
        bases.put(row);
      };
      if (care === 'check') {
        const found = bases.getKey([head.path, head.baseKey]);
        found.onsuccess = () => {
          if (found.result === undefined) putBase();
        };
        return;
      }
      putBase();
      // Nothing is waited for: it is written even when the page goes before another callback of it could run.
      transaction.commit();
    });
  }

  /** All of a file; a base that is missing leaves nothing to make of the rest. */
  async get(path: string): Promise<KeptEdits | null> {
    const transaction = (await this.#open()).transaction(ALL, 'readonly');
    const head = await answer<Head | undefined>(transaction.objectStore(HEADS).get(path));
    if (!head) return null;
    const [body, base] = await Promise.all([
      answer<Body | undefined>(transaction.objectStore(BODIES).get(path)),
      answer<Base | undefined>(transaction.objectStore(BASES).get([path, head.baseKey])),
    ]);
    if (!body || !base) return null;
    const { kind, hash, time } = head;
    const kept = { kind, hash, time, path, base: base.base, changes: body.changes } as KeptEdits;
    return isWhole(kept) ? kept : null;
  }

  async heads(): Promise<Head[]> {
    const transaction = (await this.#open()).transaction(HEADS, 'readonly');
    return answer<Head[]>(transaction.objectStore(HEADS).getAll());
  }

  remove(paths: readonly string[]): Promise<void> {
    return this.#write((transaction) => {
      for (const path of paths) removeFrom(transaction, path);
    });
  }

  /** Only what was kept on this base. */
  removeOn(path: string, baseKey: string): Promise<void> {
    return this.#write((transaction) => {
      const found = transaction.objectStore(HEADS).get(path);
      found.onsuccess = () => {
        if ((found.result as Head | undefined)?.baseKey === baseKey) removeFrom(transaction, path);
      };
    });
  }

  clear(): Promise<void> {
    return this.#write((transaction) => {
      for (const name of ALL) transaction.objectStore(name).clear();
    });
  }

  close(): void {
    this.#db?.close();
    this.#db = null;
    this.#opening = null;
  }

  async #write(act: (transaction: IDBTransaction) => void): Promise<void> {
    // Without a turn in between where it is open already: a page that goes away has no other.
    const db = this.#db ?? (await this.#open());
    const transaction = db.transaction(ALL, 'readwrite', { durability: 'strict' });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new DOMException('Aborted', 'AbortError'));
    });
    act(transaction);
    await done;
  }

  #open(): Promise<IDBDatabase> {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  #connect(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = this.#factory.open(this.#name, VERSION);
      request.onupgradeneeded = () => {
        const db = request.result;
        db.createObjectStore(HEADS, { keyPath: 'path' });
        db.createObjectStore(BODIES, { keyPath: 'path' });
        db.createObjectStore(BASES, { keyPath: ['path', 'baseKey'] });
      };
      request.onerror = () => reject(request.error ?? new DOMException('Not opened', 'UnknownError'));
      request.onsuccess = () => {
        const db = request.result;
        // A later version of the product in another tab needs it closed; a browser that clears its data closes it.
        db.onversionchange = () => this.close();
        db.onclose = () => this.close();
        this.#db = db;
        resolve(db);
      };
    });
  }
}

function removeFrom(transaction: IDBTransaction, path: string): void {
  transaction.objectStore(HEADS).delete(path);
  transaction.objectStore(BODIES).delete(path);
  transaction.objectStore(BASES).delete(basesOf(path));
}

/** All bases of a file. */
const basesOf = (path: string) => IDBKeyRange.bound([path], [path, []]);

/** Another version of the product may have written it: what cannot be understood must not keep a file from opening. */
function isWhole({ kind, base, changes }: KeptEdits): boolean {
  if (kind === 'text') return typeof base === 'string' && typeof changes === 'string';
  return (
    kind === 'notebook' &&
    Array.isArray(base.cells) &&
    Array.isArray(changes.order) &&
    Array.isArray(changes.cells)
  );
}

function answer<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error ?? new DOMException('Not read', 'UnknownError'));
  });
}
