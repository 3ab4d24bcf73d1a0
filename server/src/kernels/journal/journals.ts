/**
 * The journals of all kernels, one folder each below one folder that a single server holds (the lock of its data
 * folder). A journal outlives its kernel and the server; journals of kernels that are gone leave first when there are
 * too many bytes, and nothing is written when others need the little room that is left.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../log.ts';
import type { Journal, JournalReader } from '../journal.ts';
import { type DiskJournal, type JournalLimits, openDiskJournal } from './disk-journal.ts';
import { readMeta } from './journal-meta.ts';
import type { WriteAt } from './segment.ts';

export type KernelOwner = { appId: string; kernelId: string; userId: string };

/** A journal that is read while its kernel is gone. */
export type PastJournal = JournalReader & { close(): void };

export type Journals = {
  /** The journal of a kernel, as an earlier server left it, or a new one. Throws when it is open. */
  open(owner: KernelOwner): Journal & { readonly isKnown: boolean };
  /**
   * What is kept of a kernel, whether it is there (`isLive`) or gone; undefined when nothing is, or it is another user's.
   * To be read and closed at once: a kernel that comes back opens its journal itself.
   */
  openReader(kernelId: string, userId: string): (PastJournal & { isLive: boolean }) | undefined;
  /** What is kept of a kernel that is gone; undefined when nothing is, or it was another user's. */
  openPast(kernelId: string, userId: string): PastJournal | undefined;
  close(): void;
};

export type JournalsOptions = {
  folder: string;
  log: Pick<Log, 'warn' | 'info'>;
  limits?: Partial<JournalLimits & AllLimits>;
  /** For tests. */
  bootId?: string;
  write?: WriteAt;
};

type AllLimits = {
  /** All journals together. */
  totalBytes: number;
  /** What is left free on the disk for everything else. */
  reserveBytes: number;
};

type PastFolder = { folder: string; size: number; writtenAt: number };

const MiB = 1024 * 1024;
const standard = {
  segmentBytes: 64 * MiB,
  maxBytes: 512 * MiB,
  totalBytes: 4096 * MiB,
  reserveBytes: 256 * MiB,
};
const keptMs = 14 * 24 * 3_600_000;
const lookMs = 2000;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ids of kernels are UUIDs; whatever else a foreign server calls one becomes a name that is safe in a path. */
function folderName(kernelId: string): string {
  if (uuid.test(kernelId)) return kernelId.toLowerCase();
  return createHash('sha256').update(kernelId).digest('hex').slice(0, 40);
}

export function createJournals(options: JournalsOptions): Journals {
  return new AllJournals(options);
}

class AllJournals implements Journals {
  readonly #options: JournalsOptions;
  readonly #limits: JournalLimits & AllLimits;
  readonly #opened = new Map<string, DiskJournal>();
  readonly #timer: NodeJS.Timeout;
  /** Journals that nobody has open, as they were found; they change only by being opened, closed or removed. */
  #pastFound: readonly PastFolder[] | null = null;
  #isShort = false;

  constructor(options: JournalsOptions) {
    this.#options = options;
    this.#limits = { ...standard, ...options.limits };
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#forgetOld();
    this.#timer = setInterval(() => void this.#look(), lookMs).unref();
  }

