import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentOf, headOf, requestFrame } from '../frame.ts';
import type { JournalEntry } from '../journal.ts';
import { type DiskJournal, type DiskJournalOptions, openDiskJournal } from './disk-journal.ts';
import { writeAt } from './segment.ts';

const isLong = process.env['ATELIER_LONG'] !== undefined;
/** Full counts take minutes. */
const timeout = isLong ? 900_000 : 60_000;
const MiB = 1024 * 1024;
const owner = { appId: 'a', kernelId: 'k', userId: 'u' };
const head = headOf(requestFrame({ channel: 'iopub', type: 'stream', id: 'm', session: 's', content: {} }));
const bytes = (size: number, fill = 0): Uint8Array => new Uint8Array(size).fill(fill);
/** All frames of a turn are written together; resolves when they are. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let folder: string;
let opened: DiskJournal[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-journal-'));
  opened = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const journal of opened) journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<DiskJournalOptions> = {}): DiskJournal {
  const limits = { segmentBytes: 64 * MiB, maxBytes: 512 * MiB };
  const journal = openDiskJournal({ folder, owner, limits, bootId: 'boot', ...options });
  opened.push(journal);
  return journal;
}

/** The time stands still in every test; a failed write is tried again after this. */
const later = (): void => void vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 260);

const files = (): string[] => readdirSync(folder).filter((name) => /\.(journal|merged)$/.test(name));

const isDense = (entries: readonly JournalEntry[], from: number): boolean =>
  entries.every((entry, index) => entry.seq === from + index);

function printed(text: string, id = 'cell'): Uint8Array {
  const frame = requestFrame({
    channel: 'iopub',
    type: 'stream',
    id: crypto.randomUUID(),
    session: 'kernel',
    content: { name: 'stdout', text },
  });
  return withParent(frame, id);
}

/** The frame as an answer to this request. */
function withParent(frame: Uint8Array, id: string): Uint8Array {
  const text = Buffer.from(frame).toString('latin1');
  const offsets = [...Array(7).keys()].map((n) => Number(Buffer.from(frame).readBigUInt64LE(8 * (n + 1))));
  const parent = JSON.stringify({ msg_id: id, session: 's', msg_type: 'execute_request' });
  const [start = 0, end = 0] = [offsets[2], offsets[3]];
  const grown = parent.length - (end - start);
  const made = Buffer.from(text.slice(0, start) + parent + text.slice(end), 'latin1');
  for (const [n, offset] of offsets.entries())
    if (n >= 3 && n < Number(made.readBigUInt64LE(0)))
      made.writeBigUInt64LE(BigInt(offset + grown), 8 * (n + 1));
  return made;
}

