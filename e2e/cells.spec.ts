import { expect, test } from './fixtures/test.ts';
import { notebookOf, type NotebookPage } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const sourcesOnDisk = async (notebook: NotebookPage) =>
  (await notebook.onDisk()).cells.map((cell) => [cell.source].flat().join(''));

test('a cell is split at the cursor, merged and taken back, all by keys [E1, E2]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('split.ipynb', notebookOf('first = 1\nsecond = 2', 'third = 3'));
  const notebook = await ide.openNotebook('split.ipynb');
  await notebook.select(0);
  await page.keyboard.press('Enter');
  const editor = page.getByRole('textbox', { name: 'Cell 1 source', exact: true });
  await expect(editor).toBeFocused({ timeout: 30_000 });
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('End');
  await expect(page.getByRole('contentinfo', { name: 'Status bar' })).toContainText('Ln 1, Col 10');
  await page.keyboard.press('Control+Shift+Minus');
  await expect(notebook.cell(2)).toBeVisible();
  // The keyboard stays in the lower part, at its start.
  await expect(page.getByRole('textbox', { name: 'Cell 2 source', exact: true })).toBeFocused();
  await page.keyboard.insertText('# ');
  await page.keyboard.press('Escape');
  await notebook.save();
  await expect.poll(() => sourcesOnDisk(notebook)).toEqual(['first = 1', '# second = 2', 'third = 3']);

  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+M');
  await expect(notebook.cell(2)).toHaveCount(0);
  await notebook.save();
  await expect.poll(() => sourcesOnDisk(notebook)).toEqual(['first = 1', '# second = 2\n\nthird = 3']);

  await page.keyboard.press('z');
  await page.keyboard.press('z');
  await page.keyboard.press('z');
  await expect(notebook.cell(2)).toHaveCount(0);
  await notebook.save();
  await expect.poll(() => sourcesOnDisk(notebook)).toEqual(['first = 1\nsecond = 2', 'third = 3']);
});

test('cells cut in one notebook are pasted in another, in this window and in another one [E10]', async ({
  ide,
}) => {
  const { page } = ide;
  // What a person is asked once.
  await page.context().grantPermissions(['clipboard-read']);
  const withOutput = JSON.parse(notebookOf('print("kept")', 'stays')) as { cells: { outputs: unknown[] }[] };
  withOutput.cells[0]?.outputs.push({ name: 'stdout', output_type: 'stream', text: ['kept\n'] });
  await ide.write('from.ipynb', JSON.stringify(withOutput, null, 1));
  await ide.write('to.ipynb', notebookOf('here'));
  const from = await ide.openNotebook('from.ipynb');
  await from.select(0);
  await page.keyboard.press('x');
  await expect(from.cell(1)).toHaveCount(0);
  await from.save();

  const to = await ide.openNotebook('to.ipynb');
  await to.select(0);
  await page.keyboard.press('v');
  await expect(to.output(1)).toContainText('kept');

  // Another page knows nothing of this one: only the system's clipboard is between them.
  const other = await page.context().newPage();
  const url = new URL(page.url());
  url.searchParams.set('path', 'to.ipynb');
  await other.goto(url.href);
  const cells = other
    .getByRole('region', { name: 'Notebook to.ipynb', exact: true })
    .getByRole('list', { name: 'Cells' });
  await cells.locator('[data-cell-index="0"] [data-part="source"]').click();
  await other.keyboard.press('Escape');
  const before = await cells.getByRole('listitem').count();
  await other.keyboard.press('ControlOrMeta+V');
  await expect(cells.getByRole('listitem')).toHaveCount(before + 1);
  await expect(cells.getByRole('listitem').nth(1)).toContainText('print("kept")');
  await expect(
    cells.getByRole('listitem').nth(1).getByRole('group', { name: 'Cell 2 output', exact: true }),
  ).toContainText('kept');
  await other.close();
});

