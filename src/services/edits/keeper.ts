/**
 * Brings what is kept of one document up to date: soon after each change, at once when the page goes. One write is on
 * its way at a time; a change during it leads to another.
 */
import type { Disposable } from '@/base/disposable.ts';
import type { Clock } from '../clock.ts';
import type { BaseCare } from './edits-db.ts';
import type { Edits, EditsKeeper, EditsSource, EditsToKeep } from './edits-service.ts';

/** With the write itself well below half a second. */
export const KEEP_MS = 100;

/** Edits with the name of their base and what is known of it. */
export type RowToKeep = { path: string; edits: EditsToKeep; baseKey: string; care: BaseCare };

export type KeeperHost = {
  source: EditsSource;
  clock: Clock;
  newId(): string;
  /** False where it was not kept. */
  write(row: RowToKeep): Promise<boolean>;
  remove(path: string): Promise<boolean>;
  /** `isMissing` may be another. */
  didTurn(): void;
  didEnd(): void;
};

export class Keeper implements EditsKeeper {
  readonly #host: KeeperHost;
  #timer: Disposable | null = null;
  #running: Promise<void> | null = null;
  /** The path under which something may be kept. */
  #keptAt: string | null = null;
  #base: { value: Edits['base']; key: string; isWritten: boolean } | null = null;
  /** Counts changes and what of them is kept. */
  #changed = 0;
  #kept = 0;
  #isMissing = false;
  /** There was a change, or a save, since what is kept was looked at. */
  #isDue = false;
  #isDisposed = false;

  constructor(host: KeeperHost) {
    this.#host = host;
    // What an earlier page kept is not ours to judge before the document says so.
    this.#keptAt = host.source.path();
  }

  get path(): string {
    return this.#host.source.path();
  }

  get isKept(): boolean {
    return this.#changed === this.#kept && !this.#isMissing;
  }

  /** The name of the base on which this keeps. */
  get baseKey(): string | null {
    return this.#base?.key ?? null;
  }

  /** Something was changed that could not be kept. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  #miss(isMissing: boolean): void {
    if (this.#isMissing === isMissing) return;
    this.#isMissing = isMissing;
    this.#host.didTurn();
  }

  didChange(): void {
    if (this.#isDisposed) return;
    this.#changed += 1;
    this.refresh();
  }

  didMiss(): void {
    this.#miss(true);
  }

  refresh(): void {
    if (this.#isDisposed) return;
    this.#isDue = true;
    this.#timer ??= this.#host.clock.after(KEEP_MS, () => void this.flush());
  }

  /** The page may go: the write begins before this returns. */
  keepNow(): void {
    if (this.#changed === this.#kept) return;
    this.#cancel();
    void this.#keep(true);
  }

  async flush(): Promise<void> {
    this.#cancel();
    while (this.#running) await this.#running;
    if (!this.#isDue) return;
    this.#running = this.#keep(false);
    await this.#running;
    this.#running = null;
  }

  /** What is kept was thrown away on purpose; it stays so until the next change. */
  forget(): void {
    this.#cancel();
    this.#kept = this.#changed;
    this.#miss(false);
    this.#isDue = false;
    if (this.#base) this.#base.isWritten = false;
  }

  #cancel(): void {
    this.#timer?.dispose();
    this.#timer = null;
  }

  async #keep(isLast: boolean): Promise<void> {
    const { source } = this.#host;
    const at = this.#changed;
    this.#isDue = false;
    const path = source.path();
    const edits = source.read();
    if (edits === 'stay') return;
    if (!edits) {
      await this.#drop(at);
      return;
    }
    const former = this.#keptAt;
    const base = this.#baseOf(edits);
    const care: BaseCare = isLast || !base.isWritten || former !== path ? 'write' : 'check';
    this.#keptAt = path;
    const isKept = await this.#host.write({ path, edits, baseKey: base.key, care });
    base.isWritten ||= isKept;
    if (isKept) this.#didKeep(at);
    else this.#miss(true);
    if (isKept && former !== null && former !== path) await this.#host.remove(former);
  }

  /** All is in the file. */
  async #drop(at: number): Promise<void> {
    const former = this.#keptAt;
    this.#base = null;
    this.#miss(false);
    const isGone = former === null || (await this.#host.remove(former));
    if (isGone && this.#keptAt === former) this.#keptAt = null;
    if (isGone) this.#didKeep(at);
  }

  #didKeep(at: number): void {
    this.#kept = Math.max(this.#kept, at);
    this.#miss(false);
  }

  #baseOf({ base }: EditsToKeep) {
    if (this.#base?.value !== base) {
      this.#base = { value: base, key: this.#host.newId(), isWritten: false };
    }
    return this.#base;
  }

  /** What was changed last is kept even when the document closes at once. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#cancel();
    if (this.#isDue) void this.#keep(true);
    this.#isDisposed = true;
    this.#host.didEnd();
  }
}
