import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const text = (id: string, source: string, metadata: object = {}) => ({
  cell_type: 'markdown',
  id,
  metadata,
  source: source.split(/(?<=\n)/),
});
const code = (id: string, source: string) => ({
  cell_type: 'code',
  execution_count: null,
  id,
  metadata: {},
  outputs: [],
  source: source.split(/(?<=\n)/),
});
const fileOf = (...cells: object[]) =>
  `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
const sourcesOnDisk = async (notebook: NotebookPage) =>
  (await notebook.onDisk()).cells.map((cell) => [cell.source].flat().join(''));
/** 8 × 8 pixels, green. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGNkYPjPgA0wYRUdtBIAO/8BDzSp0wAAAAAASUVORK5CYII=';

test('a heading folds its section: keys, marks, run, search and the file [E6]', async ({ ide }) => {
  const { page } = ide;
  const plain = fileOf(
    text('h1', '# Data'),
    code('c1', 'a = 20'),
    text('h2', '## Inner'),
    code('c2', 'print("needle", a + 1)'),
    text('h3', '# Next'),
    code('c3', 'last = 1'),
  );
  await ide.write('fold-section.ipynb', plain);
  const notebook = await ide.openNotebook('fold-section.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(1);
  await page.keyboard.press('ArrowLeft');
  await expect(notebook.cell(0)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowLeft');
  await expect(notebook.cell(1)).toHaveCount(0);
  await expect(notebook.cell(4)).toHaveAttribute('aria-posinset', '5');
  await expect(notebook.cell(0).getByRole('button', { name: /^Expand section of cell 1/ })).toHaveAttribute(
    'aria-expanded',
    'false',
  );

  // The heading stands for its section.
  await page.keyboard.press('Control+Enter');
  const note = notebook.cell(0).getByRole('button', { name: /^3 cells hidden/ });
  await expect(note).toBeVisible();
  await notebook.whenIdle();
  await expect.poll(async () => JSON.stringify((await notebook.onDisk()).cells[3])).toContain('needle 21');
  const [first] = (await notebook.onDisk()).cells as unknown as { metadata: object }[];
  expect(first?.metadata).toEqual({ 'jp-MarkdownHeadingCollapsed': true });

  // A hit inside opens it, and the file stays as it is.
  await page.keyboard.press('ControlOrMeta+F');
  await page.getByRole('textbox', { name: 'Find', exact: true }).fill('needle');
  await expect(notebook.cell(3)).toBeVisible();
  await page.keyboard.press('Escape');
  await notebook.select(3);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(notebook.cell(3)).toHaveCount(0);
  await notebook
    .cell(2)
    .getByRole('button', { name: /^1 cell hidden/ })
    .click();
  await expect(notebook.cell(3)).toBeVisible();

  // Deleted and brought back as one.
  await notebook.cell(0).getByRole('button', { name: 'Collapse section of cell 1' }).click();
  await expect(notebook.cell(1)).toHaveCount(0);
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  await expect(notebook.region.getByRole('listitem').and(page.locator('.at-cell'))).toHaveCount(2);
  await page.keyboard.press('z');
  await ide.runCommand('Expand all headings');
  await expect(notebook.cell(3)).toBeVisible();
  await notebook.save();
  expect(await sourcesOnDisk(notebook)).toHaveLength(6);
  expect(JSON.stringify((await notebook.onDisk()).cells)).not.toContain('Collapsed');
});

async function gutter(cell: Locator): Promise<{ x: number; y: number }> {
  const box = await cell.locator('.at-cell-gutter').boundingBox();
  if (!box) throw new Error('The cell is not drawn');
  return { x: box.x + 20, y: box.y + box.height - 6 };
}

test('cells are dragged by the gutter: one, many, given up, and into another notebook [E1, E10]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('drag.ipynb', notebookOf('a = 1', 'b = 2', 'c = 3', 'd = 4'));
  await ide.write('drop.ipynb', notebookOf('x = 1', 'y = 2'));
  const notebook = await ide.openNotebook('drag.ipynb');
  const line = page.locator('.at-drop-line');
  const drag = async (from: number, to: number) => {
    const start = await gutter(notebook.cell(from));
    const end = await gutter(notebook.cell(to));
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(start.x, start.y + 12);
    await page.mouse.move(end.x, end.y, { steps: 4 });
  };
  await drag(0, 2);
  await expect(line).toBeVisible();
  await expect(page.locator('.at-drag-ghost')).toHaveText('Move cell');
  await page.mouse.up();
  await expect(line).toHaveCount(0);
  await notebook.save();
  await expect.poll(() => sourcesOnDisk(notebook)).toEqual(['b = 2', 'c = 3', 'a = 1', 'd = 4']);

  await notebook.select(0);
  await page.keyboard.press('Shift+ArrowDown');
  await drag(0, 3);
  await expect(page.locator('.at-drag-ghost')).toHaveText('Move 2 cells');
  await page.keyboard.press('Escape');
  await expect(line).toHaveCount(0);
  await page.mouse.up();
  expect(await sourcesOnDisk(notebook)).toEqual(['b = 2', 'c = 3', 'a = 1', 'd = 4']);
  await drag(1, 3);
  await page.mouse.up();
  await page.keyboard.press('ControlOrMeta+S');
  await expect.poll(() => sourcesOnDisk(notebook)).toEqual(['a = 1', 'd = 4', 'b = 2', 'c = 3']);

  // Over a tab the other notebook comes up; there the cells are copied.
  await page.getByRole('treeitem', { name: 'drop.ipynb' }).dblclick();
  const other = ide.notebook('drop.ipynb');
  await expect(other.cell(1)).toBeVisible();
  await ide.tab('drag.ipynb').click();
  await expect(notebook.cell(0)).toBeVisible();
  const start = await gutter(notebook.cell(0));
  const tab = await ide.tab('drop.ipynb').boundingBox();
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x, start.y - 10);
  await page.mouse.move((tab?.x ?? 0) + 30, (tab?.y ?? 0) + 10, { steps: 3 });
  await expect(other.cell(0)).toBeVisible();
  const below = await gutter(other.cell(0));
  await page.mouse.move(below.x, below.y, { steps: 3 });
  await expect(page.locator('.at-drag-ghost')).toHaveText(/^Copy/);
  await page.mouse.up();
  await other.save();
  await expect.poll(async () => (await sourcesOnDisk(other))[1]).toBe('a = 1');
  expect((await sourcesOnDisk(other)).slice(-1)).toEqual(['y = 2']);
});

/** What the browser does when an image is pasted into the focused element. */
async function pasteImage(
  notebook: NotebookPage,
  bytes: { base64: string } | { size: number },
): Promise<void> {
  await notebook.page.evaluate((given) => {
    const content =
      'size' in given
        ? new Uint8Array(given.size)
        : Uint8Array.from(atob(given.base64), (one) => one.codePointAt(0) ?? 0);
    const data = new DataTransfer();
    data.items.add(new File([content], 'image.png', { type: 'image/png' }));
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
  }, bytes);
}

test('text cells: footnotes, tasks, links between cells, and pasted images that become attachments [E5]', async ({
  ide,
}) => {
  const { page } = ide;
  const start =
    '| a | b |\n|-|-|\n| 1 | ~~2~~ |\n\n- [x] done\n\nNote[^n] and [there](#Far-away)\n\n[^n]: The *note*.';
  const filler = Array.from({ length: 30 }, (_, i) => code(`f${i}`, `filler_${i} = ${i}`));
  await ide.write('text.ipynb', fileOf(text('t', start), ...filler, text('far', '## Far away')));
  const notebook = await ide.openNotebook('text.ipynb');
  const cell = notebook.cell(0);
  await expect(cell.getByRole('table').locator('del')).toHaveText('2');
  await expect(cell.getByRole('listitem').first()).toContainText('☑ done');
  await cell.getByRole('link', { name: '1', exact: true }).click();
  await expect(cell.locator('li', { hasText: 'The note.' })).toBeFocused();
  await cell.getByRole('link', { name: 'there' }).click();
  await expect(notebook.cell(31)).toBeInViewport();
  await notebook.region.locator('.at-cells-scroll').evaluate((list) => list.scrollTo(0, 0));
  await cell.locator('[data-part="rendered"]').dblclick({ position: { x: 200, y: 4 } });
  const editor = page.getByRole('textbox', { name: 'Cell 1 source', exact: true });
  await expect(editor).toBeFocused({ timeout: 30_000 });
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.press('Enter');
  await pasteImage(notebook, { base64: PNG });
  await expect(cell).toContainText('attachment:image.png');
  await page.keyboard.press('Escape');
  const image = cell.getByRole('img', { name: 'image.png' });
  await expect(image).toBeVisible();
  expect(await image.evaluate((one: HTMLImageElement) => one.decode().then(() => one.naturalWidth))).toBe(8);
  await notebook.save();
  const [saved] = (await notebook.onDisk()).cells as unknown as { attachments: object }[];
  expect(saved?.attachments).toEqual({ 'image.png': { 'image/png': PNG } });

  await page.keyboard.press('Enter');
  await expect(editor).toBeFocused({ timeout: 30_000 });
  await pasteImage(notebook, { size: 6_000_000 });
  await expect(cell.getByRole('alert')).toContainText('it has 6.0 MB, and an attachment may have 5 MB');
  await page.keyboard.press('Escape');
});

test('a split while the editor is still loading cuts at the cursor [E1]', async ({ ide }) => {
  const { page } = ide;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/monaco/, async (route) => {
    await held;
    await route.continue();
  });
  await ide.write('early.ipynb', notebookOf('first = 1\nsecond = 2', 'other = 3\nmore = 4'));
  const notebook = await ide.openNotebook('early.ipynb');
  await notebook.cell(1).locator('[data-part="source"]').click();
  await page.keyboard.press('End');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  const editor = page.getByRole('textbox', { name: 'Cell 1 source', exact: true });
  await expect(editor).toBeFocused();
  await expect(editor).toHaveClass(/at-plain-editor/);
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(' + 5\nthird = 3');
  await page.keyboard.press('Home');
  await page.keyboard.press('Control+Shift+Minus');
  await expect(notebook.cell(2)).toBeVisible();
  release();
  await page.keyboard.press('Escape');
  await notebook.save();
  await expect
    .poll(() => sourcesOnDisk(notebook))
    .toEqual(['first = 1\nsecond = 2 + 5', 'third = 3', 'other = 3\nmore = 4']);
});

test('an old notebook is shown, and upgraded only when somebody agrees; the original is kept [E3]', async ({
  ide,
}) => {
  const { page } = ide;
  const cell = {
    cell_type: 'code',
    collapsed: false,
    input: ['a = 40 + 2\n', 'a'],
    language: 'python',
    outputs: [],
  };
  const heading = { cell_type: 'heading', level: 2, metadata: {}, source: ['From 2013'] };
  const old = JSON.stringify({
    metadata: { name: '' },
    nbformat: 3,
    nbformat_minor: 0,
    worksheets: [{ cells: [heading, cell], metadata: {} }],
  });
  await ide.write('old/dated.ipynb', old);
  const notebook = await ide.openNotebook('old/dated.ipynb');
  const onDisk = (name: string) => readFile(join(ide.product.home, 'old', name), 'utf8');
  await expect(notebook.cell(0).getByRole('heading', { name: 'From 2013' })).toBeVisible();
  await notebook.cell(1).locator('[data-part="source"]').click();
  await page.keyboard.press('b');
  await expect(notebook.region.getByRole('alert')).toContainText('can only be read here');
  await page.keyboard.press('ControlOrMeta+S');
  const bar = notebook.region.getByRole('region', { name: 'Notebook format' });
  await bar.getByRole('button', { name: 'Upgrade…' }).click();
  const dialog = page.getByRole('alertdialog', { name: /^Upgrade dated.ipynb/ });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await onDisk('dated.ipynb')).toBe(old);
  await bar.getByRole('button', { name: 'Upgrade…' }).click();
  await dialog.getByRole('button', { name: 'Upgrade notebook' }).click();
  await expect(bar).toHaveCount(0);
  expect((await readdir(join(ide.product.home, 'old'))).toSorted()).toContain('dated.v3.ipynb');
  expect(await onDisk('dated.v3.ipynb')).toBe(old);
  expect(await notebook.onDisk()).toMatchObject({ nbformat: 4, nbformat_minor: 5 });
  await notebook.type(1, 'a = 7');
  await notebook.save();
  expect(await sourcesOnDisk(notebook)).toEqual(['## From 2013', 'a = 7']);
});
