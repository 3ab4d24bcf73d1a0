import { startPlainJupyter } from './fixtures/plain-jupyter.ts';
import { type Product, startProduct } from './fixtures/product.ts';
import { expect, test, watch } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';
import { notebookOf, streamText } from './pages/notebook-page.ts';

/** Sign in, list, open, run, plot, interrupt, save, reload mid-cell, system terminal. */
async function coreTour(
  ide: Ide,
  saysOfQueue: RegExp,
  choose: (notebook: ReturnType<Ide['notebook']>) => Promise<void>,
): Promise<void> {
  const { page } = ide;
  const slow = 'import time\nfor i in range(10):\n    print("tick", i, flush=True)\n    time.sleep(0.4)';
  const plot =
    'from IPython.display import SVG\nSVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><rect width="60" height="30"/></svg>\')';
  await ide.write('tour.ipynb', notebookOf('print(6 * 7)', plot, 'while True: pass', slow));
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('tree', { name: 'Files' }).getByRole('treeitem', { name: 'tour.ipynb' }).dblclick();
  const notebook = ide.notebook('tour.ipynb');
  await choose(notebook);
  await notebook.whenKernel('idle');
  const runCell = async (index: number) => {
    await notebook.select(index);
    await page.keyboard.press('ControlOrMeta+Enter');
  };
  await runCell(0);
  await expect(notebook.output(0)).toContainText('42');
  await runCell(1);
  await expect(notebook.output(1).locator('[data-mime="image/svg+xml"] img')).toBeVisible();
  await runCell(2);
  await notebook.whenCell(2, 'running');
  await expect(page.getByRole('contentinfo', { name: 'Status bar' })).toContainText(saysOfQueue);
  await notebook.button('Interrupt kernel').click();
  await notebook.whenCell(2, 'error');
  await notebook.save();
  await runCell(3);
  await expect(notebook.output(3)).toContainText('tick 2');
  await page.reload();
  await notebook.whenCell(3, 'done');
  await notebook.whenIdle();
  const ticks = Array.from({ length: 10 }, (_, i) => `tick ${i}\n`).join('');
  expect(streamText((await notebook.onDisk()).cells[3])).toBe(ticks);
  await ide.runCommand('New terminal');
  await expect(page.getByRole('region', { name: /^Terminal/ })).toBeVisible();
  await page.locator('.xterm-screen:visible').click();
  await page.keyboard.type('echo $((6*7))-ok\n');
  await expect(page.locator('.xterm-rows:visible')).toContainText('42-ok');
}

test('the core tour without executions: queued cells end with the page, and it says so [A11]', async ({
  page,
}) => {
  const product = await startProduct(['--without-feature', 'executions']);
  try {
    const watched = watch(page, product.origin);
    const ide = new Ide(page, product);
    await ide.signIn();
    await coreTour(ide, /Waiting cells end with this page/, (notebook) => notebook.chooseEnvironment());
    expect(watched.problems).toEqual([]);
  } finally {
    await product.stop();
  }
});

test('the core tour on a plain Jupyter Server, without type and image [A11]', async ({ page }) => {
  const jupyter = await startPlainJupyter();
  let product: Product | null = null;
  try {
    product = await startProduct(jupyter.args());
    const watched = watch(page, product.origin);
    const ide = new Ide(page, { ...product, home: jupyter.home });
    await ide.signIn();
    await coreTour(ide, /Busy, cell 3$|Busy, cell 3[^.]/, async (notebook) => {
      await notebook.kernelBadge.click();
      const dialog = page.getByRole('dialog', { name: 'Change environment' });
      await dialog.getByRole('combobox', { name: 'Kernel' }).selectOption({ label: 'Python 3 (ipykernel)' });
      await dialog.getByRole('button', { name: 'Select', exact: true }).click();
    });
    expect(watched.problems).toEqual([]);
  } finally {
    await product?.stop();
    await jupyter.stop();
  }
});
