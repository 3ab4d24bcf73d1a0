/**
 * One file of a journal: records in the order of their numbers. Its name is the first number it may hold. It is
 * written at its end only; what was written is never changed. An index of every ~64 KiB says where to begin reading;
 * for a file of an earlier run of the server it is made while the file is read.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  type JournalRecord,
  decodeRecord,
  encodeHead,
  encodeRecord,
  magicBytes,
  recordHeadBytes,
  recordSize,
} from './record.ts';

/** Writes like `fs.writeSync`; tests give one that fails. */
export type WriteAt = (fd: number, bytes: Uint8Array, length: number, position: number) => number;

export const writeAt: WriteAt = (fd, bytes, length, position) => writeSync(fd, bytes, 0, length, position);

const indexEvery = 64 * 1024;
const windowBytes = 256 * 1024;
/** A process that is killed ends a write between two of these, counted from the beginning of the file. */
const pageBytes = 4096;
/** Larger payloads are written from where they are. */
const copyBelow = 64 * 1024;
const scratchBytes = 256 * 1024;
/** One for all: a write is over before anybody else can begin one. */
const scratch = Buffer.allocUnsafeSlow(scratchBytes);

const nameOf = (first: number, isMerged: boolean): string =>
  `${String(first).padStart(16, '0')}.${isMerged ? 'merged' : 'journal'}`;

/** The files in a folder, in the order of their numbers. A merged one stands for what it was made of. */
export function segmentsIn(folder: string): Segment[] {
  const found = new Map<number, Segment>();
  for (const name of readdirSync(folder).toSorted()) {
    const [, digits, kind] = /^(\d{16})\.(journal|merged)$/.exec(name) ?? [];
    if (digits === undefined) continue;
    const former = found.get(Number(digits));
    if (former) rmSync(former.file, { force: true });
    found.set(Number(digits), new Segment(folder, Number(digits), kind === 'merged'));
  }
  return [...found.values()].toSorted((a, b) => a.first - b.first);
}

/** What is told of each record while a file is walked; false ends the walk. */
export type Visit = (record: JournalRecord, at: number) => boolean;

export class Segment {
  readonly first: number;
  readonly file: string;
  /** Bytes that were written whole. */
  size = 0;
  /** Output in it was merged: its numbers have places where nobody can begin. */
  readonly isMerged: boolean;
  #fd: number | undefined;
  readonly #seqs: number[] = [];
  readonly #offsets: number[] = [];

  constructor(folder: string, first: number, isMerged = false, suffix = '') {
    this.first = first;
    this.isMerged = isMerged;
    this.file = join(folder, `${nameOf(first, isMerged)}${suffix}`);
  }

  /** Opens the file, made when it is not there, to write at its end. */
  openForWriting(): void {
    this.#fd = openSync(this.file, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.size = fstatSync(this.#fd).size;
  }

  /** Reads how large the file is. */
  measure(): void {
    this.size = this.#withFd((fd) => fstatSync(fd).size);
  }

