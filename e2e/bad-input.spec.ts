import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ allowRefusals: true, beginsWithFile: true });

for (const [name, text] of [
  ['not-json.ipynb', 'this is no notebook'],
  ['other-json.ipynb', '[1, 2, 3]'],
  ['wrong-types.ipynb', '{"cells": 5, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'],
  ['old.ipynb', '{"worksheets": [], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}'],
] as const) {
  test(`${name} says what is wrong and is left as it is`, async ({ ide }) => {
    await ide.write(name, text);
    await ide.open(name);
    const region = ide.notebook(name).region;
    await expect(region).toContainText(/not|old format/i);
    await expect(region.getByRole('button').first()).toBeVisible();
    expect(await readFile(join(ide.product.home, name), 'utf8')).toBe(text);
  });
}

test('0 bytes open as an empty notebook; nothing is written before the first edit', async ({ ide }) => {
  await ide.write('empty.ipynb', '');
  const notebook = await ide.openNotebook('empty.ipynb');
  await expect(notebook.region).toContainText(/empty/i);
  await ide.page.keyboard.press('ControlOrMeta+S');
  expect(await readFile(join(ide.product.home, 'empty.ipynb'), 'utf8')).toBe('');
  await notebook.button('Insert cell').click();
  await notebook.type(0, 'first = 1');
  await notebook.save();
  expect(
    (await notebook.onDisk()).cells
      .map((cell) => cell.source)
      .flat()
      .join(''),
  ).toContain('first = 1');
});

test('10,000 cells open and the last one can be reached', async ({ ide }) => {
  await ide.write('huge.ipynb', notebookOf(...Array.from({ length: 10_000 }, (_, i) => `cell_${i} = ${i}`)));
  const notebook = await ide.openNotebook('huge.ipynb');
  await expect(notebook.cell(0)).toHaveAttribute('aria-setsize', '10000');
  await notebook.select(0);
  await notebook.region.getByRole('list', { name: 'Cells' }).hover();
  await ide.page.mouse.wheel(0, 10_000_000);
  await expect(notebook.cell(9999)).toBeVisible();
});

test('a path that does not exist says so', async ({ ide }) => {
  await ide.open('nowhere/missing.ipynb');
  await expect(ide.notebook('missing.ipynb').region).toContainText(/not found|does not exist|no file/i);
});

test('a folder in place of a file says so', async ({ ide }) => {
  await mkdir(join(ide.product.home, 'folder.ipynb'), { recursive: true });
  await ide.open('folder.ipynb');
  await expect(ide.notebook('folder.ipynb').region).toContainText(/folder|directory/i);
});

test('a killed Jupyter process is told, comes back, and what was typed is saved', async ({ ide }) => {
  await ide.write('survivor.ipynb', notebookOf('before = 1'));
  const notebook = await ide.openNotebook('survivor.ipynb');
  const { execFileSync } = await import('node:child_process');
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const rows = table.map((row) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row)).filter((row) => row !== null);
  const children = (pid: number) => rows.filter((row) => Number(row[2]) === pid).map((row) => Number(row[1]));
  const zygote = children(ide.product.process.pid ?? -1)[0] ?? -1;
  const server = children(zygote)[0];
  expect(server).toBeDefined();
  if (server !== undefined) process.kill(server, 'SIGKILL');
  const message = ide.page.getByRole('region', { name: 'Notifications' }).getByRole('alert');
  await expect(message).toContainText('The file server was ended by SIGKILL. Your files are kept.');
  await expect(message).toContainText('It starts again by itself.');
  await notebook.type(0, 'typed_while_down = 2');
  await expect
    .poll(async () => JSON.stringify((await notebook.onDisk()).cells), { timeout: 60_000 })
    .toContain('typed_while_down');
});
