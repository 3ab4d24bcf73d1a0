import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { descendants, stillRunning } from './fixtures/processes.ts';
import { startProduct } from './fixtures/product.ts';
import { expect, test } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';
import { notebookOf } from './pages/notebook-page.ts';

/** A product with a kernel, a system terminal and an image terminal running. */
async function busyProduct(page: import('@playwright/test').Page, ...args: string[]) {
  const product = await startProduct(args);
  const ide = new Ide(page, product);
  await ide.signIn();
  await ide.write('busy.ipynb', notebookOf('import subprocess\nsubprocess.Popen(["sleep", "600"])'));
  const notebook = await ide.openNotebook('busy.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
  await notebook.button('Open image terminal').click();
  await expect(page.getByRole('region', { name: /^Terminal/ })).toBeVisible();
  const rows = descendants(product.process.pid ?? -1);
  // The zygote, two apps, a kernel, its child, a shell.
  expect(rows.length).toBeGreaterThanOrEqual(6);
  return { product, rows };
}

test('Ctrl+C ends every process that was started', async ({ page }) => {
  const { product, rows } = await busyProduct(page);
  product.process.kill('SIGINT');
  const [code] = (await once(product.process, 'exit')) as [number | null];
  expect(code).toBe(0);
  await expect.poll(() => stillRunning(rows), { timeout: 10_000 }).toEqual([]);
  await product.stop();
});

test('after kill -9 of the server its apps end when no next start takes them over in time', async ({
  page,
}) => {
  const { product, rows } = await busyProduct(page, '--keep-apps', '3');
  product.process.kill('SIGKILL');
  await once(product.process, 'exit');
  await expect.poll(() => stillRunning(rows), { timeout: 40_000 }).toEqual([]);
  await rm(product.home, { recursive: true, force: true });
  await product.stop();
});
