import type { WebSocketRoute } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

test('questions of a cell: masked, in sequence, still there after a reload, interrupted [F4]', async ({
  ide,
}) => {
  const { page } = ide;
  const ask =
    'from getpass import getpass\nname = input("Name? ")\nsecret = getpass("Secret? ")\nprint(name, len(secret))\ninput("Last? ")';
  await ide.write('questions.ipynb', notebookOf(ask, 'print("after")'));
  const notebook = await ide.openNotebook('questions.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await ide.runCommand('Run all cells');
  const field = (name: string) => notebook.output(0).getByRole('textbox', { name, exact: true });
  await field('Name?').fill('Maya');
  await page.keyboard.press('Enter');
  await expect(field('Secret?')).toHaveAttribute('type', 'password');
  await expect(field('Secret?')).toHaveValue('');
  await field('Secret?').fill('half typed');

  await page.reload();
  await expect(field('Secret?')).toHaveAttribute('type', 'password');
  await expect(page.getByRole('contentinfo', { name: 'Status bar' })).toContainText(
    'Waiting for input, cell 1',
  );
  await field('Secret?').fill('12345');
  await page.keyboard.press('Enter');
  await expect(notebook.output(0)).toContainText('Maya 5');

  await expect(field('Last?')).toHaveAttribute('type', 'text');
  await notebook.button('Interrupt kernel').click();
  await notebook.whenCell(0, 'error');
  await expect(notebook.output(0).getByRole('textbox')).toHaveCount(0);
  await expect(notebook.output(0)).toContainText('KeyboardInterrupt');
  await expect(notebook.cell(1)).toContainText('Not run. Interrupted.');
  await notebook.whenKernel('idle');
  await notebook.whenIdle();
  expect(JSON.stringify(await notebook.onDisk())).not.toContain('12345');
});

test('a line that drops is told as such, never as a dead kernel, and nothing of the run is lost [F5, F4]', async ({
  ide,
}) => {
  const { page } = ide;
  // Stands between the page and the kernel's socket; while it is closed no new line gets through.
  const line: { open: WebSocketRoute[]; isCut: boolean; waiting: (() => void)[] } = {
    open: [],
    isCut: false,
    waiting: [],
  };
  await page.routeWebSocket(/\/channels/, async (route) => {
    if (line.isCut) await new Promise<void>((resolve) => line.waiting.push(resolve));
    route.connectToServer();
    line.open.push(route);
  });
  const wait = (file: string) => `while not os.path.exists("${file}"): time.sleep(0.05)\n`;
  await ide.write(
    'drop/drop.ipynb',
    notebookOf(
      `import os, time\nprint("one", flush=True)\n${wait('go')}print("two")\n${wait('end')}print("three")`,
    ),
  );
  const notebook = await ide.openNotebook('drop/drop.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText('one');
  line.isCut = true;
  for (const route of line.open.splice(0)) await route.close();
  await notebook.whenKernel('reconnecting');
  await notebook.whenCell(0, 'running');
  await ide.write('drop/go', '');
  line.isCut = false;
  for (const go of line.waiting.splice(0)) go();
  await notebook.whenKernel('busy');
  await expect(notebook.output(0)).toHaveText(/^one\s*two\s*$/);
  await ide.write('drop/end', '');
  await notebook.whenCell(0, 'done');
  await notebook.whenKernel('idle');
  await expect(notebook.output(0)).toHaveText(/^one\s*two\s*three\s*$/);
});

test('a kernel that something else restarts or kills, or that a cell leaves: what ran and what waited say so [F5, F2]', async ({
  ide,
}) => {
  const { page } = ide;
  const busy = 'import os, time\nprint("pid", os.getpid(), flush=True)\ntime.sleep(600)';
  await ide.write('others.ipynb', notebookOf(busy, 'print("after")', 'exit'));
  const notebook = await ide.openNotebook('others.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await ide.runCommand('Run all cells');
  await expect(notebook.output(0)).toContainText(/pid \d+/);
  const pidShown = async () =>
    Number(/pid (\d+)/.exec((await notebook.output(0).textContent()) ?? '')?.[1] ?? 0);
  const firstPid = await pidShown();
  const { appId, kernelId } = await ide.kernelOf('others.ipynb');
  expect(await ide.jupyter('POST', appId, `api/kernels/${kernelId}/restart`)).toBe(200);
  await notebook.whenCell(0, 'error');
  await expect(notebook.cell(1)).toContainText('Not run.');
  await notebook.whenKernel('idle');

  // kill -9 from outside, while the kernel is at work.
  await ide.runCommand('Run all cells');
  await notebook.whenCell(0, 'running');
  // The former run's output stands until the new one prints.
  await expect.poll(async () => [0, firstPid].includes(await pidShown())).toBe(false);
  process.kill(await pidShown(), 'SIGKILL');
  await notebook.whenCell(0, 'error');
  await expect(notebook.region.getByText(/kernel died/i).first()).toBeVisible();
  await expect(notebook.cell(1)).toContainText('Not run.');
  await notebook.whenKernel('idle');

  await notebook.select(2);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.region.getByText('Cell 3 ended the kernel with exit')).toBeVisible({
    timeout: 30_000,
  });
  await notebook.whenKernel('idle');
});