describe('the journal on disk', () => {
  it('numbers frames densely and gives back the same bytes, also after it was opened again', async () => {
    const first = open();
    for (let n = 1; n <= 500; n += 1)
      expect(first.append(n % 5 ? 'out' : 'in', bytes(n * 7, n % 256), head)).toBe(n);
    await turn();
    expect(first.head).toBe(500);
    first.close();
    const again = open();
    expect(again.isKnown).toBe(true);
    expect([again.epoch, again.session, again.head, again.tail]).toEqual([
      first.epoch,
      first.session,
      500,
      0,
    ]);
    const read = again.read(100, Infinity);
    expect(read).toHaveLength(400);
    for (const [index, entry] of read.entries()) {
      const n = 101 + index;
      expect([entry.seq, entry.kind]).toEqual([n, n % 5 ? 'out' : 'in']);
      expect(Buffer.compare(entry.bytes, bytes(n * 7, n % 256))).toBe(0);
    }
    expect(again.append('in', bytes(3), head)).toBe(501);
  });

  it('writes what goes to the kernel at once, and what comes from it at the end of the turn, then commits', async () => {
    const journal = open();
    const seen: number[] = [];
    const written = (): number => statSync(join(folder, files()[0] ?? '')).size;
    journal.onDidCommit(({ seq }) => {
      expect(written()).toBeGreaterThanOrEqual(seq * 100);
      seen.push(seq);
    });
    journal.append('out', bytes(100), head);
    expect([seen, journal.head]).toEqual([[], 0]);
    journal.append('in', bytes(100), head);
    expect(seen).toEqual([1, 2]);
    journal.append('out', bytes(100), head);
    await turn();
    expect(seen).toEqual([1, 2, 3]);
  });

  it('shows entries in order when a listener appends', async () => {
    const journal = open();
    const seen: number[] = [];
    journal.onDidCommit(({ seq }) => {
      seen.push(seq);
      if (seq < 4) journal.append('in', bytes(1), head);
    });
    for (let n = 0; n < 3; n += 1) journal.append('out', bytes(1), head);
    await turn();
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('reads in portions of about the given size, at least one frame, also one of many MB', async () => {
    const journal = open();
    for (let n = 0; n < 10; n += 1) journal.append('out', bytes(100), head);
    journal.append('out', bytes(20 * MiB, 9), head);
    await turn();
    expect(journal.read(0, 250)).toHaveLength(3);
    expect(journal.read(0, 1)).toHaveLength(1);
    expect(journal.read(10, 1)[0]?.bytes).toHaveLength(20 * MiB);
    expect(journal.read(11, 1)).toEqual([]);
  });

  it('begins a new file when one is full and reads over the border', async () => {
    const journal = open({ limits: { segmentBytes: 10_000, maxBytes: MiB } });
    for (let n = 0; n < 200; n += 1) {
      journal.append('out', bytes(500, n), head);
      if (n % 7 === 0) await turn();
    }
    await turn();
    expect(files().length).toBeGreaterThan(8);
    const read = journal.read(0, Infinity);
    expect(read).toHaveLength(200);
    expect(isDense(read, 1)).toBe(true);
    expect(read.every(({ bytes: kept, seq }) => kept[0] === seq - 1)).toBe(true);
    journal.close();
    const again = open({ limits: { segmentBytes: 10_000, maxBytes: MiB } });
    expect(isDense(again.read(77, Infinity), 78)).toBe(true);
    expect(again.read(77, Infinity)).toHaveLength(123);
  });

  it('says after another boot that the end may be missing: another epoch, and a gap', async () => {
    const first = open();
    first.append('in', bytes(10), head);
    first.close();
    const again = open({ bootId: 'another' });
    expect(again.epoch).not.toBe(first.epoch);
    expect(again.session).toBe(first.session);
    expect(again.read(0, Infinity).map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'in'],
      [2, 'gap'],
    ]);
  });

  it('is another epoch when what it says of itself is gone', () => {
    const first = open();
    first.append('in', bytes(10), head);
    first.close();
    rmSync(join(folder, 'meta.json'));
    const again = open();
    expect(again.epoch).not.toBe(first.epoch);
    expect(again.read(0, Infinity)).toHaveLength(2);
  });
});

