/**
 * The journal of one kernel on disk.
 *
 * - Written, then committed: `append` of what goes to the kernel writes at once; what comes from it is written at the
 *   end of the turn, all frames of one read of the socket together. No timer is on the way of a frame.
 * - Synced in the background: a server that is killed loses nothing, a power cut at most what was written since the
 *   sync before.
 * - Numbers are dense over restarts of the server. What a killed server had begun to write is taken back: nobody has seen
 *   it. Where something else was torn, or the machine was started again (the end may be missing without a trace), the
 *   epoch is another one and a gap follows what is left.
 * - A disk that takes nothing more stops nobody: frames go on to browsers, the hole is counted and becomes a gap.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { headOf, type FrameHead } from '../frame.ts';
import type { CommitListener, EntryKind, Journal, JournalEntry, LineCount } from '../journal.ts';
import { countLine, lastInward } from './line-counter.ts';
import { mergeSegment } from './merge-segment.ts';
import { gapFrame } from './gap-frame.ts';
import { type JournalMeta, currentBootId, forgetMeta, readMeta, writeMeta } from './journal-meta.ts';
import { steadyNow } from '../../steady-now.ts';
import type { JournalRecord } from './record.ts';
import { Segment, type Visit, type WriteAt, segmentsIn, writeAt } from './segment.ts';
import { SegmentSync } from './segment-sync.ts';

export type DiskJournalOptions = {
  folder: string;
  owner: { appId: string; kernelId: string; userId: string };
  limits: JournalLimits;
  /** True while the disk has so little room that others must have it. */
  isShort?: () => boolean;
  /** The disk takes nothing more (again), with the reason, or takes frames again, with the count of those it lacks. */
  onTrouble?: (trouble: { error: unknown } | { lost: number }) => void;
  onClose?: () => void;
  /** For tests. */
  bootId?: string;
  write?: WriteAt;
};

export type JournalLimits = {
  /** A file is ended at this size. */
  segmentBytes: number;
  /** From half of this on printed lines are merged; beyond it the oldest files go. */
  maxBytes: number;
};

const smallFrame = 4096;
/** After a failed write the next one is tried no sooner. */
const retryMs = 250;

type Pending = { kind: EntryKind; bytes: Uint8Array; head: FrameHead };

/** Opens the journal in this folder, made when there is none. Nobody else may have it open. */
export function openDiskJournal(options: DiskJournalOptions): DiskJournal {
  return new DiskJournal(options);
}

export class DiskJournal implements Journal {
  readonly epoch: string;
  readonly session: string;
  /** True when frames of an earlier run of the server are in it. */
  readonly isKnown: boolean;
  readonly #options: DiskJournalOptions;
  readonly #write: WriteAt;
  readonly #sync: SegmentSync;
  #meta: JournalMeta;
  #line: LineCount | null;
  #segments: Segment[] = [];
  /** There are frames of an earlier server that cannot be read: nothing is put among them. */
  #isUnusable = false;
  /** Newest number that was committed, on disk or lost. */
  #head: number;
  /** Numbers at the end that are not on disk. */
  #lost = 0;
  #triedAt = 0;
  #pending: Pending[] = [];
  #isFlushing = false;
  /** Written and not yet shown; more than one batch only while a listener appends. */
  readonly #written: [JournalEntry, FrameHead][] = [];
  #isShowing = false;
  #merging: Promise<void> | undefined;
  #isClosed = false;
  #listener: CommitListener | undefined;

