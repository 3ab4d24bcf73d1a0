import { expect, type Page } from '@playwright/test';
import { test } from './fixtures/test.ts';
import { type NotebookJson, type NotebookPage, notebookOf } from './pages/notebook-page.ts';

declare const window: { studioTest?: { document(path: string): { text: string } | null } };

test.use({ beginsWithFile: true });

const view = (page: Page) => page.getByRole('region', { name: 'Keyboard shortcuts' });
const source = (page: Page, n: number) =>
  page.getByRole('textbox', { name: `Cell ${n} source`, exact: true });

/** The cell's text, without taking the keyboard from it. */
async function written(notebook: NotebookPage, index: number): Promise<string> {
  const text = await notebook.page.evaluate(
    (path) => window.studioTest?.document(path)?.text ?? '',
    notebook.path,
  );
  const { cells } = JSON.parse(text) as NotebookJson;
  return [cells[index]?.source ?? ''].flat().join('');
}

test('keys are changed, taken over, refused and reset by keyboard alone; they count at once and stay [B2]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('keys.ipynb', notebookOf('one', 'two'));
  const notebook = await ide.openNotebook('keys.ipynb');
  await notebook.select(0);
  await ide.runCommand('Show keyboard shortcuts');
  const search = view(page).getByRole('textbox', { name: 'Search shortcuts' });
  await search.fill('insert cell below');
  const row = view(page).getByRole('row', { name: /^Insert cell below/ });
  await expect(row).toContainText('Notebook, command mode');
  await expect(row).toContainText('Default');
  await row.focus();
  await page.keyboard.press('Enter');
  const recorder = view(page).getByRole('textbox', { name: 'New keys of Insert cell below' });
  await expect(recorder).toBeFocused();
  // A key of the browser: Chromium gives F11 to a page that is not in front of a person.
  await page.keyboard.press('F11');
  await expect(view(page).getByRole('group')).toContainText('F11 belongs to the browser');
  await expect(view(page).getByRole('button', { name: 'Save keys' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(row).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('d');
  await expect(view(page).getByRole('group')).toContainText('Shares its first press with Delete cells');
  await page.keyboard.press('x');
  await expect(view(page).getByRole('group')).toContainText('Free');
  await page.keyboard.press('x');
  await expect(view(page).getByRole('group')).toContainText('Now runs Cut cells, notebook, command mode');
  await page.keyboard.press('Enter');
  await expect(view(page).getByRole('status').first()).toHaveText(
    'X now runs Insert cell below. Taken from Cut cells.',
  );
  await expect(row).toBeFocused();
  await expect(row).toContainText('You');
  await search.fill('cut cells');
  await expect(view(page).getByRole('row', { name: /^Cut cells None/ })).toContainText('You');

  // A reloaded page has them, and they run.
  await ide.open('keys.ipynb');
  await notebook.select(0);
  await page.keyboard.press('x');
  await expect(notebook.cell(2)).toBeVisible();
  await page.keyboard.press('b');
  await ide.runCommand('Show keyboard shortcuts');
  await view(page).getByRole('button', { name: 'Search by pressing keys' }).click();
  await page.keyboard.press('x');
  await expect(view(page).getByRole('row', { name: /^Insert cell below X/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await view(page).getByRole('button', { name: 'Reset all' }).click();
  await page.getByRole('button', { name: 'Reset all shortcuts' }).click();
  await expect(view(page).getByRole('row', { name: /^Insert cell below B/ })).toContainText('Default');
  await ide.tab('keys.ipynb').click();
  await notebook.select(0);
  await page.keyboard.press('x');
  await expect(notebook.cell(2)).toBeHidden();
});

test('composing never runs a cell; a third character of a key is written; the editor’s own keys work [E1] [E9]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('compose.ipynb', notebookOf('x', 'a\nb'));
  const notebook = await ide.openNotebook('compose.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.edit(0);
  const cdp = await page.context().newCDPSession(page);
  const compose = (text: string) =>
    cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  /** What a browser sends for a key that the input method takes. */
  const imeKey = async (modifiers: number) => {
    const key = { key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229, modifiers };
    await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  };
  await compose('に');
  await compose('にほ');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Control+Enter');
  await imeKey(8);
  await imeKey(2);
  await cdp.send('Input.insertText', { text: '日本' });
  await imeKey(8);
  await expect(source(page, 1)).toBeFocused();
  await expect(notebook.cell(0)).toHaveAttribute('data-cell-state', 'idle');
  expect(await written(notebook, 0)).toBe('x日本');
  // After it, the very same key runs.
  await page.keyboard.type(' = 1; print(x日本)');
  await page.keyboard.press('Shift+Enter');
  await notebook.whenCell(0, 'done');
  await expect(notebook.output(0)).toHaveText('1');

  await notebook.edit(1);
  const altGr = { key: '€', code: 'KeyE', text: '€', windowsVirtualKeyCode: 69 };
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyDown', ...altGr });
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...altGr });
  expect(await written(notebook, 1)).toBe('a\nb€');
  await page.keyboard.press('Backspace');
  // Two cursors, a comment, a bracket that closes, indentation.
  await page.keyboard.press('ControlOrMeta+Home');
  // Chromium on this system is a Linux one; the editor's key for it is another one on a Mac.
  await page.keyboard.press('Shift+Alt+ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.type('(1');
  await page.keyboard.press('ControlOrMeta+/');
  expect(await written(notebook, 1)).toBe('# a(1)\n# b(1)');
  await page.keyboard.press('ControlOrMeta+/');
  await page.keyboard.press('ControlOrMeta+]');
  expect(await written(notebook, 1)).toBe('    a(1)\n    b(1)');
  await page.keyboard.press('ControlOrMeta+[');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+ArrowDown');
  expect(await written(notebook, 1)).toBe('b(1)\na(1)');
});

test('line numbers, wrapping and the size of code are chosen, kept, and drawn where the editor draws them [E9]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('look.ipynb', notebookOf(`a = 1\n\nb = "${'long '.repeat(80)}"`, 'c'));
  const notebook = await ide.openNotebook('look.ipynb');
  await notebook.select(0);
  const text = notebook.cell(0).locator('.at-source-text');
  const height = async () => (await text.boundingBox())?.height ?? 0;
  expect(await height()).toBe(60);
  await page.keyboard.press('l');
  await expect(text).toHaveAttribute('data-numbered', 'true');
  await expect(notebook.cell(1).locator('[data-numbered]')).toHaveCount(0);
  expect(await height()).toBe(60);
  const left = await text
    .locator('> span')
    .first()
    .evaluate((line) => {
      const range = document.createRange();
      range.selectNodeContents(line);
      return range.getBoundingClientRect().left;
    });
  await notebook.edit(0);
  // The long line has been scrolled to its end.
  await page.keyboard.press('ControlOrMeta+Home');
  const distance = async () => {
    const own = await notebook.cell(0).locator('.view-line').first().boundingBox();
    return Math.abs((own?.x ?? 0) - left);
  };
  await expect.poll(distance).toBeLessThan(1.5);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+L');
  await expect(notebook.cell(1).locator('[data-numbered]')).toBeVisible();

  await page.keyboard.press('ControlOrMeta+,');
  const settings = page.getByRole('region', { name: 'Settings' });
  await expect(settings.getByRole('switch', { name: 'Line numbers in cells' })).toBeChecked();
  await settings.getByRole('switch', { name: 'Wrap long lines' }).check();
  const size = settings.getByRole('textbox', { name: 'Size of code in px' });
  await size.fill('99');
  await expect(settings.getByRole('alert')).toHaveText('A whole number from 9 to 28.');
  await size.fill('16');
  await size.press('Enter');
  await ide.open('look.ipynb');
  expect(await height()).toBeGreaterThan(100);
  await expect(text).toHaveCSS('font-size', '16px');
  await notebook.edit(0);
  expect((await notebook.cell(0).locator('.at-monaco').boundingBox())?.height).toBeGreaterThan(100);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+,');
  await settings.getByRole('button', { name: 'Reset wrap long lines' }).click();
  await settings.getByRole('button', { name: 'Reset size of code' }).click();
  await settings.getByRole('button', { name: 'Reset line numbers in cells' }).click();
});

test('an open dialog stays: keys of commands do nothing over it, and work again after it [B2]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('dialog.ipynb', notebookOf('a'));
  const notebook = await ide.openNotebook('dialog.ipynb');
  await notebook.kernelBadge.click();
  const dialog = page.getByRole('dialog', { name: 'Change environment' });
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await expect(dialog.getByRole('combobox', { name: 'Image' })).toBeFocused();
  for (const keys of ['ControlOrMeta+Shift+P', 'F1', 'ControlOrMeta+S', 'ControlOrMeta+,']) {
    await page.keyboard.press(keys);
    await expect(dialog).toBeVisible();
    await expect(palette).toBeHidden();
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('ControlOrMeta+Shift+P');
  await expect(palette).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Shift+P');
  await expect(palette).toBeVisible();
});

test('Vim keys: modes in every cell, j and k over its edges, Escape to command mode, :w [E9]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('vim.ipynb', notebookOf('one\ntwo', 'three'));
  const notebook = await ide.openNotebook('vim.ipynb');
  await ide.runCommand('Open settings');
  const settings = page.getByRole('region', { name: 'Settings' });
  await settings.getByRole('combobox', { name: 'Keys in the editor' }).selectOption('vim');
  await ide.tab('vim.ipynb').click();
  const status = page.getByRole('contentinfo', { name: 'Status bar' });
  await notebook.edit(0);
  await expect(status).toContainText('Vim: Normal');
  await page.keyboard.press('g');
  await page.keyboard.press('g');
  await page.keyboard.type('dwi');
  await expect(status).toContainText('Vim: Insert');
  await page.keyboard.type('jk');
  await page.keyboard.press('Escape');
  await expect(status).toContainText('Vim: Normal');
  expect(await written(notebook, 0)).toBe('jk\ntwo');
  await page.keyboard.type('jj');
  await expect(notebook.cell(1).locator('.monaco-editor.focused')).toBeVisible();
  await expect(source(page, 2)).toBeFocused();
  await expect(status).toContainText('Vim: Normal');
  await page.keyboard.type('x');
  await page.keyboard.type('k');
  await expect(source(page, 1)).toBeFocused();
  await page.keyboard.type('dd');
  await expect.poll(() => written(notebook, 0)).toBe('jk');
  await page.keyboard.type(':w');
  await page.keyboard.press('Enter');
  const onDisk = async () =>
    (await notebook.onDisk()).cells.map(({ source: text }) => [text].flat().join(''));
  await expect.poll(onDisk).toEqual(['jk', 'thre']);
  await expect(source(page, 1)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(notebook.cell(0)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+,');
  await settings.getByRole('button', { name: 'Reset keys in the editor' }).click();
  await ide.tab('vim.ipynb').click();
  await notebook.edit(0);
  await page.keyboard.type('jk');
  expect(await written(notebook, 0)).toBe('jkjk');
  await expect(status).not.toContainText('Vim');
});
