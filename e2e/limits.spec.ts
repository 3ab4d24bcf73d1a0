import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Product, serverPython, startProduct } from './fixtures/product.ts';
import { expect, test as base } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

/** Five environments beside *Base Python*: the same one under names of their own, which makes each an image. */
const names = ['one', 'two', 'three', 'four', 'five'];

const test = base.extend<object, { product: Product }>({
  product: [
    // The runner wants a destructured first parameter, also where there is nothing to take.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'atelier-environments-'));
      const flags: string[] = [];
      for (const name of names) {
        await symlink(dirname(dirname(serverPython())), join(folder, name));
        flags.push('--image', `Environment ${name}=${join(folder, name, 'bin', 'python')}`);
      }
      const product = await startProduct(flags);
      await use(product);
      await product.stop();
      await rm(folder, { recursive: true });
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test.use({ beginsWithFile: true });

const appOf = (name: string, instanceType = 'ml.t3.medium') => ({
  type: 'KernelGateway',
  imageId: `environment-${name}`,
  instanceType,
});

test('a fifth app is refused where it was asked for: limit, current use, what to do [A4]', async ({
  ide,
}) => {
  test.setTimeout(180_000);
  const { page } = ide;
  for (const name of names.slice(0, 3))
    expect(await ide.call('POST', '/apps', appOf(name))).toMatchObject({ status: 202 });
  await ide.write('fifth.ipynb', notebookOf('import sys\nprint(sys.prefix)'));
  const notebook = await ide.openNotebook('fifth.ipynb');
  await notebook.kernelBadge.click();
  const dialog = page.getByRole('dialog', { name: 'Change environment' });
  await dialog.getByRole('combobox', { name: 'Image' }).selectOption({ label: 'Environment five' });
  const type = dialog.getByRole('combobox', { name: 'Instance type' });
  await type.selectOption('ml.t3.medium');
  const kernel = dialog.getByRole('combobox', { name: 'Kernel' });
  await kernel.selectOption({ label: 'Python 3' });
  const select = dialog.getByRole('button', { name: 'Select', exact: true });
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await expect(dialog).toContainText('3 of 4 apps used');

  // Another program takes the last place while the dialog is open.
  const fourth = await ide.call('POST', '/apps', appOf('four'));
  expect(fourth.status).toBe(202);
  await expect(dialog.getByRole('alert')).toHaveText(/4 of 4 apps in use\. Stop one, or use ml\.\w+\.\w+\./);
  await expect(select).toBeDisabled();
  await expect(type.locator('option[value="ml.t3.medium"]')).toContainText('4 of 4 apps in use');
  expect(await ide.call('POST', '/apps', appOf('five'))).toMatchObject({
    json: {
      code: 'limit-exceeded',
      limit: 4,
      current: 4,
      detail: expect.stringMatching(
        /^ml\.t3\.medium is full: 4 of 4 apps\. Stop one, or use ml\.\w+\.\w+\.$/,
      ),
    },
  });
  // The image that runs there already is no fifth app.
  expect(await ide.call('POST', '/apps', appOf('one'))).toMatchObject({ status: 200 });

  // What it says helps: one is stopped, and the choice, kept, goes through to the image that was asked for.
  const { id } = fourth.json as { id: string };
  expect((await ide.call('DELETE', `/apps/${id}`)).status).toBe(202);
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await expect(type).toHaveValue('ml.t3.medium');
  await select.click();
  await expect(dialog).toBeHidden();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText(/\/layers\/environment-five-/);
});

test.describe('behind its time', () => {
  test.use({ allowRefusals: true });

  test('the server refuses a fifth app that the page could not know of, inside the dialog [A4]', async ({
    ide,
  }) => {
    const { page } = ide;
    // The page's events stop at the door: what it knows grows old, as on a slow line.
    await page.routeWebSocket(/\/api\/studio\/v1\/events/, () => undefined);
    await ide.write('stale.ipynb', notebookOf('1'));
    const notebook = await ide.openNotebook('stale.ipynb');
    await notebook.kernelBadge.click();
    const dialog = page.getByRole('dialog', { name: 'Change environment' });
    await dialog.getByRole('combobox', { name: 'Image' }).selectOption({ label: 'Environment five' });
    await dialog.getByRole('combobox', { name: 'Instance type' }).selectOption('ml.c5.large');
    await dialog.getByRole('combobox', { name: 'Kernel' }).selectOption({ label: 'Python 3' });
    for (const name of names.slice(0, 4))
      expect((await ide.call('POST', '/apps', appOf(name, 'ml.c5.large'))).status).toBe(202);
    await dialog.getByRole('button', { name: 'Select', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('ml.c5.large is full: 4 of 4 apps. Stop one');
    await expect(dialog).toBeVisible();
    await notebook.whenKernel('none');
  });
});

test('an unknown instance type is refused with a sentence that names another [A4]', async ({ ide }) => {
  for (const instanceType of ['ml.nope', '', 'ml.t3.medium ']) {
    const { status, json } = await ide.call('POST', '/apps', { ...appOf('one'), instanceType });
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'bad-input', path: 'instanceType' });
  }
  expect(await ide.call('POST', '/apps', appOf('one', 'ml.nope'))).toMatchObject({
    json: { detail: 'There is no instance type ml.nope. Choose another, such as ml.t3.medium.' },
  });
  expect(await ide.call('POST', '/apps', appOf('nope'))).toMatchObject({
    status: 400,
    json: { path: 'imageId', detail: expect.stringMatching(/^There is no image environment-nope\. Choose/) },
  });
});

for (const instanceType of ['ml.p3.16xlarge', 'ml.nope.2xlarge']) {
  test(`a notebook that names ${instanceType} says in the dialog why it is not proposed [C3]`, async ({
    ide,
  }) => {
    const path = `${instanceType}.ipynb`;
    const text = JSON.parse(notebookOf('print("elsewhere")')) as { metadata: Record<string, unknown> };
    text.metadata['instance_type'] = instanceType;
    await ide.write(path, JSON.stringify(text));
    const notebook = await ide.openNotebook(path);
    await notebook.kernelBadge.click();
    const dialog = ide.page.getByRole('dialog', { name: 'Change environment' });
    await expect(dialog).toContainText(`${instanceType} is not available here: `);
    const proposed = await dialog.getByRole('combobox', { name: 'Instance type' }).inputValue();
    expect(proposed).toMatch(/^ml\./);
    expect(proposed).not.toBe(instanceType);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    // Looking is not editing: the file keeps what it said.
    expect((await notebook.onDisk()).metadata['instance_type']).toBe(instanceType);
  });
}
