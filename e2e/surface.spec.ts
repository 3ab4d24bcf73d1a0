import { expect, test } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

/** Walks the names that tests and assistive technology rely on. Changing one is a breaking change. */
test('the names of the surface are there', async ({ ide }) => {
  const { page } = ide;
  await ide.signIn();
  await ide.write('surface.ipynb', notebookOf('1 + 1'));
  const activity = page.getByRole('tablist', { name: 'Activity bar' });
  for (const name of ['Files', 'Components and registries']) {
    await expect(activity.getByRole('tab', { name, exact: true })).toBeVisible();
  }
  await expect(page.getByRole('contentinfo', { name: 'Status bar' })).toBeVisible();
  await expect(page.getByRole('menubar', { name: 'Main menu' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Notifications' })).toBeAttached();

  const files = page.getByRole('region', { name: 'Files', exact: true });
  await expect(files.getByRole('tree', { name: 'Files' })).toBeVisible();
  await expect(files.getByRole('navigation', { name: 'Path' })).toBeVisible();
  await expect(files.getByRole('textbox', { name: 'Filter files' })).toBeVisible();
  for (const name of ['New folder', 'New file', 'New notebook', 'Upload', 'Refresh']) {
    await expect(files.getByRole('button', { name, exact: true })).toBeVisible();
  }

  await page.keyboard.press('ControlOrMeta+Shift+L');
  const launcher = page.getByRole('region', { name: 'Launcher' });
  await expect(ide.tab('Launcher')).toBeVisible();
  for (const name of [
    'Create notebook',
    'Open image terminal',
    'Change environment',
    'System terminal',
    'Text file',
    'Markdown file',
  ]) {
    await expect(launcher.getByRole('button', { name })).toBeVisible();
  }
  await launcher.getByRole('button', { name: 'Change environment' }).click();
  const environment = page.getByRole('dialog', { name: 'Change environment' });
  for (const name of ['Image', 'Kernel', 'Instance type', 'Start-up script']) {
    await expect(environment.getByRole('combobox', { name, exact: true })).toBeVisible();
  }
  await expect(environment.getByRole('button', { name: 'Select', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');

  for (const keys of ['ControlOrMeta+Shift+C', 'ControlOrMeta+Shift+P']) {
    await page.keyboard.press(keys);
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await expect(palette.getByRole('combobox', { name: 'Command' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
  }

  await activity.getByRole('tab', { name: 'Components and registries' }).click();
  await expect(page.getByRole('region', { name: 'Components and registries' })).toBeVisible();
});

test('the names of a notebook are there', async ({ ide }) => {
  const { page } = ide;
  await ide.write('names.ipynb', notebookOf('1 + 1', '2 + 2'));
  const notebook = await ide.openNotebook('names.ipynb');
  await expect(notebook.region).toHaveAttribute('data-kernel-state', 'none');
  const toolbar = notebook.region.getByRole('toolbar', { name: 'Notebook toolbar' });
  const names = [
    'Save',
    'Insert cell',
    'Cut cells',
    'Copy cells',
    'Paste cells',
    'Run',
    'Interrupt kernel',
    'Restart kernel',
  ];
  for (const name of [...names, 'Restart and run all', 'Open image terminal']) {
    await expect(toolbar.getByRole('button', { name, exact: true })).toBeVisible();
  }
  await expect(toolbar.getByRole('combobox', { name: 'Cell type' })).toBeVisible();
  const cell = notebook.cell(0);
  await expect(cell).toHaveRole('listitem');
  await expect(cell).toHaveAttribute('data-cell-id', 'cell-0');
  await expect(cell).toHaveAttribute('data-cell-type', 'code');
  await expect(cell).toHaveAttribute('data-cell-state', 'idle');
  await expect(cell).toHaveAttribute('aria-posinset', '1');
  await expect(cell).toHaveAttribute('aria-setsize', '2');
  await notebook.select(1);
  await expect(notebook.cell(1)).toHaveAttribute('aria-selected', 'true');
  await notebook.instanceBadge.click();
  const picker = page.getByRole('dialog', { name: 'Select instance' });
  await expect(
    picker.getByRole('table', { name: 'Instance types' }).getByRole('row', { name: /ml\.t3\.medium/ }),
  ).toBeVisible();
  await expect(picker.getByRole('switch', { name: 'Fast launch only' })).toBeChecked();
  await expect(picker.getByRole('textbox', { name: 'Filter' })).toBeVisible();
  await expect(picker.getByRole('button', { name: 'Save and continue' })).toBeVisible();
  await page.keyboard.press('Escape');
  for (const title of [
    'Run all cells',
    'Restart and run all',
    'Interrupt kernel',
    'Save',
    'New notebook',
    'New terminal',
    'Shut down all',
    'Toggle theme',
  ]) {
    await page.keyboard.press('ControlOrMeta+Shift+P');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await palette.getByRole('combobox', { name: 'Command' }).fill(title);
    await expect(palette.getByRole('option', { name: title }).first()).toBeVisible();
    await page.keyboard.press('Escape');
  }
});

test('a file is opened, a cell run and a dialog left with the keyboard alone', async ({ ide }) => {
  const { page } = ide;
  await ide.write('keys.ipynb', notebookOf('6 * 7'));
  await ide.open('');
  const file = page.getByRole('tree', { name: 'Files' }).getByRole('treeitem', { name: 'keys.ipynb' });
  await expect(file).toBeVisible();
  await page.getByRole('textbox', { name: 'Filter files' }).focus();
  await page.keyboard.press('Tab');
  // One tab stop, then the arrows: down to the file, whatever else is there. A key that comes before the row of the one
  // before has the focus would pass the file by.
  const focused = page.locator('[role=treeitem]:focus');
  await expect(focused).toHaveCount(1);
  await page.keyboard.press('Home');
  const rows = await file.evaluate((item) => Number(item.getAttribute('aria-posinset')));
  for (let row = 1; row <= rows; row += 1) {
    await expect(focused).toHaveAttribute('aria-posinset', String(row));
    if (row < rows) await page.keyboard.press('ArrowDown');
  }
  await expect(file).toBeFocused();
  await page.keyboard.press('Enter');
  const notebook = ide.notebook('keys.ipynb');
  await expect(notebook.region).toBeVisible();

  await ide.page.keyboard.press('ControlOrMeta+Shift+P');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await expect(palette.getByRole('combobox', { name: 'Command' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();

  await notebook.kernelBadge.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Change environment' });
  await expect(dialog.getByRole('combobox', { name: 'Image' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await dialog.getByRole('button', { name: 'Select', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(notebook.kernelBadge).toBeFocused();

  await notebook.cell(0).focus();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText('42', { timeout: 60_000 });
});
