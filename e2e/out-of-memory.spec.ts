import type { Domain } from '@atelier-ide/contract';
import { type Product, startProduct } from './fixtures/product.ts';
import { expect, test as base } from './fixtures/test.ts';
import { notebookOf, streamText } from './pages/notebook-page.ts';

/** A kernel that wants more memory than its instance has: what is told, what is kept, and the way on. */

const test = base.extend<object, { product: Product }>({
  product: [
    // The runner wants a destructured first parameter, also where there is nothing to take.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const product = await startProduct(['--no-data-science', '--instance-type', 'test.small=1,1']);
      await use(product);
      await product.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test.use({ beginsWithFile: true });

const tooMuch = `block = bytearray(1536 * 1024 * 1024)
for page in range(0, len(block), 4096):
    block[page] = 1
print('all of it')`;

test('a kernel that outgrows its instance ends alone; the bar says so and moves the notebook to a larger one [G2, H1]', async ({
  ide,
}) => {
  test.setTimeout(180_000);
  const { json } = await ide.call('GET', '/domain');
  const { enforcement } = json as Domain;
  const { page } = ide;
  await ide.write('big.ipynb', notebookOf('print("before")', tooMuch));
  const notebook = await ide.openNotebook('big.ipynb');
  await notebook.chooseEnvironment('test.small');
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
  await notebook.select(1);
  await page.keyboard.press('ControlOrMeta+Enter');
  if (!enforcement?.memory.startsWith('cgroup')) {
    // Where nothing holds the size, the cell gets what it asks for, and the picker says why.
    await notebook.whenCell(1, 'done', 120_000);
    await notebook.instanceBadge.click();
    await expect(page.getByRole('dialog', { name: 'Select instance' })).toContainText(/not enforced here/);
    return;
  }
  await notebook.whenCell(1, 'error', 120_000);
  const bar = notebook.region.getByRole('alert').filter({ hasText: 'ran out of memory' });
  await expect(bar).toContainText('The kernel ran out of memory (1 GiB) in big.ipynb.');
  await expect(bar).toContainText('Cell 2 was running.');
  await expect(bar).toContainText('Your code, outputs and files are kept.');
  // State is told by words, not by the tint alone.
  await expect(notebook.instanceBadge).toHaveAttribute('data-tone', 'danger');
  await expect(notebook.output(1)).toContainText('ran out of memory');
  await expect(notebook.output(0)).toContainText('before');
  // The app stands: only its kernel ended, and another took its place.
  await notebook.whenKernel('idle');
  expect(await ide.apps('KernelGateway')).toMatchObject([{ status: 'InService' }]);

  await bar.getByRole('button', { name: 'Continue on 4 GiB' }).click();
  await expect(notebook.instanceBadge).toContainText('2 vCPU + 4 GiB', { timeout: 60_000 });
  await expect(notebook.instanceBadge).not.toHaveAttribute('data-tone', 'danger');
  await notebook.select(1);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(1, 'done', 120_000);
  await notebook.whenIdle();
  await notebook.save();
  const saved = await notebook.onDisk();
  expect(streamText(saved.cells[1])).toBe('all of it\n');
  expect(saved.metadata).toMatchObject({ instance_type: 'ml.t3.medium' });
});