  open(owner: KernelOwner): DiskJournal {
    const name = folderName(owner.kernelId);
    if (this.#opened.has(name)) throw new Error('This journal is open already');
    const folder = join(this.#options.folder, name);
    const known = readMeta(folder);
    if (known && known.userId !== owner.userId) rmSync(folder, { recursive: true, force: true });
    const { bootId, write, log } = this.#options;
    const journal = openDiskJournal({
      folder,
      owner,
      limits: this.#limits,
      isShort: () => this.#isShort,
      onTrouble: (trouble) => {
        const { kernelId } = owner;
        if ('lost' in trouble) log.warn('the journal of a kernel has a gap', { kernelId, ...trouble });
        else log.warn('the journal of a kernel meets trouble with its disk', { kernelId, ...trouble });
      },
      onClose: () => {
        this.#opened.delete(name);
        this.#pastFound = null;
      },
      ...(bootId === undefined ? {} : { bootId }),
      ...(write ? { write } : {}),
    });
    this.#opened.set(name, journal);
    this.#pastFound = null;
    return journal;
  }

  openReader(kernelId: string, userId: string): ReturnType<Journals['openReader']> {
    const name = folderName(kernelId);
    const known = readMeta(join(this.#options.folder, name));
    if (!known || known.userId !== userId) return undefined;
    const live = this.#opened.get(name);
    const journal = live ?? this.open({ appId: known.appId, kernelId, userId });
    const { epoch, head, tail } = journal;
    return {
      epoch,
      head,
      tail,
      isLive: live !== undefined,
      canResume: (after) => journal.canResume(after),
      read: (after, maxBytes) => journal.read(after, maxBytes),
      close: () => {
        if (!live) journal.close();
      },
    };
  }

  openPast(kernelId: string, userId: string): PastJournal | undefined {
    const name = folderName(kernelId);
    const known = readMeta(join(this.#options.folder, name));
    if (!known || known.userId !== userId || this.#opened.has(name)) return undefined;
    return this.open({ appId: known.appId, kernelId, userId });
  }

  close(): void {
    clearInterval(this.#timer);
    for (const journal of this.#opened.values()) journal.close();
  }

  async #look(): Promise<void> {
    if (this.#opened.size === 0) return;
    const { folder, log } = this.#options;
    try {
      const { bavail, bsize } = await statfs(folder);
      const isShort = bavail * bsize < this.#limits.reserveBytes;
      if (isShort !== this.#isShort)
        log.warn(isShort ? 'journals give way: the disk is nearly full' : 'journals are written again');
      this.#isShort = isShort;
      this.#makeRoom(isShort ? this.#limits.reserveBytes - bavail * bsize : 0);
    } catch (error) {
      log.warn('the room on the disk was not seen to', { error });
    }
  }

  /** Journals of kernels that are gone leave first, those of long ago before others; then the oldest frames. */
  #makeRoom(wanted: number): void {
    const past = (this.#pastFound ??= this.#past());
    let total = past.reduce((sum, { size }) => sum + size, 0);
    for (const journal of this.#opened.values()) total += journal.size;
    let excess = Math.max(total - this.#limits.totalBytes, wanted);
    for (const { folder, size } of past) {
      if (excess <= 0) return;
      rmSync(folder, { recursive: true, force: true });
      this.#pastFound = null;
      excess -= size;
    }
    for (const journal of [...this.#opened.values()].toSorted((a, b) => b.size - a.size)) {
      while (excess > 0) {
        const before = journal.size;
        if (!journal.dropOldest()) break;
        excess -= before - journal.size;
      }
    }
  }

  /** Journals that nobody has open, those that were written longest ago first. */
  #past(): PastFolder[] {
    const found: PastFolder[] = [];
    for (const entry of readdirSync(this.#options.folder, { withFileTypes: true })) {
      const { name } = entry;
      if (this.#opened.has(name) || !entry.isDirectory()) continue;
      const folder = join(this.#options.folder, name);
      let size = 0;
      let writtenAt = 0;
      for (const file of readdirSync(folder)) {
        const stat = statSync(join(folder, file));
        size += stat.size;
        writtenAt = Math.max(writtenAt, stat.mtimeMs);
      }
      found.push({ folder, size, writtenAt });
    }
    return found.toSorted((a, b) => a.writtenAt - b.writtenAt);
  }

  #forgetOld(): void {
    const now = Date.now();
    for (const { folder, writtenAt } of this.#past())
      if (now - writtenAt > keptMs) rmSync(folder, { recursive: true, force: true });
  }
}
