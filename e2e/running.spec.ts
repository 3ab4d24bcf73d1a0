import type { Locator, Page } from '@playwright/test';
import { startProduct } from './fixtures/product.ts';
import { expect, test, watch } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { Ide } from './pages/ide.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

/** Burns a vCPU and holds 300 MiB until it is interrupted. */
const burn = 'block = bytearray(300 * 1024 ** 2)\nwhile True: pass';

async function showRunning(page: Page): Promise<Locator> {
  const tab = page.getByRole('tablist', { name: 'Activity bar' }).getByRole('tab', { name: 'Running' });
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  return page.getByRole('tree', { name: 'Running' });
}

const row = (tree: Locator, name: string) => tree.getByRole('treeitem', { name, exact: true });

/** Runs the only cell of a new notebook on a type. */
async function startNotebook(ide: Ide, path: string, type: string, source: string): Promise<void> {
  await ide.write(path, notebookOf(source));
  const notebook = await ide.openNotebook(path);
  await notebook.chooseEnvironment(type);
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await ide.page.keyboard.press('ControlOrMeta+Enter');
}

async function confirm(page: Page, title: string, says: readonly (string | RegExp)[], button: string) {
  const dialog = page.getByRole('alertdialog', { name: title });
  for (const text of says) await expect(dialog).toContainText(text);
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await expect(dialog).toBeHidden();
}

test('what runs on two types, with shares, and the end of each part [H1] [H2] [H7]', async ({ ide }) => {
  test.setTimeout(300_000);
  await ide.endCompute();
  const { page } = ide;
  await startNotebook(ide, 'quiet.ipynb', 'ml.m5.large', 'x = 1');
  await ide.notebook('quiet.ipynb').whenCell(0, 'done');
  await startNotebook(ide, 'burn.ipynb', 'ml.t3.medium', burn);
  const notebook = ide.notebook('burn.ipynb');
  await notebook.whenCell(0, 'running');
  await notebook.button('Open image terminal').click();
  await expect(page.getByRole('region', { name: /^Terminal/ })).toBeVisible();

  const tree = await showRunning(page);
  for (const [name, level] of [
    ['ml.t3.medium', '1'],
    ['ml.m5.large', '1'],
    ['burn.ipynb', '3'],
    ['quiet.ipynb', '3'],
    ['Terminal 1', '3'],
  ] as const) {
    await expect(row(tree, name)).toHaveAttribute('aria-level', level);
  }
  await expect(row(tree, 'JupyterServer')).toHaveAttribute('aria-level', '1');
  await expect(row(tree, 'burn.ipynb')).toHaveAttribute('aria-description', /^cell 1, \d+ s$/);
  await expect(row(tree, 'quiet.ipynb')).toHaveAttribute('aria-description', 'idle');

  const value = async (name: string) =>
    Number((await tree.getByRole('meter', { name, exact: true }).getAttribute('aria-valuenow')) ?? -1);
  await expect.poll(() => value('CPU of burn.ipynb'), { timeout: 60_000 }).toBeGreaterThan(10);
  await expect
    .poll(() => value('Memory of burn.ipynb'), { timeout: 60_000 })
    .toBeGreaterThan(300 * 1024 ** 2);
  expect(await value('Memory of ml.t3.medium')).toBeGreaterThanOrEqual(await value('Memory of burn.ipynb'));

  // A notebook's row opens it, by click and by key.
  await row(tree, 'quiet.ipynb').click();
  await expect(ide.notebook('quiet.ipynb').region).toBeVisible();
  await row(tree, 'burn.ipynb').focus();
  await page.keyboard.press('Enter');
  await expect(notebook.region).toBeVisible();

  // One kernel, by key; the question says what is at stake, Cancel leaves all as it is.
  await row(tree, 'quiet.ipynb').focus();
  await page.keyboard.press('Delete');
  const question = page.getByRole('alertdialog', { name: 'Shut down quiet.ipynb?' });
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(row(tree, 'quiet.ipynb')).toBeFocused();
  await page.keyboard.press('Delete');
  await confirm(
    page,
    'Shut down quiet.ipynb?',
    [
      'This ends 1 kernel.',
      'Variables of 1 kernel are lost.',
      'ml.m5.large and burn.ipynb on ml.t3.medium go on.',
    ],
    'Shut down 1 kernel',
  );
  await expect(row(tree, 'quiet.ipynb')).toHaveCount(0);

  // One app with nothing in it takes its instance along and asks nothing.
  await row(tree, 'ml.m5.large').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Delete');
  await expect(row(tree, 'ml.m5.large')).toHaveCount(0, { timeout: 60_000 });

  // An instance with a running cell.
  await row(tree, 'ml.t3.medium').hover();
  await tree.getByRole('button', { name: 'Shut down ml.t3.medium', exact: true }).click();
  await confirm(
    page,
    'Shut down ml.t3.medium?',
    ['This ends 1 app, 1 kernel and 1 terminal. burn.ipynb is running cell 1.', /Running cell 1, \d+/],
    'Shut down 2 items',
  );
  await expect(row(tree, 'ml.t3.medium')).toHaveCount(0, { timeout: 60_000 });
  const panel = page.getByRole('region', { name: 'Running', exact: true });
  await expect(panel.getByText('Nothing is running')).toBeVisible();
  expect(await ide.apps('KernelGateway')).toEqual([]);
});

