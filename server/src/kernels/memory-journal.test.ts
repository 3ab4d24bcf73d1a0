import { describe, expect, it } from 'vitest';
import { headOf, requestFrame } from './frame.ts';
import { createMemoryJournal } from './memory-journal.ts';

const bytes = (size: number, fill = 0): Uint8Array => new Uint8Array(size).fill(fill);

const head = headOf(requestFrame({ channel: 'iopub', type: 'stream', id: 'm', session: 's', content: {} }));

describe('memory journal', () => {
  it('numbers frames densely from 1 and gives back the same bytes', () => {
    const journal = createMemoryJournal(1_000_000);
    expect(journal.head).toBe(0);
    for (let n = 1; n <= 5; n += 1) expect(journal.append(n % 2 ? 'out' : 'in', bytes(10, n), head)).toBe(n);
    expect(journal.head).toBe(5);
    expect(journal.tail).toBe(0);
    const read = journal.read(2, Infinity);
    expect(read.map((entry) => [entry.seq, entry.kind, entry.bytes[0]])).toEqual([
      [3, 'out', 3],
      [4, 'in', 4],
      [5, 'out', 5],
    ]);
    expect(journal.read(5, Infinity)).toEqual([]);
  });

  it('reads in portions of about the given size, at least one frame', () => {
    const journal = createMemoryJournal(1_000_000);
    for (let n = 0; n < 10; n += 1) journal.append('out', bytes(100), head);
    expect(journal.read(0, 250)).toHaveLength(3);
    expect(journal.read(0, 1)).toHaveLength(1);
  });

  it('keeps to its bound over many thousand frames and says from where it is complete', () => {
    const journal = createMemoryJournal(100_000);
    for (let n = 0; n < 30_000; n += 1) journal.append('out', bytes(100, n % 256), head);
    expect(journal.head).toBe(30_000);
    const kept = journal.read(0, Infinity);
    expect(kept.length).toBeGreaterThan(300);
    expect(kept.length).toBeLessThan(500);
    expect(kept[0]?.seq).toBe(journal.tail + 1);
    expect(kept.at(-1)?.seq).toBe(30_000);
    for (const [index, entry] of kept.entries()) {
      expect(entry.seq).toBe(journal.tail + 1 + index);
      expect(entry.bytes[0]).toBe((entry.seq - 1) % 256);
    }
  });

  it('keeps the newest frame even when it alone is larger than the bound', () => {
    const journal = createMemoryJournal(1000);
    journal.append('out', bytes(10), head);
    journal.append('out', bytes(50_000), head);
    expect(journal.tail).toBe(1);
    expect(journal.read(1, Infinity)).toHaveLength(1);
  });

  it('hands every frame to the listener in order, gaps too', () => {
    const journal = createMemoryJournal(1000);
    const seen: [number, string][] = [];
    journal.onDidCommit((entry) => seen.push([entry.seq, entry.kind]));
    journal.append('out', bytes(1), head);
    journal.append('gap', bytes(0), head);
    journal.append('in', bytes(1), head);
    expect(seen).toEqual([
      [1, 'out'],
      [2, 'gap'],
      [3, 'in'],
    ]);
  });
});
