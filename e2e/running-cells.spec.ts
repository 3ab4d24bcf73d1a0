import { expect, test } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

test('run up to a cell, stop on error with the reason, and on without the switch [F1]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('variants.ipynb', notebookOf('a = 1', '1 / 0', 'print("third")', 'print("fourth")'));
  const notebook = await ide.openNotebook('variants.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(2);
  await ide.runCommand('Run all up to selected cell');
  await notebook.whenCell(1, 'error');
  await expect(notebook.cell(2)).toContainText('Not run. An earlier cell failed.');
  await notebook.whenCell(2, 'idle');
  await expect(notebook.cell(3)).not.toContainText('Not run');

  // The switch is in the Run menu, ticked.
  const tick = async () => {
    await page.getByRole('menubar', { name: 'Main menu' }).getByRole('menuitem', { name: 'Run' }).click();
    return page.getByRole('menuitemcheckbox', { name: 'Stop on error' });
  };
  await expect(await tick()).toBeChecked();
  await page.getByRole('menuitemcheckbox', { name: 'Stop on error' }).click();
  await ide.runCommand('Run all cells');
  await notebook.whenCell(3, 'done');
  await expect(notebook.output(2)).toContainText('third');
  await notebook.whenCell(1, 'error');
  await expect(notebook.cell(2)).not.toContainText('Not run');
  await expect(await tick()).not.toBeChecked();
  await page.getByRole('menuitemcheckbox', { name: 'Stop on error' }).click();
});

test('a restart asks until it is told not to, and asks again after the switch [F1, F4]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('restarts.ipynb', notebookOf('a = 1', 'print(a)', 'print("last")'));
  const notebook = await ide.openNotebook('restarts.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  // Twice, so that the numbers of before the restart are other ones.
  await ide.runCommand('Run all cells');
  await expect(notebook.cell(2)).toContainText('[3]');
  await ide.runCommand('Run all cells');
  await expect(notebook.cell(2)).toContainText('[6]');
  await notebook.select(1);
  const bar = page.getByRole('region', { name: 'Restart kernel' });
  await ide.runCommand('Restart and run up to selected cell');
  await bar.getByRole('checkbox', { name: 'Do not ask again' }).check();
  await bar.getByRole('button', { name: 'Restart and run to cell' }).click();
  await expect(notebook.cell(1)).toContainText('[2]');
  await notebook.whenCell(1, 'done');
  // It ran before the restart only.
  await expect(notebook.cell(2)).toContainText('[6]');

  await ide.runCommand('Restart and clear all outputs');
  await expect(bar).toHaveCount(0);
  await expect(notebook.output(1)).toHaveCount(0);
  await notebook.whenKernel('idle');
  await ide.runCommand('Ask before a restart');
  await ide.runCommand('Run all cells');
  await notebook.whenCell(2, 'done');
  await ide.runCommand('Restart kernel');
  await expect(bar).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);
});