test('shut down all ends compute and leaves the files and system terminals [H7]', async ({ ide }) => {
  test.setTimeout(180_000);
  await ide.endCompute();
  const { page } = ide;
  await startNotebook(ide, 'all.ipynb', 'ml.t3.medium', 'x = 1');
  await ide.notebook('all.ipynb').whenCell(0, 'done');
  await ide.runCommand('New terminal');
  await expect(page.getByRole('region', { name: /^Terminal/ })).toBeVisible();
  const tree = await showRunning(page);
  await expect(row(tree, 'System terminal 1')).toBeVisible();
  await page
    .getByRole('region', { name: 'Running', exact: true })
    .getByRole('button', { name: 'Shut down all', exact: true })
    .click();
  const dialog = page.getByRole('alertdialog', { name: 'Shut down all?' });
  await expect(dialog).toContainText('This ends 1 app and 1 kernel.');
  const server = dialog.getByRole('checkbox', { name: 'Also end JupyterServer and its terminals' });
  await server.check();
  await expect(dialog).toContainText('This ends 2 apps, 1 kernel and 1 terminal.');
  await server.uncheck();
  await dialog.getByRole('button', { name: 'Shut down 1 kernel' }).click();
  await expect(row(tree, 'all.ipynb')).toHaveCount(0, { timeout: 60_000 });
  await expect(row(tree, 'ml.t3.medium')).toHaveCount(0, { timeout: 60_000 });
  await expect(row(tree, 'System terminal 1')).toBeVisible();
  expect(await ide.apps('KernelGateway')).toEqual([]);
});

test('without usage the tree stands without meters [A11] [H1]', async ({ page }) => {
  test.setTimeout(180_000);
  const product = await startProduct(['--without-feature', 'usage']);
  try {
    const watched = watch(page, product.origin);
    const ide = new Ide(page, product);
    await ide.signIn();
    await startNotebook(ide, 'plain.ipynb', 'ml.t3.medium', 'x = 1');
    await ide.notebook('plain.ipynb').whenCell(0, 'done');
    const tree = await showRunning(page);
    await expect(row(tree, 'plain.ipynb')).toHaveAttribute('aria-description', 'idle');
    await expect(tree.getByRole('meter')).toHaveCount(0);
    expect(watched.problems).toEqual([]);
  } finally {
    await product.stop();
  }
});

test('the panel has nothing that axe calls serious, in every theme and both widths', async ({ ide }) => {
  test.setTimeout(180_000);
  await ide.endCompute();
  const { page } = ide;
  await startNotebook(ide, 'axe.ipynb', 'ml.t3.medium', 'x = 1');
  await ide.notebook('axe.ipynb').whenCell(0, 'done');
  const tree = await showRunning(page);
  await expect(row(tree, 'axe.ipynb')).toBeVisible();
  await expect(tree.getByRole('meter', { name: 'Memory of axe.ipynb' })).toBeAttached({ timeout: 60_000 });
  for (const theme of ['Light theme', 'Dark theme', 'High contrast theme']) {
    await ide.runCommand(theme);
    await row(tree, 'axe.ipynb').hover();
    expect(await serious(page)).toEqual([]);
  }
});