describe('a journal that was torn or damaged [F7]', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant(70_000)), {
    minLength: 1,
    maxLength: 12,
  });
  const pattern = Uint8Array.from({ length: 70_100 }, (_unused, index) => (index * 7 + (index >> 8)) % 256);
  const kept = (n: number, size: number): Uint8Array => pattern.subarray(n * 3, n * 3 + size);

  /** Writes frames of these sizes, ends, harms the file, and opens again. */
  async function harmed(
    frameSizes: readonly number[],
    harm: (file: string, size: number) => void,
  ): Promise<{ before: DiskJournal; after: DiskJournal }> {
    rmSync(folder, { recursive: true, force: true });
    const before = open();
    for (const [index, size] of frameSizes.entries()) before.append('out', kept(index + 1, size), head);
    await turn();
    before.close();
    const file = join(folder, files()[0] ?? '');
    harm(file, statSync(file).size);
    return { before, after: open() };
  }

  /** Every entry is the frame that had its number, or a gap; numbers leave nothing out. */
  function check(after: DiskJournal, frameSizes: readonly number[]): JournalEntry[] {
    const entries = [...after.read(0, Infinity)];
    let last = 0;
    for (const { seq, kind, bytes: found } of entries) {
      expect(seq).toBeGreaterThan(last);
      if (kind !== 'gap') {
        expect(seq).toBe(last + 1);
        expect(Buffer.compare(found, kept(seq, frameSizes[seq - 1] ?? -1))).toBe(0);
      }
      last = seq;
    }
    expect(last).toBe(after.head);
    return entries;
  }

  it('cut at any byte: whole frames before the cut are there, then a gap', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.double({ min: 0, max: 1, noNaN: true }), async (frameSizes, share) => {
        let at = 0;
        const { before, after } = await harmed(frameSizes, (file, size) => {
          at = Math.floor(size * share);
          truncateSync(file, at);
        });
        const entries = check(after, frameSizes);
        let whole = 0;
        let end = 0;
        for (const size of frameSizes) {
          end += 24 + size;
          if (end > at) break;
          whole += 1;
        }
        const frames = entries.filter(({ kind }) => kind !== 'gap');
        expect(frames).toHaveLength(whole);
        const rest = at - frameSizes.slice(0, whole).reduce((sum, size) => sum + 24 + size, 0);
        // Where the end of a process may leave a write.
        const isOfKill = at % 4096 === 0 || rest === 24;
        if (rest > 0 && isOfKill) expect(after.epoch).toBe(before.epoch);
        else if (rest > 0 && whole > 0) {
          expect(after.epoch).not.toBe(before.epoch);
          expect(entries.at(-1)?.kind).toBe('gap');
        }
        after.close();
      }),
      { numRuns: isLong ? 2000 : 60 },
    );
  });

  const ofKill: [string, (size: number) => number][] = [
    ['between two pages of a write', () => 5 * 4096],
    ['behind the head of a large frame', () => 24 + 70_000 + 24],
  ];
  it.each(ofKill)(
    'cut %s by the end of its server: what nobody has seen is taken back, and numbers and epoch go on',
    async (_where, place) => {
      const sizesOf = [70_000, 70_000];
      const cut = (file: string, size: number): void => truncateSync(file, place(size));
      const { before, after } = await harmed(sizesOf, cut);
      const whole = Math.floor(place(0) / (24 + 70_000));
      expect([after.epoch, after.head]).toEqual([before.epoch, whole]);
      expect(check(after, sizesOf).map(({ kind }) => kind)).toEqual(
        Array.from({ length: whole }, () => 'out'),
      );
      expect(after.append('in', kept(whole + 1, 70_000), head)).toBe(whole + 1);
      after.close();
      // The machine was started again: what was seen may be missing.
      const { before: seen, after: later } = await harmed(sizesOf, cut);
      later.close();
      const third = open({ bootId: 'another boot' });
      expect(third.isKnown ? third.epoch : '').not.toBe(seen.epoch);
    },
  );

  it(
    'flipped at any byte: only the frame that was hit is a gap, those behind it are there',
    { timeout },
    async () => {
      const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
      await fc.assert(
        fc.asyncProperty(sizes, place, fc.integer({ min: 1, max: 255 }), async (frameSizes, share, mask) => {
          let hit = 0;
          const { before, after } = await harmed(frameSizes, (file, size) => {
            const at = Math.floor(size * share);
            const content = readFileSync(file);
            content[at] = (content[at] ?? 0) ^ mask;
            writeFileSync(file, content);
            let end = 0;
            hit = 1 + frameSizes.findIndex((one) => (end += 24 + one) > at);
          });
          const entries = check(after, frameSizes);
          const frames = entries.filter(({ kind }) => kind !== 'gap').map(({ seq }) => seq);
          expect(frames).toEqual(frameSizes.map((_size, index) => index + 1).filter((seq) => seq !== hit));
          if (frames.length > 0) expect(after.epoch).not.toBe(before.epoch);
          after.close();
        }),
        { numRuns: isLong ? 2000 : 60 },
      );
    },
  );

  it('filled with anything behind the end: all frames are there, numbers go on', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.uint8Array({ minLength: 1, maxLength: 5000 }), async (frameSizes, junk) => {
        const { after } = await harmed(frameSizes, (file) => writeFileSync(file, junk, { flag: 'a' }));
        const frames = check(after, frameSizes).filter(({ kind }) => kind !== 'gap');
        expect(frames).toHaveLength(frameSizes.length);
        expect(after.append('in', bytes(1), head)).toBe(frameSizes.length + 2);
        after.close();
      }),
      { numRuns: isLong ? 1000 : 25 },
    );
  });

  it(
    'flipped in any of many files: the frame that was hit is a gap, all others are there',
    { timeout },
    async () => {
      const small = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 5, maxLength: 30 });
      const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
      const limits = { segmentBytes: 500, maxBytes: MiB };
      await fc.assert(
        fc.asyncProperty(small, place, place, async (frameSizes, which, share) => {
          rmSync(folder, { recursive: true, force: true });
          const before = open({ limits });
          for (const [index, size] of frameSizes.entries()) before.append('in', kept(index + 1, size), head);
          before.close();
          const names = files().toSorted();
          const file = join(folder, names[Math.floor(names.length * which)] ?? '');
          const content = readFileSync(file);
          const at = Math.floor(content.length * share);
          content[at] = (content[at] ?? 0) ^ 64;
          writeFileSync(file, content);
          const after = open({ limits });
          const frames = check(after, frameSizes).filter(({ kind }) => kind !== 'gap');
          expect(frames).toHaveLength(frameSizes.length - 1);
          after.close();
        }),
        { numRuns: isLong ? 1000 : 40 },
      );
    },
  );

  it('tells a damaged file of long ago as one gap, and reads on', async () => {
    const limits = { segmentBytes: 5000, maxBytes: MiB };
    const first = open({ limits });
    for (let n = 0; n < 30; n += 1) {
      first.append('out', bytes(1000, n), head);
      await turn();
    }
    first.close();
    const [, second] = files();
    rmSync(join(folder, second ?? ''));
    const again = open({ limits });
    expect(again.epoch).toBe(first.epoch);
    const entries = again.read(0, Infinity);
    const gaps = entries.filter(({ kind }) => kind === 'gap');
    expect(gaps).toHaveLength(1);
    const lost = Number(contentOf(gaps[0]?.bytes ?? bytes(0))['lost']);
    expect(entries.length - 1 + lost).toBe(30);
  });
});