test('the queue is read, reordered by key and by pointer, and cells are taken out [F2]', async ({ ide }) => {
  test.setTimeout(240_000);
  const { page } = ide;
  const hold = 'import os, time\nwhile not os.path.exists("go"): time.sleep(0.05)\nprint("begun")';
  await ide.write(
    'queue/queue.ipynb',
    notebookOf(hold, 'print("two")', 'print("three")', 'print("four")', 'print("five")'),
  );
  const notebook = await ide.openNotebook('queue/queue.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await ide.runCommand('Run all cells');
  await notebook.whenCell(0, 'running');
  await notebook.whenCell(4, 'queued');
  await notebook.cell(3).getByRole('button', { name: 'Cell 4 waits, 3rd. Show queue' }).click();

  const panel = page.getByRole('region', { name: 'Queue', exact: true });
  const waits = panel.getByRole('list', { name: 'Waits' }).getByRole('listitem');
  await expect(panel.getByRole('list', { name: 'Runs now' }).getByRole('listitem')).toHaveAttribute(
    'aria-label',
    /^Cell 1, .*import os, time$/,
  );
  const names = async () =>
    (await waits.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')))).map((label) =>
      (label ?? '').replace(/, waits.*/, ''),
    );
  await expect.poll(names).toEqual(['Cell 2', 'Cell 3', 'Cell 4', 'Cell 5']);
  expect(await serious(page)).toEqual([]);

  // By key: the last one two places up, the keyboard stays with it.
  await waits.first().focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(names).toEqual(['Cell 2', 'Cell 3', 'Cell 5', 'Cell 4']);
  await expect(waits.nth(2)).toBeFocused();
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(names).toEqual(['Cell 2', 'Cell 5', 'Cell 3', 'Cell 4']);
  await expect(notebook.cell(4)).toContainText('2nd');

  // By pointer: the last one to the front.
  await waits.nth(3).dragTo(waits.first(), { targetPosition: { x: 40, y: 3 } });
  await expect.poll(names).toEqual(['Cell 4', 'Cell 2', 'Cell 5', 'Cell 3']);

  // Out of it: in the panel, and in the gutter of the cell.
  await waits.nth(1).focus();
  await page.keyboard.press('Delete');
  await expect.poll(names).toEqual(['Cell 4', 'Cell 5', 'Cell 3']);
  await expect(waits.nth(1)).toBeFocused();
  await notebook.cell(2).hover();
  await notebook.cell(2).getByRole('button', { name: 'Take cell 3 out of the queue' }).click();
  await expect.poll(names).toEqual(['Cell 4', 'Cell 5']);
  await notebook.whenCell(2, 'idle');
  await waits.first().focus();
  await page.keyboard.press('Enter');
  await expect(notebook.cell(3)).toHaveAttribute('aria-selected', 'true');

  await ide.write('queue/go', '');
  await notebook.whenCell(4, 'done');
  await expect(notebook.cell(3)).toContainText('[2]');
  await expect(notebook.cell(4)).toContainText('[3]');
  await expect(notebook.output(1)).toHaveCount(0);
  await expect(panel.getByText('Nothing runs and nothing waits')).toBeVisible();
});

test('how long and when each cell ran; the notebook keeps it when the setting says so [F3]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('times.ipynb', notebookOf('import time\ntime.sleep(1.2)\nprint("done")\n#\n#', 'x = 1'));
  const notebook = await ide.openNotebook('times.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
  const last = notebook.cell(0).locator('.at-cell-last');
  await expect(last).toHaveText(/^1\.\d s\d\d:\d\d$/);
  await notebook.whenIdle();
  const execution = async (index: number) => {
    const cell = (await notebook.onDisk()).cells[index] as { metadata?: { execution?: object } } | undefined;
    return cell?.metadata?.execution;
  };
  expect(await execution(0)).toBeUndefined();

  await ide.runCommand('Save execution times in the notebook');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect
    .poll(async () => Object.keys((await execution(0)) ?? {}))
    .toEqual([
      'iopub.execute_input',
      'iopub.status.busy',
      'iopub.status.idle',
      'shell.execute_reply',
      'shell.execute_reply.started',
    ]);
  await ide.runCommand('Save execution times in the notebook');

  // Without a kernel the file tells it.
  const saved = {
    'iopub.status.busy': '2020-02-03T10:00:00.000Z',
    'iopub.status.idle': '2020-02-03T10:01:38.000Z',
  };
  const file = JSON.parse(notebookOf('a\n\n\n\n\nb')) as { cells: { metadata: object }[] };
  if (file.cells[0]) file.cells[0].metadata = { execution: saved };
  await ide.write('kept.ipynb', JSON.stringify(file));
  const kept = await ide.openNotebook('kept.ipynb');
  await expect(kept.cell(0).locator('.at-cell-last')).toHaveText(/^1:383 Feb$/);
  await kept.cell(0).locator('.at-cell-last').hover();
  await expect(page.getByRole('tooltip')).toContainText(
    /^Took 1:38, ended \d+ days ago \(\d\d:00:00 to \d\d:01:38, 3 February 2020\)$/,
  );
});

test('a page of the kernel and a loaded text: shown beside, closed by Escape, taken back by undo [F1]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('asks/loaded.py', 'loaded = 5\nprint(loaded)');
  await ide.write('asks/asks.ipynb', notebookOf('len?', '%load loaded.py', 'last = 1'));
  const notebook = await ide.openNotebook('asks/asks.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  const pager = page.getByRole('region', { name: 'Page of the kernel' });
  await expect(pager).toContainText('Return the number of items in a container.');
  expect(await pager.textContent()).not.toContain('\u001b');
  expect(await serious(page)).toEqual([]);
  await pager.getByRole('document').focus();
  await page.keyboard.press('Escape');
  await expect(pager).toHaveCount(0);
  await expect(notebook.cell(0)).toBeFocused();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(pager).toBeVisible();
  // The keyboard never left the cell.
  await page.keyboard.press('Escape');
  await expect(pager).toHaveCount(0);
  await expect(notebook.cell(0)).toBeFocused();

  await notebook.select(1);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.cell(1)).toContainText('# %load loaded.py');
  // The text comes with the reply, the end a moment later; a cell that runs is not run again.
  await notebook.whenCell(1, 'done');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(1)).toHaveText('5');
  await page.keyboard.press('z');
  const source = notebook.cell(1).locator('[data-part="source"]');
  await expect(source).not.toContainText('# %load');
  await expect(source).toContainText('%load loaded.py');
});
