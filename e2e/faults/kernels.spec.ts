import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '../fixtures/test.ts';
import { Ide } from '../pages/ide.ts';
import { type NotebookPage, notebookOf, streamText } from '../pages/notebook-page.ts';
import { countLines, isLong, printUntil, tell } from './counted-lines.ts';
import { test } from './faulty-product.ts';
import { visitAsStranger } from './stranger.ts';

test.use({ beginsWithFile: true });

const run = async (notebook: NotebookPage, index: number) => {
  await notebook.select(index);
  await notebook.page.keyboard.press('ControlOrMeta+Enter');
};

/** What a cell has printed behind a word. */
async function said(notebook: NotebookPage, index: number, word: RegExp): Promise<string> {
  await expect(notebook.output(index)).toContainText(word);
  return word.exec((await notebook.output(index).textContent()) ?? '')?.[1] ?? '';
}

test('faults 2, 3, 8: the tab closes, another browser opens the notebook, strangers talk to the kernel: nothing is lost [F7]', async ({
  ide,
  browser,
  product,
}) => {
  test.setTimeout(300_000);
  const times = isLong ? 10 : 3;
  const where = 'import ipykernel, os\nprint("file", ipykernel.get_connection_file())';
  await ide.write('visits.ipynb', notebookOf(where, printUntil('visits-end')));
  const notebook = await ide.openNotebook('visits.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await run(notebook, 0);
  const file = await said(notebook, 0, /file (\S+\.json)/);
  await run(notebook, 1);
  await expect(notebook.output(1)).toContainText('line 5');
  for (let i = 0; i < times; i += 1) await visitAsStranger(file);

  const context = await browser.newContext();
  const other = new Ide(await context.newPage(), product);
  await other.takeSession();
  const second = await other.openNotebook('visits.ipynb');
  await second.whenCell(1, 'running');
  await expect(second.output(1)).toContainText('line 5');
  await ide.page.close();
  await writeFile(join(product.home, 'visits-end'), '');
  await second.whenCell(1, 'done');
  await expect(second.output(1)).toContainText('total');
  await second.whenIdle();
  const count = countLines(streamText((await second.onDisk()).cells[1]));
  tell({ row: '2 3 8', fault: 'visits and leaves', times, ...count, recoverMs: null });
  expect(count).toEqual({ expected: count.expected, lost: 0, doubled: 0, outOfOrder: 0 });
  await context.close();
});

/** The page says that the kernel is gone and how to go on, which works. */
async function goOnWithAnother(notebook: NotebookPage, index: number): Promise<void> {
  await expect(notebook.region.getByText('Its variables are gone.').first()).toBeVisible();
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await run(notebook, index);
  await expect(notebook.output(index)).toContainText('42');
}

test('faults 14, 15: a kernel that dies with nobody there says so on return; one that dies again and again is given up [F5]', async ({
  ide,
}) => {
  test.setTimeout(300_000);
  // A kernel of this home dies at its start as long as a file is there: each restart is one more death.
  const startup =
    'import os\nif os.path.exists(os.path.expanduser("~/die-at-start")): os.kill(os.getpid(), 9)\n';
  await ide.write('.ipython/profile_default/startup/00-die.py', startup);
  const die = 'import os, time\nwhile not os.path.exists("die"): time.sleep(0.02)\nos.kill(os.getpid(), 9)';
  await ide.write('deaths/deaths.ipynb', notebookOf(die, 'print("after")', '6 * 7'));
  const notebook = await ide.openNotebook('deaths/deaths.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  for (let i = 1; i <= 3; i += 1) {
    await rm(join(ide.product.home, 'deaths/die'), { force: true });
    await ide.runCommand('Run all cells');
    await notebook.whenCell(0, 'running');
    await ide.page.goto('about:blank');
    await ide.write('deaths/die', '');
    await ide.openNotebook('deaths/deaths.ipynb');
    await notebook.whenCell(0, 'error');
    await expect(notebook.cell(1)).toContainText('Not run.');
    await notebook.whenKernel('idle');
  }
  await ide.write('die-at-start', '');
  await run(notebook, 0);
  await notebook.whenCell(0, 'error');
  await notebook.whenKernel('dead');
  await rm(join(ide.product.home, 'die-at-start'));
  await goOnWithAnother(notebook, 2);
});

test('fault 17: a kernel that is deleted elsewhere is told as gone, and another one is a click away [F5]', async ({
  ide,
}) => {
  test.setTimeout(300_000);
  await ide.write(
    'deleted.ipynb',
    notebookOf('print("up", flush=True)\nimport time\ntime.sleep(600)', '6 * 7'),
  );
  const notebook = await ide.openNotebook('deleted.ipynb');
  await notebook.chooseEnvironment();
  for (let i = 0; i < (isLong ? 10 : 3); i += 1) {
    await notebook.whenKernel('idle');
    await ide.runCommand('Run all cells');
    await expect(notebook.output(0)).toContainText('up');
    await notebook.whenCell(0, 'running');
    const { appId, kernelId } = await ide.kernelOf('deleted.ipynb');
    expect(await ide.jupyter('DELETE', appId, `api/kernels/${kernelId}`)).toBe(204);
    const begin = performance.now();
    await notebook.whenKernel('dead');
    await notebook.whenCell(0, 'error');
    if (isLong) expect(performance.now() - begin).toBeLessThan(10_000);
    await expect(notebook.cell(1)).toContainText('Not run.');
    await goOnWithAnother(notebook, 1);
  }
});

test('fault 22: kill -9 of the Jupyter Server of an app: its kernels are lost, it is said so, text that was typed is kept [Q4]', async ({
  ide,
}) => {
  test.setTimeout(600_000);
  const parent = 'import os, time\nprint("server", os.getppid(), flush=True)\ntime.sleep(600)';
  await ide.write('lost.ipynb', notebookOf(parent, '# a note', '6 * 7'));
  const notebook = await ide.openNotebook('lost.ipynb');
  const killed = new Set<number>();
  let typed = '# a note';
  for (let i = 0; i < (isLong ? 10 : 3); i += 1) {
    await notebook.chooseEnvironment();
    await notebook.whenKernel('idle');
    await run(notebook, 0);
    // The output of the former run stands until the new one prints.
    await expect(async () => {
      expect(killed).not.toContain(Number(await said(notebook, 0, /server (\d+)/)));
    }).toPass({ timeout: 30_000 });
    const pid = Number(await said(notebook, 0, /server (\d+)/));
    killed.add(pid);
    await notebook.edit(1);
    await ide.page.keyboard.type(` typed before ${i}`);
    process.kill(pid, 'SIGKILL');
    await ide.page.keyboard.type(' and after');
    typed += ` typed before ${i} and after`;
    await notebook.whenCell(0, 'error');
    await notebook.whenKernel('dead');
    await expect(notebook.cell(1)).toContainText(typed);
    await notebook.whenIdle();
    expect([(await notebook.onDisk()).cells[1]?.source].flat().join('')).toBe(typed);
  }
});
