import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverPython } from './fixtures/product.ts';
import { expect, test } from './fixtures/test.ts';
import type { Ide } from './pages/ide.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const writeWheel = join(dirname(fileURLToPath(import.meta.url)), '../server/python/tests/tiny_wheel.py');
/** idna is in the image *Base Python*. */
const newer = { name: 'idna', version: '99.0', code: '' };
const show = 'import idna; print("idna", idna.__version__)';
const theImages = /^\s*idna \d\.\d+/;

async function run(notebook: NotebookPage, index: number): Promise<string> {
  await notebook.select(index);
  await notebook.page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(index, 'done');
  return notebook.output(index).innerText();
}

async function openOn(ide: Ide, path: string, type: string): Promise<NotebookPage> {
  const notebook = await ide.openNotebook(path);
  await notebook.chooseEnvironment(type);
  await notebook.whenKernel('idle');
  return notebook;
}

test('what %pip installs is seen by the notebook and image terminal of its app, and goes with it [A5, I1]', async ({
  ide,
}) => {
  test.setTimeout(180_000);
  const { page, product } = ide;
  const wheels = join(product.home, 'wheels');
  await mkdir(wheels);
  execFileSync(serverPython(), ['-I', writeWheel, wheels, JSON.stringify(newer)]);
  const install = `%pip install --no-index --find-links "${wheels}" idna==99.0`;
  await ide.write('one.ipynb', notebookOf(show, install));
  await ide.write('other.ipynb', notebookOf(show));

  let one = await openOn(ide, 'one.ipynb', 'ml.t3.medium');
  expect(await run(one, 0)).toMatch(theImages);
  const said = await run(one, 1);
  expect(said).toContain('outside environment');
  expect(said).toContain('Successfully installed idna-99.0');
  await ide.runCommand('Restart kernel');
  await page
    .getByRole('region', { name: 'Restart kernel', exact: true })
    .getByRole('button', { name: 'Restart', exact: true })
    .click();
  // What was imported stays until the kernel is a new one.
  await expect(async () => expect(await run(one, 0)).toContain('idna 99.0')).toPass({ timeout: 60_000 });

  await one.button('Open image terminal').click();
  await expect(page.getByRole('region', { name: /^Terminal/ })).toBeVisible();
  await page.locator('.xterm-screen:visible').click();
  await page.keyboard.type('python -c "import idna; print(\'sees\', idna.__version__)"; pip list --local\n');
  await expect(page.locator('.xterm-rows:visible')).toContainText('sees 99.0');
  await expect(page.locator('.xterm-rows:visible')).toContainText(/idna +99\.0/);

  // Another app of the same image has the image's.
  const other = await openOn(ide, 'other.ipynb', 'ml.m5.large');
  expect(await run(other, 0)).toMatch(theImages);

  // So has a new app, once the first was shut down.
  const { appId } = await ide.kernelOf('one.ipynb');
  expect((await ide.call('DELETE', `/apps/${appId}`)).status).toBeLessThan(300);
  await expect
    .poll(async () => (await ide.apps('KernelGateway')).some((app) => app.id === appId))
    .toBe(false);
  one = await openOn(ide, 'one.ipynb', 'ml.t3.medium');
  expect(await run(one, 0)).toMatch(theImages);
});
