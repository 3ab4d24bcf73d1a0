import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';
import { notebookOf, streamText } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const lines = (n: number) => Array.from({ length: n }, (_, i) => `line ${i}`).join('\n');

test('20 lines over 6 s, the page reloaded in the middle: all 20, once, in order [F7]', async ({ ide }) => {
  const { page } = ide;
  // However long the reload takes, the cell has not ended before.
  const code = `import os, time\nfor i in range(20):\n    print("line", i, flush=True)\n    time.sleep(0.3)\n    while i == 15 and not os.path.exists("slow-go"): time.sleep(0.05)`;
  await ide.write('slow.ipynb', notebookOf(code));
  const notebook = await ide.openNotebook('slow.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText('line 5');
  await page.reload();
  await notebook.whenCell(0, 'running');
  await ide.write('slow-go', '');
  await notebook.whenCell(0, 'done');
  await expect(notebook.output(0).locator('[data-mime]').first()).toHaveText(lines(20));
  await notebook.whenIdle();
  expect(streamText((await notebook.onDisk()).cells[0])).toBe(`${lines(20)}\n`);
});

test('"Run all" of five cells with the browser closed: all five ran [F8]', async ({ ide, context }) => {
  const cells = Array.from({ length: 5 }, (_, i) => `import time; time.sleep(2); print("cell", ${i})`);
  await ide.write('closed.ipynb', notebookOf(...cells));
  const notebook = await ide.openNotebook('closed.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await ide.runCommand('Run all cells');
  await notebook.whenCell(0, 'running');
  await ide.page.close();
  const page = await context.newPage();
  const again = new Ide(page, ide.product);
  const reopened = await again.openNotebook('closed.ipynb');
  await reopened.whenCell(4, 'done');
  for (let i = 0; i < 5; i += 1) await expect(reopened.output(i)).toContainText(`cell ${i}`);
  await reopened.whenIdle();
  const saved = await reopened.onDisk();
  expect(saved.cells.map(streamText)).toEqual([0, 1, 2, 3, 4].map((i) => `cell ${i}\n`));
});

test('renamed while running: the outputs land in the new path', async ({ ide }) => {
  const { page } = ide;
  const code = 'import time\nfor i in range(8):\n    print("step", i, flush=True)\n    time.sleep(0.4)';
  await ide.write('before.ipynb', notebookOf(code));
  const notebook = await ide.openNotebook('before.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText('step 1');
  const tree = page.getByRole('tree', { name: 'Files' });
  await tree.getByRole('treeitem', { name: 'before.ipynb' }).click();
  await page.keyboard.press('F2');
  await expect(page.getByRole('textbox', { name: /^New name of/ })).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('after.ipynb');
  await page.keyboard.press('Enter');
  await expect(ide.tab('after.ipynb')).toBeVisible();
  const renamed = ide.notebook('after.ipynb');
  await renamed.whenCell(0, 'done');
  await renamed.whenIdle();
  expect(streamText((await renamed.onDisk()).cells[0])).toContain('step 7');
});

test('an interrupt ends the running cell and the queue', async ({ ide }) => {
  await ide.write(
    'interrupt.ipynb',
    notebookOf('import time\nwhile True:\n    time.sleep(0.1)', 'print("never")'),
  );
  const notebook = await ide.openNotebook('interrupt.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await ide.runCommand('Run all cells');
  await notebook.whenCell(0, 'running');
  await notebook.button('Interrupt kernel').click();
  await notebook.whenCell(0, 'error');
  await expect(notebook.output(0)).toContainText('KeyboardInterrupt');
  await notebook.whenCell(1, 'idle');
  await notebook.whenKernel('idle');
});

test('input() asks in the cell and the answer arrives [F4]', async ({ ide }) => {
  await ide.write('ask.ipynb', notebookOf('name = input("Name? ")\nprint("hello", name)'));
  const notebook = await ide.openNotebook('ask.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await ide.page.keyboard.press('ControlOrMeta+Enter');
  const field = notebook.output(0).getByRole('textbox');
  await field.fill('Maya');
  await field.press('Enter');
  await notebook.whenCell(0, 'done');
  await expect(notebook.output(0)).toContainText('hello Maya');
});

test('a kernel that dies says so, and the cell is not shown as running', async ({ ide }) => {
  await ide.write(
    'die.ipynb',
    notebookOf('import os, signal\nos.kill(os.getpid(), signal.SIGKILL)', 'print("after")'),
  );
  const notebook = await ide.openNotebook('die.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await ide.runCommand('Run all cells');
  await notebook.whenCell(0, 'error');
  await notebook.whenCell(1, 'idle');
  await notebook.whenKernel('idle');
});

test('a file changed on disk is never overwritten unasked [D5]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('both.ipynb', notebookOf('mine = 1'));
  const notebook = await ide.openNotebook('both.ipynb');
  await notebook.whenKernel('none');
  await ide.write('theirs.tmp', notebookOf('theirs = 2'));
  await rename(join(ide.product.home, 'theirs.tmp'), join(ide.product.home, 'both.ipynb'));
  await notebook.type(0, 'mine = 3');
  await page.keyboard.press('ControlOrMeta+S');
  const bar = page.getByRole('region', { name: 'Changes on disk' });
  await expect(bar).toBeVisible();
  expect((await notebook.onDisk()).cells[0]?.source).toEqual('theirs = 2');
  await expect(notebook.cell(0)).toContainText('mine = 3');
});