test('text that is pasted onto cells becomes a cell, and a copied cell is text elsewhere [E10]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('text.ipynb', notebookOf('a = 1', 'b = 2'));
  const notebook = await ide.openNotebook('text.ipynb');
  await notebook.select(0);
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('ControlOrMeta+C');
  await notebook.select(1);
  await page.keyboard.press('Enter');
  const editor = page.getByRole('textbox', { name: 'Cell 2 source', exact: true });
  await expect(editor).toBeFocused({ timeout: 30_000 });
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+V');
  await page.keyboard.press('ControlOrMeta+A');
  // Text of an editor is newer than the cells now.
  await page.keyboard.press('ControlOrMeta+C');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+V');
  await expect(notebook.cell(2)).toBeVisible();
  await notebook.save();
  await expect.poll(() => sourcesOnDisk(notebook)).toEqual(['a = 1', 'a = 1\n\nb = 2', 'a = 1\n\nb = 2']);
});

test('collapsed input and outputs are kept in the file as JupyterLab keeps them [E1]', async ({ ide }) => {
  const { page } = ide;
  const shown = JSON.parse(notebookOf('print("out")')) as { cells: { outputs: unknown[] }[] };
  shown.cells[0]?.outputs.push({ name: 'stdout', output_type: 'stream', text: ['out\n'] });
  const text = `${JSON.stringify(shown, null, 1)}\n`;
  await ide.write('fold.ipynb', text);
  const notebook = await ide.openNotebook('fold.ipynb');
  await notebook.select(0);
  await ide.runCommand('Collapse or show input of selected cells');
  await ide.runCommand('Collapse or show outputs of selected cells');
  await expect(notebook.cell(0).getByRole('button', { name: 'Show input of cell 1' })).toBeVisible();
  await expect(notebook.output(0)).toHaveCount(0);
  await notebook.save();
  expect(((await notebook.onDisk()).cells[0] as unknown as { metadata: object }).metadata).toEqual({
    collapsed: true,
    jupyter: { source_hidden: true, outputs_hidden: true },
  });
  await page.reload();
  await notebook.cell(0).getByRole('button', { name: 'Show outputs of cell 1' }).click();
  await expect(notebook.output(0)).toContainText('out');
});

test('a cell that its metadata protects says so where it stands [E1]', async ({ ide }) => {
  const { page } = ide;
  const fixed = JSON.parse(notebookOf('fixed = 1', 'free = 2')) as { cells: { metadata: object }[] };
  const [first] = fixed.cells;
  if (first) first.metadata = { deletable: false, editable: false };
  await ide.write('fixed.ipynb', JSON.stringify(fixed, null, 1));
  const notebook = await ide.openNotebook('fixed.ipynb');
  await notebook.select(0);
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  await expect(notebook.cell(0).getByRole('alert')).toContainText('not deletable');
  await page.keyboard.press('m');
  await expect(notebook.cell(0).getByRole('alert')).toContainText('not editable');
  await expect(notebook.cell(0)).toHaveAttribute('data-cell-type', 'code');
});

test('a restart that loses variables asks in a bar, and an interrupt that is not obeyed offers it [F1]', async ({
  ide,
}) => {
  const { page } = ide;
  const deaf = [
    'import time',
    'held = 1',
    'print("begun", flush=True)',
    'until = time.monotonic() + 120',
    'while time.monotonic() < until:',
    '    try:',
    '        time.sleep(0.2)',
    '    except KeyboardInterrupt:',
    '        pass',
  ].join('\n');
  await ide.write('restart.ipynb', notebookOf('kept = 1', deaf));
  const notebook = await ide.openNotebook('restart.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('Control+Enter');
  await notebook.whenCell(0, 'done');

  const question = page.getByRole('region', { name: 'Restart kernel', exact: true });
  await page.keyboard.press('0');
  await page.keyboard.press('0');
  await expect(question).toContainText('Its variables are lost.');
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  // The keyboard is back in the cells.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+Enter');
  await expect(notebook.output(1)).toContainText('begun');
  await page.keyboard.press('i');
  await page.keyboard.press('i');
  const offer = page.getByRole('alert', { name: 'Kernel does not stop' });
  await expect(offer).toContainText('did not stop within 3 s');
  await offer.getByRole('button', { name: 'Restart kernel', exact: true }).click();
  await expect(offer).toHaveCount(0);
  await notebook.whenKernel('idle');
});
