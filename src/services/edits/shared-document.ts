/**
 * One document in several tabs of one browser: a channel that all of them hear, and a lock that one of them has. The lock
 * goes to the next tab when its holder closes, is killed, or hands it over. Where the browser has no locks (a page that
 * did not come over a secure line) every tab writes, as tabs of different browsers do.
 */
import { type Disposable, DisposableStore, toDisposable } from '@/base/disposable.ts';
import { Emitter, type Event } from '@/base/emitter.ts';

/** How a document is shared. Nothing here touches the document. */
export type SharedDocument = Disposable & {
  /** This tab writes the file. */
  readonly isWriter: boolean;
  readonly onDidBecomeWriter: Event<void>;
  readonly onDidReceive: Event<unknown>;
  /** Takes the lock or gets in line for it. Resolves to false when another tab has it, null where nobody knows. */
  join(): Promise<boolean | null>;
  /** To all other tabs; must be plain data. */
  post(message: object): void;
  /** Lets the tab write that waits longest. */
  handOver(): void;
};

export type SharingParts = {
  name: string;
  locks: LockManager | null;
  /** Null where the browser has none. */
  channel: BroadcastChannel | null;
};

export function shareDocument(parts: SharingParts): SharedDocument {
  return new BrowserSharing(parts);
}

class BrowserSharing implements SharedDocument {
  readonly #parts: SharingParts;
  readonly #owned = new DisposableStore();
  readonly #became = this.#owned.add(new Emitter<void>());
  readonly #received = this.#owned.add(new Emitter<unknown>());
  readonly #ended = new AbortController();
  #release: (() => void) | null = null;

  readonly onDidBecomeWriter = this.#became.event;
  readonly onDidReceive = this.#received.event;

  constructor(parts: SharingParts) {
    this.#parts = parts;
    const { channel } = parts;
    if (channel) {
      channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#received.fire(data);
      this.#owned.add(toDisposable(() => channel.close()));
    }
    this.#owned.add(
      toDisposable(() => {
        this.#ended.abort();
        this.#release?.();
        this.#release = null;
      }),
    );
  }

  get isWriter(): boolean {
    return this.#release !== null || this.#parts.locks === null;
  }

  async join(): Promise<boolean | null> {
    const { locks, name } = this.#parts;
    if (!locks) return null;
    const isFirst = await new Promise<boolean>((resolve, reject) => {
      locks
        .request(name, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          return lock === null || this.#owned.isDisposed ? undefined : this.#hold();
        })
        .catch(reject);
    });
    if (!isFirst) this.#wait(locks);
    return isFirst;
  }

  #hold(): Promise<void> {
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  #wait(locks: LockManager): void {
    const { signal } = this.#ended;
    const held = locks.request(this.#parts.name, { signal }, () => {
      const hold = this.#hold();
      this.#became.fire();
      return hold;
    });
    // Only the end of this tab ends the waiting.
    held.catch(() => undefined);
  }

  post(message: object): void {
    if (!this.#owned.isDisposed) this.#parts.channel?.postMessage(message);
  }

  handOver(): void {
    const { locks } = this.#parts;
    const release = this.#release;
    if (!locks || !release) return;
    this.#release = null;
    release();
    this.#wait(locks);
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
