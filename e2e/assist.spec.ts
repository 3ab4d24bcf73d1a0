import { expect, type Page } from '@playwright/test';
import { test } from './fixtures/test.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const suggestions = (page: Page) => page.locator('.suggest-widget.visible');
const help = (page: Page) => page.getByRole('region', { name: 'Help', exact: true });
const hint = (page: Page) => page.locator('.at-assist-popup[data-kind="hint"]');
/** Saves, and waits until the file has it. */
async function expectSource(notebook: NotebookPage, index: number, source: string): Promise<void> {
  await notebook.save();
  const read = async () => [(await notebook.onDisk()).cells[index]?.source ?? ''].flat().join('');
  await expect.poll(read).toBe(source);
}

test('Tab completes a name, indents where there is none; Escape closes the list first [K1]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('complete.ipynb', notebookOf('import os', 'x'));
  const notebook = await ide.openNotebook('complete.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
  const editor = await notebook.edit(1);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('os.pa');
  await page.keyboard.press('Tab');
  await expect(suggestions(page)).toBeVisible();
  await expect(suggestions(page).getByRole('option', { name: /^path\b/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(suggestions(page)).toBeHidden();
  await expect(editor).toBeFocused();
  await page.keyboard.type('t');
  await page.keyboard.press('Control+Space');
  await expect(suggestions(page).getByRole('option', { name: /^path\b/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(suggestions(page)).toBeHidden();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('y = 1');
  await page.keyboard.press('Escape');
  await expect(notebook.cell(1)).toBeFocused();
  await expectSource(notebook, 1, 'os.path\n    y = 1');
});

test('Shift+Tab shows what a name is, an opening bracket how it is called [K1]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('help.ipynb', notebookOf('sorted'));
  const notebook = await ide.openNotebook('help.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  const editor = await notebook.edit(0);
  await page.keyboard.press('Shift+Tab');
  await expect(help(page)).toContainText('Return a new list containing all items');
  await expect(help(page)).not.toContainText('\u001b');
  await expect(editor).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(help(page)).toBeHidden();
  await expect(editor).toBeFocused();
  await page.keyboard.type('([1], ');
  const call = page.locator('.parameter-hints-widget.visible');
  await expect(call).toContainText('iterable');
  await page.keyboard.press('Escape');
  await expect(call).toBeHidden();
  await expect(editor).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(notebook.cell(0)).toBeFocused();
});

test('names are completed while a cell runs, and the kernel stays busy; after a restart too [K1]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('busy.ipynb', notebookOf('import os, time\nprint("on")\ntime.sleep(600)', 'os.pa'));
  const notebook = await ide.openNotebook('busy.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText('on');
  await notebook.edit(1);
  await page.keyboard.press('Tab');
  await expect(suggestions(page).getByRole('option', { name: /^path\b/ })).toBeVisible();
  await notebook.whenKernel('busy');
  await notebook.whenCell(0, 'running');
  await page.keyboard.press('Escape');
  await ide.runCommand('Restart kernel');
  await page.getByRole('button', { name: 'Restart', exact: true }).click();
  await notebook.whenCell(0, 'error');
  await notebook.whenKernel('idle');
  await notebook.edit(1);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('import o');
  // The new process may say idle a moment before it takes questions: one presses again.
  await expect(async () => {
    await page.keyboard.press('Control+Space');
    await expect(suggestions(page).getByRole('option', { name: /^os\b/ })).toBeVisible({ timeout: 4000 });
  }).toPass();
});

test('without a kernel a key for help says so, and what to do', async ({ ide }) => {
  const { page } = ide;
  await ide.write('none.ipynb', notebookOf('os.pa'));
  const notebook = await ide.openNotebook('none.ipynb');
  await notebook.whenKernel('none');
  const editor = await notebook.edit(0);
  // The editor may still be loading: one presses again.
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(hint(page)).toHaveText('No kernel. Choose one to get completions.', { timeout: 1000 });
  }).toPass();
  await expect(suggestions(page)).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(hint(page)).toBeHidden();
  await expect(editor).toBeFocused();
});