describe('a journal that is full', () => {
  const limits = { segmentBytes: 20_000, maxBytes: 100_000 };

  async function print(journal: DiskJournal, lines: number): Promise<void> {
    for (let n = 0; n < lines; n += 1) {
      if (n % 100 === 0) journal.append('in', bytes(20, 1), head);
      journal.append('out', printed(`line ${n}\n`), head);
      if (n % 10 !== 0) continue;
      await turn();
      await journal.whenSettled();
    }
    await turn();
    await journal.whenSettled();
  }

  const textOf = (entries: readonly JournalEntry[]): string =>
    entries
      .filter(({ kind }) => kind === 'out')
      .map(({ bytes: frame }) => contentOf(frame)['text'] as string)
      .join('');

  it('merges printed lines: less on disk, the same text in the same order', async () => {
    const journal = open({ limits });
    await print(journal, 600);
    const entries = journal.read(0, Infinity);
    expect(textOf(entries)).toBe(Array.from({ length: 600 }, (_unused, n) => `line ${n}\n`).join(''));
    expect(entries.filter(({ kind }) => kind === 'in')).toHaveLength(6);
    expect(entries.length).toBeLessThan(606);
    expect(entries.at(-1)?.seq).toBe(journal.head);
    expect(files().some((name) => name.endsWith('merged'))).toBe(true);
    journal.close();
    const again = open({ limits });
    expect(again.epoch).toBe(journal.epoch);
    expect(textOf(again.read(0, Infinity))).toBe(textOf(entries));
  });

  it('lets nobody begin inside of what was merged, and everybody at its borders', async () => {
    const journal = open({ limits });
    await print(journal, 600);
    const entries = journal.read(0, Infinity);
    const borders = new Set([0, ...entries.map(({ seq }) => seq)]);
    expect(borders.size).toBeLessThan(journal.head);
    for (let after = 0; after <= journal.head; after += 1)
      expect(journal.canResume(after)).toBe(borders.has(after));
  });

  it('keeps output that it does not understand as it is', async () => {
    const journal = open({ limits });
    const strange = withParent(
      requestFrame({ channel: 'iopub', type: 'stream', id: 'm', session: 'kernel', content: [] as never }),
      'cell',
    );
    journal.append('out', strange, head);
    await print(journal, 600);
    const [first] = journal.read(0, 1);
    expect(Buffer.from(first?.bytes ?? [])).toEqual(Buffer.from(strange));
    expect(textOf(journal.read(1, Infinity))).toContain('line 0\nline 1\n');
  });

  it('leaves nothing of a file that is given up while it is merged, and gives up no other', async () => {
    const troubles: unknown[] = [];
    const journal = open({ limits, onTrouble: (trouble) => troubles.push(trouble) });
    let isMerging = false;
    for (let n = 0; n < 600 && !isMerging; n += 1) {
      journal.append('out', printed(`line ${n}\n`), head);
      await turn();
      isMerging = readdirSync(folder).some((name) => name.endsWith('.new'));
    }
    expect(isMerging).toBe(true);
    const before = files().length;
    expect(journal.dropOldest()).toBe(true);
    await journal.whenSettled();
    expect(troubles).toEqual([]);
    expect(files()).toHaveLength(before - 1);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
    expect(files().every((name) => Number.parseInt(name, 10) > journal.tail)).toBe(true);
  });

  it('gives the oldest up when merging is not enough, and says how much', async () => {
    const journal = open({ limits });
    for (let n = 0; n < 400; n += 1) {
      journal.append('out', bytes(1000, n), head);
      if (n % 4 === 0) await turn();
    }
    // The last ones are written at the end of their turn.
    await turn();
    await journal.whenSettled();
    expect(journal.size).toBeLessThan(130_000);
    expect(journal.tail).toBeGreaterThan(250);
    expect(journal.canResume(journal.tail - 1)).toBe(false);
    const [gap, ...rest] = journal.read(journal.tail, Infinity);
    expect(gap?.kind).toBe('gap');
    const told = contentOf(gap?.bytes ?? bytes(0));
    expect(told['lost']).toBe(journal.tail + 1);
    expect(Number(told['bytes'])).toBeGreaterThan(250_000);
    expect(isDense(rest, journal.tail + 2)).toBe(true);
    expect(rest.at(-1)?.seq).toBe(400);
  });
});

