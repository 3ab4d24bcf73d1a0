/** Outputs of notebooks that no browser has open: the server puts them into the file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';
import { type NotebookJson, notebookOf, streamText } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

/** The promise is 120 lines over 60 s; short runs print the same lines faster. */
const lineMs = process.env['ATELIER_LONG'] === undefined ? 60 : 500;
const cellSeconds = process.env['ATELIER_LONG'] === undefined ? 0.7 : 3;

const lines = Array.from({ length: 120 }, (_, i) => `line ${i}`).join('\n');
const printing = `import time\nfor i in range(120):\n    print("line", i, flush=True)\n    time.sleep(${lineMs / 1000})`;

/** The same notebook in the formats that files have. */
const formats: readonly [string, (text: string) => string][] = [
  ['4.5 with ids', (text) => text],
  ['4.5 without ids', (text) => text.replaceAll(/ *"id": "[^"]*",\n/g, '')],
  [
    '4.2',
    (text) =>
      text.replaceAll(/ *"id": "[^"]*",\n/g, '').replace('"nbformat_minor": 5', '"nbformat_minor": 2'),
  ],
];

async function diskOf(ide: Ide, path: string): Promise<NotebookJson> {
  return JSON.parse(await readFile(join(ide.product.home, path), 'utf8')) as NotebookJson;
}

for (const [format, write] of formats) {
  test(`120 lines with the page closed before the end: all once, in order, in the file and in a new browser (${format}) [F7] [F8]`, async ({
    ide,
    browser,
  }) => {
    test.setTimeout(180_000);
    const path = `closed ${format}.ipynb`;
    const original = write(notebookOf('before = 1', printing, 'after = 1'));
    await ide.write(path, original);
    const notebook = await ide.openNotebook(path);
    await notebook.chooseEnvironment();
    await notebook.whenKernel('idle');
    await notebook.select(1);
    await ide.page.keyboard.press('ControlOrMeta+Enter');
    await expect(notebook.output(1)).toContainText('line 5');
    await ide.page.close();
    await expect
      .poll(async () => streamText((await diskOf(ide, path)).cells[1]), { timeout: 120_000 })
      .toBe(`${lines}\n`);
    const saved = await diskOf(ide, path);
    expect(saved.cells.map((cell) => cell.outputs?.length)).toEqual([0, 1, 0]);
    expect(saved.cells.map((cell) => cell.execution_count)).toEqual([null, 1, null]);
    expect(saved.cells.some((cell) => 'id' in cell)).toBe(original.includes('"id"'));
    const context = await browser.newContext();
    const again = new Ide(await context.newPage(), ide.product);
    await again.signIn();
    const reopened = await again.openNotebook(path);
    await expect(reopened.output(1).locator('[data-mime]').first()).toHaveText(lines);
    await reopened.whenIdle();
    expect(streamText((await reopened.onDisk()).cells[1])).toBe(`${lines}\n`);
    await context.close();
  });
}

test('"Run all" of ten cells with the browser closed: ten outputs in the file, in order [F8]', async ({
  ide,
}) => {
  test.setTimeout(120_000);
  const sources = Array.from(
    { length: 10 },
    (_, i) => `import time\ntime.sleep(${cellSeconds})\nprint("cell", ${i})`,
  );
  await ide.write('ten.ipynb', notebookOf(...sources));
  const notebook = await ide.openNotebook('ten.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await ide.runCommand('Run all cells');
  await notebook.whenCell(0, 'running');
  await ide.page.close();
  await expect
    .poll(async () => (await diskOf(ide, 'ten.ipynb')).cells.map(streamText), { timeout: 90_000 })
    .toEqual(sources.map((_, i) => `cell ${i}\n`));
  const { cells } = await diskOf(ide, 'ten.ipynb');
  expect(cells.map((cell) => cell.execution_count)).toEqual(sources.map((_, i) => i + 1));
});

test('two browsers on one notebook: a run and edits on either side are all in the file, once [D5]', async ({
  ide,
  browser,
}) => {
  test.setTimeout(120_000);
  await ide.write('both browsers.ipynb', notebookOf('print("ran")', 'a = 0', 'b = 0'));
  const here = await ide.openNotebook('both browsers.ipynb');
  await here.chooseEnvironment();
  await here.whenKernel('idle');
  const context = await browser.newContext();
  const other = new Ide(await context.newPage(), ide.product);
  await other.signIn();
  const there = await other.openNotebook('both browsers.ipynb');
  await there.whenKernel('idle');
  await here.select(0);
  await ide.page.keyboard.press('ControlOrMeta+Enter');
  for (const page of [here, there]) await expect(page.output(0)).toHaveText('ran');
  const sources = async () =>
    (await diskOf(ide, here.path)).cells.map(({ source }) => [source].flat().join(''));
  await there.type(2, 'b = 1');
  await other.page.keyboard.press('ControlOrMeta+S');
  await expect.poll(sources).toEqual(['print("ran")', 'a = 0', 'b = 1']);
  await here.type(1, 'a = 1');
  await ide.page.keyboard.press('ControlOrMeta+S');
  await expect.poll(sources).toEqual(['print("ran")', 'a = 1', 'b = 1']);
  for (const page of [here, there]) await page.whenIdle();
  const { cells } = await diskOf(ide, here.path);
  expect(cells.map(streamText)).toEqual(['ran\n', '', '']);
  await context.close();
});
