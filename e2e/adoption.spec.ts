import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { descendants } from './fixtures/processes.ts';
import { type Product, startProduct } from './fixtures/product.ts';
import { expect, test } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';
import { notebookOf, streamText } from './pages/notebook-page.ts';

const lines = 40;
const slow = `import time\nfor i in range(${lines}):\n    print("line", i, flush=True); time.sleep(0.25)`;
const allLines = Array.from({ length: lines }, (_, i) => `line ${i}\n`).join('');

/** The same server once more: port, home and data folder. */
const startAgain = ({ origin, home, data }: Product): Promise<Product> =>
  startProduct(['--port', new URL(origin).port, '--root', home, '--data', data]);

test('the server is killed and started again: the page, its cell, its terminal and its variables go on [F8] [Q4]', async ({
  page,
}) => {
  const first = await startProduct();
  const ide = new Ide(page, first);
  await ide.signIn();
  await ide.write('killed.ipynb', notebookOf('kept = 42', slow, 'print("kept", kept)'));
  const notebook = await ide.openNotebook('killed.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.button('Open image terminal').click();
  await expect(page.getByRole('region', { name: /^Terminal/ })).toBeVisible();
  const screen = page.locator('.xterm-rows:visible');
  await page.locator('.xterm-screen:visible').click();
  await page.keyboard.type('MARK=$((6*7)); echo set-$MARK\n');
  await expect(screen).toContainText('set-42');
  await ide.tab('killed.ipynb').click();
  await ide.runCommand('Run all cells');
  await expect(notebook.output(1)).toContainText('line 3');
  const zygote = descendants(first.process.pid ?? -1).map(({ pid }) => pid);
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  await notebook.whenKernel('reconnecting');
  await notebook.whenCell(1, 'running');

  const second = await startAgain(first);
  try {
    await notebook.whenCell(2, 'done');
    await expect(notebook.output(2)).toHaveText('kept 42');
    await notebook.whenIdle();
    const saved = streamText((await notebook.onDisk()).cells[1]);
    expect(saved).toBe(allLines);
    await page.locator('.xterm-screen:visible').click();
    await page.keyboard.type('echo still-$MARK\n');
    await expect(screen).toContainText('still-42');
    // What runs is what ran before: the new server has started nothing.
    expect(descendants(second.process.pid ?? -1)).toEqual([]);
    expect(zygote.length).toBeGreaterThanOrEqual(5);
  } finally {
    await second.stop();
    await first.stop();
    await rm(dirname(first.home), { recursive: true, force: true });
  }
});

test('the server is killed while the app of the kernel hangs: the page takes the kernel for ended until it is found again, and no line is there twice [F8] [Q4]', async ({
  page,
}) => {
  const first = await startProduct();
  const ide = new Ide(page, first);
  await ide.signIn();
  await ide.write('hung.ipynb', notebookOf('import os; os.getppid()', slow));
  const notebook = await ide.openNotebook('hung.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await ide.runCommand('Run all cells');
  await expect(notebook.output(1)).toContainText('line 3');
  const app = Number(await notebook.output(0).textContent());
  expect(descendants(first.process.pid ?? -1).map(({ pid }) => pid)).toContain(app);
  process.kill(app, 'SIGSTOP');
  let second = first;
  try {
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    await notebook.whenKernel('reconnecting');
    second = await startAgain(first);
    await notebook.whenKernel('dead');
    process.kill(app, 'SIGCONT');
    await notebook.whenCell(1, 'done');
    await expect(notebook.output(1)).toContainText(`line ${lines - 1}`);
    await notebook.whenIdle();
    expect(streamText((await notebook.onDisk()).cells[1])).toBe(allLines);
    // Another page of the notebook shows the same.
    await page.reload();
    await notebook.whenCell(1, 'done');
    expect(streamText((await notebook.onDisk()).cells[1])).toBe(allLines);
  } finally {
    process.kill(app, 'SIGCONT');
    await second.stop();
    await first.stop();
    await rm(dirname(first.home), { recursive: true, force: true });
  }
});