describe('a disk that takes nothing more', () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });

  it('stops nobody: frames go on, the hole is counted and told as one gap', async () => {
    let room = 2000;
    const trouble: object[] = [];
    const journal = open({
      onTrouble: (one) => trouble.push(one),
      write: (fd, part, length, position) => {
        if (length > room) throw full;
        room -= length;
        return writeAt(fd, part, length, position);
      },
    });
    const seen: number[] = [];
    journal.onDidCommit(({ seq }) => seen.push(seq));
    for (let n = 0; n < 50; n += 1) {
      journal.append('out', bytes(100, n), head);
      await turn();
    }
    expect(seen).toHaveLength(50);
    expect(trouble).toEqual([{ error: full }]);
    const whole = journal.read(0, Infinity).filter(({ kind }) => kind === 'out').length;
    expect(whole).toBe(16);
    const told = journal.read(whole, Infinity);
    expect(told.map(({ seq, kind }) => [seq, kind])).toEqual([[50, 'gap']]);
    expect(contentOf(told[0]?.bytes ?? bytes(0))).toEqual({ reason: 'disk', lost: 34 });
    room = Infinity;
    later();
    journal.append('out', bytes(100, 50), head);
    await turn();
    expect(trouble.at(-1)).toEqual({ lost: 34 });
    const entries = journal.read(0, Infinity);
    expect(entries.slice(-2).map(({ seq, kind }) => [seq, kind])).toEqual([
      [50, 'gap'],
      [51, 'out'],
    ]);
    journal.close();
    const again = open();
    expect(again.epoch).toBe(journal.epoch);
    expect(again.read(0, Infinity).map(({ seq }) => seq)).toEqual(entries.map(({ seq }) => seq));
  });

  it('never gives a number twice in one epoch, also when the server ends meanwhile', async () => {
    let isFull = false;
    const journal = open({
      write: (fd, part, length, position) => {
        if (isFull) throw full;
        return writeAt(fd, part, length, position);
      },
    });
    journal.append('in', bytes(10), head);
    isFull = true;
    journal.append('in', bytes(10), head);
    expect(journal.head).toBe(2);
    const again = open();
    expect(again.epoch).not.toBe(journal.epoch);
  });

  it('does not keep a kernel from starting, and is used once it can be', async () => {
    const place = join(folder, 'taken');
    writeFileSync(place, 'a file stands where the folder should be');
    const journal = open({ folder: join(place, 'k') });
    expect(journal.append('in', bytes(10), head)).toBe(1);
    expect(journal.read(0, Infinity).map(({ kind }) => kind)).toEqual(['gap']);
    rmSync(place);
    later();
    journal.append('in', bytes(10), head);
    expect(journal.read(0, Infinity).map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'gap'],
      [2, 'in'],
    ]);
    journal.close();
    expect(open({ folder: join(place, 'k') }).epoch).toBe(journal.epoch);
  });

  it('gives way while others need the room', async () => {
    let isShort = true;
    const journal = open({ isShort: () => isShort });
    journal.append('in', bytes(10), head);
    expect(journal.read(0, Infinity).map(({ kind }) => kind)).toEqual(['gap']);
    isShort = false;
    later();
    journal.append('in', bytes(10), head);
    expect(journal.read(0, Infinity).map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'gap'],
      [2, 'in'],
    ]);
  });
});