  /** The descriptor while it is open for writing. */
  get fd(): number | undefined {
    return this.#fd;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** Takes away what stands behind the last whole record. */
  cutTo(size: number): void {
    if (this.#fd !== undefined && size < this.size) ftruncateSync(this.#fd, size);
    this.size = size;
  }

  /** Appends records, as many as the disk takes; says how many and what stopped it. */
  write(records: readonly JournalRecord[], write: WriteAt): { written: number; error: unknown } {
    let written = 0;
    try {
      while (written < records.length) {
        let used = 0;
        let next = written;
        for (let record = records[next]; record; record = records[next]) {
          const size = recordHeadBytes + record.bytes.length;
          if (record.bytes.length > copyBelow || used + size > scratchBytes) break;
          this.#note(record, this.size + used);
          encodeRecord(record, scratch, used);
          used += size;
          next += 1;
        }
        const large = records[next];
        if (next === written && large) {
          this.#note(large, this.size);
          encodeHead(large, scratch, 0);
          this.#put(write, this.size, scratch, recordHeadBytes);
          this.#put(write, this.size + recordHeadBytes, large.bytes, large.bytes.length);
          used = recordHeadBytes + large.bytes.length;
          next += 1;
        } else this.#put(write, this.size, scratch, used);
        this.size += used;
        written = next;
      }
      return { written, error: undefined };
    } catch (error) {
      this.#forgetFrom(this.size);
      return { written, error };
    }
  }

  /** Where a walk must begin to see the record of `seq`. */
  placeFor(seq: number): number {
    let low = 0;
    let high = this.#seqs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#seqs[middle] ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (this.#offsets[low - 1] ?? 0);
  }

  /**
   * Visits the whole records from `start` on; what is damaged between them is passed over. Answers where the last
   * whole one ended, when the walk came to the end of the file. What a killed server had begun to write behind that
   * is no damage: nobody has seen it.
   */
  walk(start: number, visit: Visit): { end: number; hasDamage: boolean } {
    return this.#withFd((fd) => this.#walk(fd, start, visit));
  }

  #walk(fd: number, start: number, visit: Visit): { end: number; hasDamage: boolean } {
    const view = new FileWindow(fd, this.size);
    let at = start;
    let end = start;
    let last = 0;
    let hasDamage = false;
    let hasRest = false;
    while (at < this.size) {
      const found = view.recordAt(at);
      hasDamage ||= hasRest && found !== null;
      if (!found || found.record.seq - found.record.count < last) {
        hasRest ||= !hasDamage && view.isCutAt(at);
        hasDamage ||= !hasRest;
        at = view.nextMagic(at + 1);
        continue;
      }
      last = found.record.seq;
      this.#note(found.record, at);
      if (!visit(found.record, at)) return { end: at, hasDamage };
      at += found.size;
      end = at;
    }
    return { end, hasDamage };
  }

  #note(record: JournalRecord, at: number): void {
    const last = this.#offsets.at(-1);
    if (last !== undefined && at < last + indexEvery) return;
    this.#offsets.push(at);
    this.#seqs.push(record.seq - record.count + 1);
  }

  #forgetFrom(at: number): void {
    while ((this.#offsets.at(-1) ?? -1) >= at) {
      this.#offsets.pop();
      this.#seqs.pop();
    }
  }

  #put(write: WriteAt, position: number, bytes: Uint8Array, length: number): void {
    if (this.#fd === undefined) throw new Error('The journal file is not open for writing');
    for (let done = 0; done < length;) {
      const rest = done === 0 ? bytes : bytes.subarray(done);
      const count = write(this.#fd, rest, length - done, position + done);
      if (count === 0) throw new Error('The disk takes nothing more');
      done += count;
    }
  }

  #withFd<T>(read: (fd: number) => T): T {
    if (this.#fd !== undefined) return read(this.#fd);
    const fd = openSync(this.file, 'r');
    try {
      return read(fd);
    } finally {
      closeSync(fd);
    }
  }
}

/** A file seen through a buffer. Records are views into it, so a buffer is never used twice. */
class FileWindow {
  readonly #fd: number;
  readonly #size: number;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.#size = size;
  }

  recordAt(at: number): { record: JournalRecord; size: number } | null {
    if (!this.#cover(at, recordHeadBytes)) return null;
    const size = recordSize(this.#buffer, at - this.#at);
    if (size === null || !this.#cover(at, size)) return null;
    const record = decodeRecord(this.#buffer, at - this.#at, size);
    return record && { record, size };
  }

  /** A record begins at `at` whose write was ended by the end of its process. */
  isCutAt(at: number): boolean {
    const rest = this.#size - at;
    if (rest < recordHeadBytes) return this.#size % pageBytes === 0;
    if (!this.#cover(at, recordHeadBytes)) return false;
    const size = recordSize(this.#buffer, at - this.#at);
    // The head of a large one is written alone.
    return size !== null && size > rest && (rest === recordHeadBytes || this.#size % pageBytes === 0);
  }

  /** Where the next head may stand; the end of the file when there is none. */
  nextMagic(from: number): number {
    for (let at = from; this.#cover(at, magicBytes.length);) {
      const found = this.#buffer.indexOf(magicBytes, at - this.#at);
      if (found >= 0) return this.#at + found;
      at = this.#at + this.#buffer.length - magicBytes.length + 1;
    }
    return this.#size;
  }

  #cover(at: number, length: number): boolean {
    if (at + length > this.#size) return false;
    if (at >= this.#at && at + length <= this.#at + this.#buffer.length) return true;
    const wanted = Math.min(Math.max(length, windowBytes), this.#size - at);
    const buffer = Buffer.allocUnsafeSlow(wanted);
    let done = 0;
    while (done < wanted) {
      const count = readSync(this.#fd, buffer, done, wanted - done, at + done);
      if (count === 0) return false;
      done += count;
    }
    this.#buffer = buffer;
    this.#at = at;
    return true;
  }
}
