import { expect, type Page } from '@playwright/test';
import { test } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const panel = (page: Page) => page.getByRole('region', { name: 'Contextual help', exact: true });
const text = (page: Page) => panel(page).getByRole('region', { name: 'Help text' });

test('contextual help follows the cursor, also while a cell runs; it can be held; hover tells too [K1]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('context.ipynb', notebookOf('import time\nprint("on")\ntime.sleep(600)', 'sorted'));
  const notebook = await ide.openNotebook('context.ipynb');
  const editor = await notebook.edit(1);
  await page.keyboard.press('ControlOrMeta+I');
  await expect(panel(page)).toContainText('No kernel. Choose one to see help.');
  await expect(editor).toBeFocused();
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText('on');
  await notebook.edit(1);
  await expect(text(page)).toContainText('Return a new list containing all items');
  await expect(text(page)).not.toContainText('\u001b');
  await expect(panel(page).getByRole('heading', { name: 'sorted' })).toBeVisible();
  await notebook.whenCell(0, 'running');
  // What was shown stays while the cursor is where there is nothing to say.
  await page.keyboard.type('([1], zz');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('len');
  await expect(text(page)).toContainText('Return the number of items');
  await panel(page).getByRole('button', { name: 'Keep this help' }).click();
  await notebook.edit(1);
  await page.keyboard.type('\nabs');
  const word = notebook.cell(1).locator('.view-line span', { hasText: 'len' }).last();
  const box = await word.boundingBox();
  if (!box) throw new Error('The word is not in sight');
  await page.mouse.move(box.x + 60, box.y + 60);
  await page.mouse.move(box.x + 8, box.y + 8, { steps: 4 });
  const hover = page.locator('.monaco-hover:not(.hidden)', { hasText: 'Return the number of items' });
  await expect(hover).toBeVisible();
  await expect(text(page)).toContainText('Return the number of items');
  await panel(page).getByRole('button', { name: 'Keep this help' }).click();
  await notebook.edit(1);
  await page.keyboard.press('Home');
  await page.keyboard.press('End');
  await expect(text(page)).toContainText('Return the absolute value');
  await page.keyboard.press('ControlOrMeta+I');
  await expect(panel(page)).toBeHidden();
});

test('code is formatted, in one step; what cannot be read is told with its line; magics stay [E9]', async ({
  ide,
}) => {
  const { page } = ide;
  const sources = ['x=1', '%matplotlib  inline\n!ls  -l\ny  = [1,2 ]', '%%bash\nls   -l', 'a = 1\nb = ('];
  await ide.write('format.ipynb', notebookOf(...sources));
  const notebook = await ide.openNotebook('format.ipynb');
  const written = async () => {
    await notebook.save();
    return (await notebook.onDisk()).cells.map(({ source }) => [source].flat().join(''));
  };
  await notebook.select(0);
  await ide.runCommand('Format notebook');
  const told = page.getByRole('region', { name: 'Notifications' });
  await expect(told).toContainText('2 cells were formatted.');
  await expect(told).toContainText('Cell 4, line 2, column 6');
  expect(await written()).toEqual(['x = 1', '%matplotlib  inline\n!ls  -l\ny = [1, 2]', ...sources.slice(2)]);
  await page.getByRole('button', { name: 'Go to cell 4' }).click();
  await expect(notebook.cell(3)).toHaveAttribute('aria-selected', 'true');
  await notebook.select(0);
  await page.keyboard.press('z');
  expect(await written()).toEqual(sources);
  await notebook.edit(0);
  await page.keyboard.type('  # kept');
  await page.keyboard.press('Alt+Shift+F');
  await expect(notebook.cell(0).locator('.view-line')).toHaveText('x = 1  # kept');
  await page.keyboard.press('ControlOrMeta+Z');
  await expect(notebook.cell(0).locator('.view-line')).toHaveText('x=1  # kept');
});

test('a Python file is formatted in one step, which the editor takes back; what cannot be read is told [E9]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('tools/prepare.py', 'x=1\ndef f( a ):\n  return a\n');
  await ide.open('tools/prepare.py');
  const region = page.getByRole('region', { name: 'Editor prepare.py' });
  const editor = region.getByRole('textbox', { name: 'Text of prepare.py' });
  await editor.focus();
  const lines = region.locator('.view-line');
  await page.keyboard.press('Alt+Shift+F');
  await expect(lines.first()).toHaveText('x = 1');
  await expect(lines).toHaveCount(6);
  await page.keyboard.press('ControlOrMeta+Z');
  await expect(lines.first()).toHaveText('x=1');
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.type('(');
  await ide.runCommand('Format file');
  const told = page.getByRole('region', { name: 'Notifications' });
  await expect(told).toContainText('Line 1, column');
  await expect(lines.first()).toContainText('(');
});
