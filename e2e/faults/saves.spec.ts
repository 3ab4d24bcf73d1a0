/** Saves that cannot be: the cause is in sight until it is solved, and nothing typed is lost. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { descendants } from '../fixtures/processes.ts';
import { expect } from '../fixtures/test.ts';
import { notebookOf } from '../pages/notebook-page.ts';
import { isLong } from './counted-lines.ts';
import { test } from './faulty-product.ts';
import { largeNotebook } from './large-notebook.ts';

test.use({ beginsWithFile: true });

test(`fault 25: a notebook of ${isLong ? 60 : 6} MB is saved through a proxy that takes 1 MB, in parts and as what changed [Q2]`, async ({
  ide,
  product,
  line,
}) => {
  test.setTimeout(300_000);
  const { page } = ide;
  const text = largeNotebook(isLong ? 60_000_000 : 6_000_000, 'first = 1', 'second = 1');
  const file = join(product.home, 'large.ipynb');
  await writeFile(file, text);
  const notebook = await ide.openNotebook('large.ipynb');
  const sent: string[] = [];
  page.on('request', (request) => {
    const [, name] = /\/studio\/(file|part|patch)\?/.exec(request.url()) ?? [];
    if (request.method() === 'PUT' && name !== undefined) sent.push(name);
  });
  line.begin({ kind: 'body-limit', bytes: 1_000_000 });
  await notebook.type(1, 'second = 2');
  await page.keyboard.press('ControlOrMeta+S');
  await notebook.whenIdle();
  await expect
    .poll(async () => (await readFile(file, 'utf8')) === text.replace('second = 1', 'second = 2'))
    .toBe(true);
  expect(sent).toEqual(['patch']);
  // All outputs go, which is little to say, and come back, which is all of the file again: that goes in parts.
  sent.length = 0;
  await ide.runCommand('Clear all outputs');
  await notebook.save();
  expect((await readFile(file, 'utf8')).length).toBeLessThan(2_000);
  expect(sent).toEqual(['file']);
  await notebook.select(1);
  await page.keyboard.press('z');
  await page.keyboard.press('ControlOrMeta+S');
  await notebook.whenIdle();
  const saved = await readFile(file, 'utf8');
  expect(saved).toBe(text.replace('second = 1', 'second = 2'));
  expect(sent.filter((name) => name === 'part').length).toBeGreaterThan(5);
});

test('fault 25: a disk that is full is said until it is not, with a download; then the save goes by itself [Q2]', async ({
  ide,
  product,
}) => {
  const { page } = ide;
  await ide.write('full.ipynb', notebookOf('a = 1'));
  const notebook = await ide.openNotebook('full.ipynb');
  // The kernel of the system refuses each write beyond this size, for real.
  const limit = (bytes: string) => {
    for (const { pid } of descendants(product.process.pid ?? 0))
      execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
  };
  limit('100');
  await notebook.type(0, 'a = 2');
  await page.keyboard.press('ControlOrMeta+S');
  const alert = page.getByRole('alert').filter({ hasText: 'full.ipynb was not saved.' });
  await expect(alert).toContainText('The disk is full. Your edits are kept in this browser.');
  const download = page.waitForEvent('download');
  await alert.getByRole('button', { name: 'Download' }).click();
  expect((await download).suggestedFilename()).toBe('full.mine.ipynb');
  expect((await notebook.onDisk()).cells[0]?.source).toBe('a = 1');
  limit('unlimited');
  await expect(alert).toBeHidden({ timeout: 60_000 });
  await notebook.whenIdle();
  expect((await notebook.onDisk()).cells[0]?.source).toBe('a = 2');
});

test('a server that is away: the bar says so, and the save goes by itself when it is back [Q2]', async ({
  ide,
  line,
}) => {
  const { page } = ide;
  await ide.write('away.ipynb', notebookOf('a = 1'));
  const notebook = await ide.openNotebook('away.ipynb');
  const end = line.begin({ kind: 'status', status: 502 }, /\/studio\/(?:file|patch)/);
  await notebook.type(0, 'a = 2');
  await page.keyboard.press('ControlOrMeta+S');
  const alert = page.getByRole('alert').filter({ hasText: 'away.ipynb was not saved.' });
  await expect(alert).toContainText('Your edits are kept in this browser.');
  end();
  await expect(alert).toBeHidden({ timeout: 30_000 });
  await notebook.whenIdle();
  expect((await notebook.onDisk()).cells[0]?.source).toBe('a = 2');
});