  constructor(options: DiskJournalOptions) {
    const { folder, owner, bootId = currentBootId() } = options;
    this.#options = options;
    this.#write = options.write ?? writeAt;
    const known = readMeta(folder);
    const found = this.#openFolder(known?.line ?? null);
    this.#head = found.head;
    this.isKnown = this.#head > 0;
    const isWhole = known !== null && !found.hasDamage && (known.bootId === bootId || !this.isKnown);
    this.epoch = isWhole ? known.epoch : randomUUID();
    this.session = known?.session ?? randomUUID();
    this.#line = found.line;
    this.#meta = {
      version: 1,
      epoch: this.epoch,
      bootId,
      ...owner,
      session: this.session,
      cutBytes: known?.cutBytes ?? 0,
      openedAt: new Date().toISOString(),
      line: null,
    };
    this.#keepMeta();
    this.#sync = new SegmentSync(folder);
    if (!isWhole && this.isKnown) this.#appendGap({ reason: 'damage', lost: 0 });
  }

  get head(): number {
    return this.#head;
  }

  get tail(): number {
    const first = this.#segments[0]?.first ?? 1;
    return Math.max(0, first - 2);
  }

  get line(): LineCount | null {
    return this.#line;
  }

  noteLine(line: LineCount | null): void {
    this.#flush();
    this.#line = line;
    if (this.#lost === 0) this.#keepMeta();
  }

  lastInward(count: number): readonly Uint8Array[] {
    return count > 0 ? lastInward(this.#segments, count) : [];
  }

  /** Bytes on disk. */
  get size(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.size, 0);
  }

  /** Resolves when the journal is within its limit again. */
  async whenSettled(): Promise<void> {
    while (this.#merging) await this.#merging;
  }

  append(kind: EntryKind, bytes: Uint8Array, head: FrameHead): number {
    if (this.#isClosed) throw new Error('The journal is closed');
    this.#pending.push({ kind, bytes, head });
    const seq = this.#head + this.#pending.length;
    if (kind !== 'out') this.#flush();
    else if (!this.#isFlushing) {
      this.#isFlushing = true;
      process.nextTick(() => this.#flush());
    }
    return seq;
  }

  canResume(after: number): boolean {
    if (after < this.tail || after > this.#head) return false;
    const segment = this.#segments[this.#indexFor(after + 1)];
    if (!segment?.isMerged) return true;
    let isInside = false;
    this.#walk(segment, after + 1, ({ seq, count, kind }) => {
      isInside = kind !== 'gap' && seq - count < after && after < seq;
      return seq <= after;
    });
    return !isInside;
  }

  read(after: number, maxBytes: number): readonly JournalEntry[] {
    const found: JournalEntry[] = [];
    let last = after;
    let size = 0;
    const put = (entry: JournalEntry): boolean => {
      found.push(entry);
      last = entry.seq;
      size += entry.bytes.length;
      return size < maxBytes;
    };
    const hole = (to: number, gap: () => Uint8Array): boolean =>
      to <= last || put({ seq: to, count: to - last, kind: 'gap', bytes: gap() });
    const first = this.#segments[0]?.first ?? 1;
    if (last < first - 1) {
      const lost = first - 1;
      if (!hole(lost, () => gapFrame({ reason: 'limit', lost, bytes: this.#meta.cutBytes }))) return found;
    }
    for (let index = this.#indexFor(last + 1); index < this.#segments.length; index += 1) {
      const segment = this.#segments[index];
      if (!segment) break;
      let isFull = false;
      this.#walk(segment, last + 1, ({ seq, count, kind, bytes }) => {
        if (seq <= last) return true;
        const damaged = seq - count - last;
        isFull =
          (damaged > 0 && !hole(seq - count, () => gapFrame({ reason: 'damage', lost: damaged }))) ||
          !put({ seq, kind, bytes, ...(count > 1 ? { count } : {}) });
        return !isFull;
      });
      if (isFull) return found;
    }
    const missing = this.#head - last;
    if (missing > 0) {
      const reason = this.#lost > 0 ? 'disk' : 'damage';
      hole(this.#head, () => gapFrame({ reason, lost: missing }));
    }
    return found;
  }

  onDidCommit(listener: CommitListener): void {
    this.#listener = listener;
  }

  /** Gives the oldest file up, to make room; false when there is only the one that is written. */
  dropOldest(): boolean {
    const [oldest, next] = this.#segments;
    if (!oldest || !next) return false;
    this.#meta = { ...this.#meta, cutBytes: this.#meta.cutBytes + oldest.size };
    this.#segments.shift();
    oldest.close();
    rmSync(oldest.file, { force: true });
    if (this.#lost === 0) this.#keepMeta();
    return true;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    this.#listener = undefined;
    this.#options.onClose?.();
    void this.#sync.close(this.#segments.filter(({ fd }) => fd !== undefined));
  }

  /** A folder that cannot be used is one without frames: the kernel must start all the same. */
  #openFolder(line: JournalMeta['line']): { head: number; hasDamage: boolean; line: LineCount | null } {
    const { folder } = this.#options;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.#segments = segmentsIn(folder);
      const found = this.#recover();
      // A number that was taken back is not there to be counted from.
      const isThere = line !== null && line.seq <= found.head;
      return { ...found, line: isThere ? countLine(this.#segments, line) : null };
    } catch (error) {
      this.#options.onTrouble?.({ error });
      this.#isUnusable = this.#segments.length > 0;
      this.#segments = [];
      return { head: 0, hasDamage: true, line: null };
    }
  }

  #keepMeta(): void {
    this.#meta = { ...this.#meta, line: this.#line && { ...this.#line, seq: this.#head } };
    try {
      if (!this.#isUnusable) writeMeta(this.#options.folder, this.#meta);
    } catch (error) {
      // Without it the next server begins another epoch, which is right.
      this.#options.onTrouble?.({ error });
    }
  }

  /** Finds the head; what is torn at the end goes. */
  #recover(): { head: number; hasDamage: boolean } {
    const last = this.#segments.at(-1);
    for (const segment of this.#segments) if (segment !== last) segment.measure();
    if (!last) return { head: 0, hasDamage: false };
    last.openForWriting();
    let head = last.first - 1;
    let expected = last.first;
    let hasHole = false;
    const { end, hasDamage } = last.walk(0, ({ seq, count }) => {
      hasHole ||= seq - count + 1 !== expected;
      head = seq;
      expected = seq + 1;
      return true;
    });
    last.cutTo(end);
    return { head, hasDamage: hasDamage || hasHole };
  }

  /** Visits records from the one of `seq` on, or from one before it. A file that cannot be read is a hole. */
  #walk(segment: Segment, seq: number, visit: Visit): void {
    try {
      segment.walk(segment.placeFor(seq), visit);
    } catch (error) {
      this.#options.onTrouble?.({ error });
    }
  }

  /** Which file holds this number. */
  #indexFor(seq: number): number {
    let index = this.#segments.length - 1;
    while (index > 0 && (this.#segments[index]?.first ?? 0) > seq) index -= 1;
    return index < 0 ? 0 : index;
  }

  #flush(): void {
    this.#isFlushing = false;
    const batch = this.#pending;
    if (batch.length === 0) return;
    this.#pending = [];
    const first = this.#head + 1;
    const records = batch.map(({ kind, bytes }, index) => ({ kind, bytes, seq: first + index, count: 1 }));
    this.#store(records);
    this.#head += batch.length;
    this.#count(batch);
    for (const [index, { kind, bytes, head }] of batch.entries())
      this.#written.push([{ seq: first + index, kind, bytes }, head]);
    this.#show();
  }

  #count(batch: readonly Pending[]): void {
    if (!this.#line) return;
    let { out, in: inward } = this.#line;
    for (const { kind } of batch) {
      if (kind === 'out') out += 1;
      else if (kind === 'in') inward += 1;
    }
    this.#line = { id: this.#line.id, out, in: inward };
  }

  /** All see the entries in order, also what a listener appends meanwhile. */
  #show(): void {
    if (this.#isShowing) return;
    this.#isShowing = true;
    try {
      for (let index = 0; index < this.#written.length; index += 1) {
        const [entry, head] = this.#written[index] ?? [];
        if (entry && head) this.#listener?.(entry, head);
      }
    } finally {
      this.#written.length = 0;
      this.#isShowing = false;
    }
  }

  #store(records: readonly JournalRecord[]): void {
    const now = this.#lost > 0 ? steadyNow() : 0;
    if (this.#lost > 0 && now - this.#triedAt < retryMs) {
      this.#lost += records.length;
      return;
    }
    const { error, written } = this.#tryStore(records);
    if (error === undefined) return;
    this.#triedAt = steadyNow();
    if (this.#lost === 0) this.#didFail(error);
    this.#lost += records.length - written;
  }

  /** From here on numbers are given that are nowhere: a server that ends now must not give them again. */
  #didFail(error: unknown): void {
    forgetMeta(this.#options.folder);
    this.#options.onTrouble?.({ error });
  }

  #tryStore(records: readonly JournalRecord[]): { error: unknown; written: number } {
    try {
      if (this.#isUnusable) throw new Error('The folder of the journal cannot be used');
      if (this.#options.isShort?.() === true) throw new Error('The disk has too little room left');
      const segment = this.#writable(records[0]?.seq ?? 1);
      if (this.#lost > 0) {
        const lost = this.#lost;
        const gap = { kind: 'gap' as const, seq: this.#head, count: lost };
        const bytes = gapFrame({ reason: 'disk', lost });
        const { error } = segment.write([{ ...gap, bytes }], this.#write);
        if (error !== undefined) return { error, written: 0 };
        this.#lost = 0;
        this.#keepMeta();
        this.#options.onTrouble?.({ lost });
      }
      const answer = segment.write(records, this.#write);
      this.#sync.didWrite(segment);
      return answer;
    } catch (error) {
      return { error, written: 0 };
    }
  }

  /** The file that takes the next records, a new one when the last is full. */
  #writable(seq: number): Segment {
    const { folder, limits } = this.#options;
    const last = this.#segments.at(-1);
    if (last && last.fd !== undefined && last.size < limits.segmentBytes) return last;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const next = new Segment(folder, seq - this.#lost);
    next.openForWriting();
    this.#segments.push(next);
    // Whoever counts the line after a restart has only this file to read.
    if (this.#line && this.#lost === 0) this.#keepMeta();
    this.#sync.didMake();
    if (last) this.#sync.didFill(last);
    this.#keepToLimit();
    return next;
  }

  #keepToLimit(): void {
    const { maxBytes } = this.#options.limits;
    while (this.size > maxBytes && this.dropOldest());
    // Begun early, as a flood may come faster than lines are merged.
    if (this.#merging || this.size * 2 < maxBytes) return;
    const next = this.#segments.slice(0, -1).find((one) => this.#isWorthMerging(one));
    if (next) this.#merging = this.#merge(next);
  }

  /** Where frames are large, little of them is headers. */
  #isWorthMerging(segment: Segment): boolean {
    const after = this.#segments[this.#segments.indexOf(segment) + 1];
    if (segment.isMerged || !after) return false;
    return segment.size / (after.first - segment.first) < smallFrame;
  }

  async #merge(segment: Segment): Promise<void> {
    // What is beyond the limit is given up also while it is merged.
    const isGone = () => this.#isClosed || !this.#segments.includes(segment);
    try {
      const merged = await mergeSegment(this.#options.folder, segment, isGone);
      const index = this.#segments.indexOf(segment);
      if (merged && index >= 0) this.#segments[index] = merged;
    } catch (error) {
      if (this.#isClosed) return;
      // No room for the draft: the oldest file is what can go.
      this.#options.onTrouble?.({ error });
      this.dropOldest();
    }
    this.#merging = undefined;
    if (!this.#isClosed) this.#keepToLimit();
  }

  #appendGap(gap: Parameters<typeof gapFrame>[0]): void {
    const bytes = gapFrame(gap);
    this.append('gap', bytes, headOf(bytes));
  }
}
