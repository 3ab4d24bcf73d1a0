import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLog } from '../../log.ts';
import { headOf, requestFrame } from '../frame.ts';
import { type Journals, type JournalsOptions, createJournals } from './journals.ts';

const [gone, newer, here] = ['1', '2', '3'].map((n) => `0000000${n}-0000-4000-8000-000000000000`) as [
  string,
  string,
  string,
];
const frame = requestFrame({
  channel: 'iopub',
  type: 'stream',
  id: 'm',
  session: 's',
  content: { name: 'stdout', text: 'x'.repeat(50_000) },
});

let folder: string;
let all: Journals[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-journals-'));
  all = [];
});
afterEach(() => {
  vi.useRealTimers();
  for (const journals of all) journals.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(limits: JournalsOptions['limits'] = {}): Journals {
  const journals = createJournals({ folder, log: silentLog, limits, bootId: 'boot' });
  all.push(journals);
  return journals;
}

/** Writes 50 kB into the journal of a kernel. */
function write(journals: Journals, kernelId: string): { close(): void } {
  const journal = journals.open({ appId: 'a', kernelId, userId: 'u' });
  journal.append('in', frame, headOf(frame));
  return journal;
}

function age(kernelId: string, days: number): void {
  const at = Date.now() / 1000 - days * 86_400;
  for (const name of readdirSync(join(folder, kernelId))) utimesSync(join(folder, kernelId, name), at, at);
}

const isThere = (kernelId: string): boolean => existsSync(join(folder, kernelId));

it('journals of long ago go with the next start, whatever else lies beside them', () => {
  const first = start();
  for (const kernelId of [gone, newer]) write(first, kernelId).close();
  first.close();
  age(gone, 15);
  writeFileSync(join(folder, 'notes.txt'), 'not ours');
  start();
  expect([isThere(gone), isThere(newer)]).toEqual([false, true]);
});

it('with too many bytes journals of kernels that are gone leave, those of long ago first [F7]', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const journals = start({ totalBytes: 110_000, reserveBytes: 0 });
  for (const kernelId of [gone, newer]) write(journals, kernelId).close();
  age(gone, 2);
  age(newer, 1);
  write(journals, here);
  vi.advanceTimersByTime(2000);
  await vi.waitFor(() => expect(isThere(gone)).toBe(false));
  expect([isThere(newer), isThere(here)]).toEqual([true, true]);
});

it('a journal of the past is read by its own user alone, and by nobody while it is open', () => {
  const journals = start();
  const journal = write(journals, gone);
  expect(journals.openPast(gone, 'u')).toBeUndefined();
  journal.close();
  expect(journals.openPast(gone, 'somebody')).toBeUndefined();
  const past = journals.openPast(gone, 'u');
  expect(past?.read(0, Infinity).map(({ seq }) => seq)).toEqual([1]);
  past?.close();
});
