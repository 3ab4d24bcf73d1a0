import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { expect, test } from './fixtures/test.ts';
import { notebookOf, streamText } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const run = promisify(execFile);

const plot = `import xml.etree.ElementTree as ET
from IPython.display import SVG, display
svg = ET.Element('svg', xmlns='http://www.w3.org/2000/svg', width='240', height='120', viewBox='0 0 240 120')
points = ' '.join(f'{x},{120 - x * x / 480:.1f}' for x in range(0, 240, 8))
ET.SubElement(svg, 'polyline', points=points, fill='none', stroke='teal', **{'stroke-width': '3'})
display(SVG(data=ET.tostring(svg, encoding='unicode')))`;

test('only files open: no compute is started by itself [C4]', async ({ ide }) => {
  // The server is shared by the journeys of a worker: those before may have left apps.
  const before = await ide.apps('KernelGateway');
  await ide.write('reading/quiet.ipynb', notebookOf('1 + 1'));
  const notebook = await ide.openNotebook('reading/quiet.ipynb');
  await notebook.whenKernel('none');
  await expect(notebook.kernelBadge).toContainText('No kernel');
  await expect(notebook.instanceBadge).toContainText('Unknown');
  const ids = (apps: readonly { id: string }[]) => apps.map(({ id }) => id).toSorted();
  expect(ids(await ide.apps('KernelGateway'))).toEqual(ids(before));
});

test('a notebook is created, run, saved, reloaded and opens in JupyterLab [C1, C2, Q9]', async ({ ide }) => {
  const { page } = ide;
  await ide.signIn();
  await page.getByRole('button', { name: 'New notebook', exact: true }).first().click();
  const notebook = await ide.untitled();

  await notebook.type(0, 'numbers = [n * n for n in range(5)]\nprint(sum(numbers))\nnumbers');
  await notebook.chooseEnvironment('ml.t3.medium');
  await notebook.whenKernel('idle');
  await expect(notebook.instanceBadge).toContainText('2 vCPU + 4 GiB');
  await expect(notebook.kernelBadge).toContainText('Python 3');

  await notebook.select(0);
  await page.keyboard.press('Shift+Enter');
  await notebook.whenCell(0, 'done');
  await expect(notebook.output(0)).toContainText('30');
  await expect(notebook.output(0)).toContainText('[0, 1, 4, 9, 16]');

  // Shift+Enter in the last cell makes the next one.
  await notebook.type(1, plot);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(1, 'done');
  const image = notebook.output(1).locator('[data-mime="image/svg+xml"] img');
  await expect(image).toBeVisible();
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(240);

  await notebook.save();
  const saved = await notebook.onDisk();
  expect(saved.nbformat).toBe(4);
  expect(saved.nbformat_minor).toBe(5);
  expect(streamText(saved.cells[0])).toBe('30\n');
  expect(saved.metadata).toMatchObject({ instance_type: 'ml.t3.medium', kernelspec: { name: 'python3' } });

  await page.reload();
  await expect(notebook.output(0)).toContainText('30');
  await expect(notebook.output(1).locator('[data-mime="image/svg+xml"] img')).toBeVisible();
  await notebook.whenKernel('idle');

  // Python's own nbformat says that it is valid, and a stock client runs it as it is.
  const python = process.env['ATELIER_PEERS_PYTHON'] ?? '';
  const file = join(ide.product.home, notebook.path);
  const code =
    'import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], as_version=nbformat.NO_CONVERT))';
  await run(python, ['-c', code, file]);
  const out = join(ide.product.home, 'again.ipynb');
  await run(python, ['-m', 'jupyter', 'nbconvert', '--to', 'notebook', '--execute', '--output', out, file]);
});

test('Change environment starts with phases and can be cancelled, and nothing is left [C3]', async ({
  ide,
}) => {
  await ide.endCompute();
  await ide.write('cancel.ipynb', notebookOf('1 + 1'));
  const notebook = await ide.openNotebook('cancel.ipynb');
  await notebook.chooseEnvironment('ml.c5.large');
  const starting = notebook.region.getByRole('status', { name: 'Starting ml.c5.large' });
  const cancel = starting.getByRole('button', { name: 'Cancel' });
  // The start can be over before the click, or before the server hears of it: then the kernel is there.
  const cancelled = await cancel.click({ timeout: 2000 }).then(
    () => true,
    () => false,
  );
  const told = ide.page.getByRole('region', { name: 'Notifications' });
  if (cancelled) await expect(told).toContainText(/Start cancelled|The kernel was ready first/);
  if (cancelled && (await told.getByText('Start cancelled').count()) > 0) {
    await notebook.whenKernel('none');
    await expect
      .poll(async () => (await ide.apps('KernelGateway')).filter((app) => app.status !== 'Failed').length)
      .toBe(0);
  } else await notebook.whenKernel('idle');
});

test('the picker changes the instance of a running notebook; edits and outputs stay [A5, G1]', async ({
  ide,
}) => {
  await ide.endCompute();
  const { page } = ide;
  await ide.write('move.ipynb', notebookOf('where = 1\nprint("kept")'));
  const notebook = await ide.openNotebook('move.ipynb');
  await notebook.chooseEnvironment('ml.t3.medium');
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
  const before = await notebook.cell(0).elementHandle();
  await notebook.instanceBadge.click();
  const picker = page.getByRole('dialog', { name: 'Select instance' });
  await picker
    .getByRole('table', { name: 'Instance types' })
    .getByRole('row', { name: /ml\.c5\.large/ })
    .click();
  await expect(picker).toContainText(/variables stay/i);
  await picker.getByRole('button', { name: 'Save and continue' }).click();
  await notebook.whenKernel('idle');
  await expect(notebook.output(0)).toContainText('kept');
  const after = await notebook.cell(0).elementHandle();
  expect(await page.evaluate(([a, b]) => a === b, [before, after])).toBe(true);
  await expect
    .poll(async () => (await ide.apps('KernelGateway')).filter((app) => app.status === 'InService').length)
    .toBeGreaterThanOrEqual(2);
});
