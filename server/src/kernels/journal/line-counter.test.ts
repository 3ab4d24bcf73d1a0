import { appendFileSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { headOf, requestFrame } from '../frame.ts';
import type { EntryKind } from '../journal.ts';
import { type DiskJournal, type DiskJournalOptions, openDiskJournal } from './disk-journal.ts';
import { writeAt } from './segment.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const owner = { appId: 'a', kernelId: 'k', userId: 'u' };
const head = headOf(requestFrame({ channel: 'iopub', type: 'stream', id: 'm', session: 's', content: {} }));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Opens the folder; the journal before is not closed, as when a server is killed. */
function open(options: Partial<DiskJournalOptions> = {}): DiskJournal {
  const limits = { segmentBytes: 400, maxBytes: 1 << 30 };
  return openDiskJournal({ folder, owner, limits, bootId: 'boot', ...options });
}

it('knows after a kill how far the line was, wherever that was [N8]', async () => {
  const kinds = fc.array(fc.constantFrom<EntryKind>('out', 'out', 'in', 'gap'), { maxLength: 40 });
  const numbers = fc.nat(1000);
  await fc.assert(
    fc.asyncProperty(fc.array(kinds, { minLength: 1, maxLength: 5 }), numbers, async (runs, out) => {
      rmSync(folder, { recursive: true, force: true });
      open().noteLine({ id: 'line', out, in: 0 });
      const expected = { id: 'line', out, in: 0 };
      const inward: number[] = [];
      let size = 0;
      for (const run of runs) {
        const journal = open();
        expect(journal.line).toEqual(expected);
        for (const kind of run) {
          size += 1;
          if (kind === 'out') expected.out += 1;
          else if (kind === 'in') expected.in += 1;
          if (kind === 'in') inward.push(size);
          journal.append(kind, new Uint8Array(size), head);
        }
        await turn();
        expect(journal.line).toEqual(expected);
        expect(journal.lastInward(3).map(({ length }) => length)).toEqual(inward.slice(-3));
      }
      expect(open().line).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

it('does not count a frame whose record was cut short: the app sends it again', async () => {
  const journal = open();
  journal.noteLine({ id: 'line', out: 0, in: 0 });
  for (let n = 0; n < 5; n += 1) journal.append('out', new Uint8Array(50), head);
  await turn();
  const last = join(
    folder,
    readdirSync(folder)
      .filter((name) => name.endsWith('.journal'))
      .toSorted()
      .at(-1) ?? '',
  );
  truncateSync(last, 3);
  const found = open().line?.out ?? 0;
  expect(found).toBeLessThan(5);
  appendFileSync(last, 'what a torn write leaves');
  expect(open().line?.out).toBe(found);
});

it('claims nothing where frames could not be written', async () => {
  let isFull = false;
  const journal = open({
    write: (fd, part, length, position) => {
      if (isFull) throw new Error('ENOSPC');
      return writeAt(fd, part, length, position);
    },
  });
  journal.noteLine({ id: 'line', out: 0, in: 0 });
  isFull = true;
  journal.append('out', new Uint8Array(10), head);
  await turn();
  // What was shown is acknowledged, so that the kernel goes on; after a kill nobody knows the rest.
  expect(journal.line?.out).toBe(1);
  expect(open().line).toBeNull();
});

it('is not counted from there on when the app does not count', () => {
  const journal = open();
  journal.noteLine({ id: 'line', out: 3, in: 1 });
  journal.noteLine(null);
  journal.append('in', new Uint8Array(10), head);
  expect([journal.line, open().line]).toEqual([null, null]);
});
