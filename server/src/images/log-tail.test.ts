import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readLogTail } from './log-tail.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-log-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('gives a short log whole', async () => {
  await writeFile(join(folder, 'short'), 'one\ntwo\n');
  expect(await readLogTail(join(folder, 'short'))).toEqual({ text: 'one\ntwo\n', cutBytes: 0 });
});

it('gives the end of a long one, from a whole character on', async () => {
  await writeFile(join(folder, 'long'), '12é34');
  // The limit falls into the two bytes of é.
  expect(await readLogTail(join(folder, 'long'), 3)).toEqual({ text: '34', cutBytes: 4 });
  expect(await readLogTail(join(folder, 'long'), 4)).toEqual({ text: 'é34', cutBytes: 2 });
});

it('keeps to 256 KiB', async () => {
  await writeFile(join(folder, 'huge'), 'x'.repeat(300 * 1024));
  const tail = await readLogTail(join(folder, 'huge'));
  expect(tail?.text).toHaveLength(256 * 1024);
  expect(tail?.cutBytes).toBe(44 * 1024);
});

it('knows when there is none', async () => {
  expect(await readLogTail(join(folder, 'none'))).toBeNull();
});
