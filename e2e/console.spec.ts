import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { ConsolePage } from './pages/console-page.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

/** What stands in the input, as it is drawn. */
const written = (console: ConsolePage, page: Page) =>
  console.region.locator('.at-console-input .view-lines').or(page.locator('never')).first();

test('a console on an image: entries, history, errors, input; it is there after a reload [I4, F9]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.signIn();
  await page.getByRole('region', { name: 'Launcher' }).getByRole('button', { name: 'Open console' }).click();
  const console = new ConsolePage(ide, 'Console 1');
  await console.whenKernel('idle');
  await console.run('x = 20\nfor i in range(2):\n    print("line", i)');
  await expect(console.entry(1)).toContainText('line 1');
  await console.run('x + 1');
  await expect(console.entry(2)).toContainText('21');
  await expect(console.entry(2)).toContainText('[2]');
  await console.run('1 / 0');
  await expect(console.entry(3)).toHaveAttribute('data-cell-state', 'error');
  await expect(console.entry(3)).toContainText('ZeroDivisionError');

  await console.input.focus();
  await page.keyboard.insertText('draft');
  await page.keyboard.press('ArrowUp');
  await expect(written(console, page)).toHaveText('1 / 0');
  await page.keyboard.press('ArrowUp');
  await expect(written(console, page)).toHaveText('x + 1');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(written(console, page)).toHaveText('draft');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('Delete');

  await console.run('name = input("Who? ")\nprint("Hello", name)');
  await console.entry(4).getByRole('textbox').fill('Ada');
  await page.keyboard.press('Enter');
  await expect(console.entry(4)).toContainText('Hello Ada');
  expect(await serious(page)).toEqual([]);

  await page.reload();
  await console.whenKernel('idle');
  await expect(console.entry(1)).toContainText('line 1');
  await expect(console.entry(2)).toContainText('21');
  await expect(console.entry(3)).toContainText('ZeroDivisionError');
  await expect(console.entry(4)).toContainText('Hello Ada');
  await expect(console.region.getByRole('listitem')).toHaveCount(4);
  await console.run('x');
  await expect(console.entry(5)).toContainText('20');
});

test('a console of a notebook has its variables, and shows what the notebook runs when asked [I4, F9]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('study/plan.ipynb', notebookOf('y = 41\nprint("from the notebook")', ''));
  const notebook = await ide.openNotebook('study/plan.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
  await ide.runCommand('New console for this notebook');
  const console = new ConsolePage(ide, 'Console of plan.ipynb');
  await console.whenKernel('idle');
  await console.run('y + 1');
  await expect(console.entry(1)).toContainText('42');
  await expect(console.region.getByRole('listitem')).toHaveCount(1);

  // The kernel remembers what the notebook ran.
  await console.input.focus();
  await page.keyboard.press('ArrowUp');
  await expect(written(console, page)).toHaveText('y + 1');
  await page.keyboard.press('ArrowUp');
  await expect(written(console, page)).toContainText('from the notebook');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('draft');

  await console.button('Show all kernel activity').click();
  await expect(console.entry(1)).toContainText('from the notebook');
  await expect(written(console, page)).toHaveText('draft');
  await console.input.focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('Delete');
  await expect(console.entry(2)).toContainText('42');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(console.entry(3)).toContainText('from the notebook');
  await expect(console.entry(3)).toContainText('[3]');

  await console.button('Clear console').click();
  await expect(console.region.getByRole('listitem')).toHaveCount(0);
  await console.run('z = y * 2\nz');
  await expect(console.entry(1)).toContainText('82');
  await console.entry(1).hover();
  await console.entry(1).getByRole('button', { name: 'Copy entry 1 as a cell' }).click();
  await notebook.select(1);
  await page.keyboard.press('v');
  await expect(notebook.cell(2)).toContainText('z = y * 2');
  await notebook.save();
  await notebook.whenIdle();
  const saved = await notebook.onDisk();
  // What ran in the console is in no cell of the file.
  expect(saved.cells.map(({ source }) => [source].flat().join(''))).toEqual([
    'y = 41\nprint("from the notebook")',
    '',
    'z = y * 2\nz',
  ]);
});
