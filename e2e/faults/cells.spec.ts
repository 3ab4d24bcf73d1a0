/** What happens to one cell, several times: reloads, kills of its kernel, interrupts that are not obeyed, questions. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect } from '../fixtures/test.ts';
import type { Ide } from '../pages/ide.ts';
import { type NotebookPage, notebookOf, streamText } from '../pages/notebook-page.ts';
import { countLines, createChance, isLong, printUntil, tell } from './counted-lines.ts';
import { test } from './faulty-product.ts';

test.use({ beginsWithFile: true });

const times = isLong ? 20 : 3;

async function openIdle(ide: Ide, name: string, ...cells: string[]): Promise<NotebookPage> {
  await ide.write(name, notebookOf(...cells));
  const notebook = await ide.openNotebook(name);
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  return notebook;
}

const run = async (notebook: NotebookPage, index: number) => {
  await notebook.select(index);
  await notebook.page.keyboard.press('ControlOrMeta+Enter');
};

test(`fault 1: the page is reloaded in the middle of a cell, ${times} times: nothing is lost, the cell goes on [F7]`, async ({
  ide,
  product,
}) => {
  test.setTimeout(60_000 + times * 20_000);
  const chance = createChance('reloads');
  const notebook = await openIdle(ide, 'reloads.ipynb', printUntil('reloads-end'));
  await run(notebook, 0);
  await expect(notebook.output(0)).toContainText('line 5');
  let recoverMs = 0;
  for (let i = 0; i < times; i += 1) {
    await after(300 * chance());
    const begin = performance.now();
    await ide.page.reload();
    await expect(notebook.output(0)).toContainText('line 5');
    recoverMs = Math.max(recoverMs, performance.now() - begin);
    await notebook.whenCell(0, 'running');
  }
  await writeFile(join(product.home, 'reloads-end'), '');
  await notebook.whenCell(0, 'done');
  await expect(notebook.output(0)).toContainText('total');
  await notebook.whenIdle();
  const count = countLines(streamText((await notebook.onDisk()).cells[0]));
  tell({ row: '1', fault: 'reload', times, ...count, recoverMs });
  expect(count).toEqual({ expected: count.expected, lost: 0, doubled: 0, outOfOrder: 0 });
});

test(`fault 13: kill -9 of the kernel in the middle of a cell, ${times} times: the cell failed with the cause, what waits is cleared [F5]`, async ({
  ide,
}) => {
  test.setTimeout(60_000 + times * 30_000);
  const busy = 'import os, time\nprint("pid", os.getpid(), flush=True)\ntime.sleep(600)';
  const notebook = await openIdle(ide, 'kills.ipynb', busy, 'print("after")');
  const killed = new Set<number>();
  let recoverMs = 0;
  for (let i = 0; i < times; i += 1) {
    await ide.runCommand('Run all cells');
    const shown = async () =>
      Number(/pid (\d+)/.exec((await notebook.output(0).textContent({ timeout: 1_000 })) ?? '')?.[1] ?? 0);
    // The output of the former run stands until the new one prints.
    await expect(async () => {
      const pid = await shown();
      expect(pid > 0 && !killed.has(pid)).toBe(true);
    }).toPass({ timeout: 30_000 });
    await notebook.whenCell(0, 'running');
    const pid = await shown();
    killed.add(pid);
    process.kill(pid, 'SIGKILL');
    const begin = performance.now();
    await notebook.whenCell(0, 'error');
    recoverMs = Math.max(recoverMs, performance.now() - begin);
    await expect(notebook.region.getByText(/killed.*SIGKILL|SIGKILL|kernel died/i).first()).toBeVisible();
    await expect(notebook.cell(1)).toContainText('Not run.');
    await notebook.whenKernel('idle');
  }
  tell({
    row: '13',
    fault: 'kill of the kernel',
    times,
    expected: 0,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    recoverMs,
  });
  expect(recoverMs).toBeLessThan(isLong ? 3_000 : 30_000);
});

test(`fault 18: a cell that obeys no interrupt, ${times} times: it is said after 3 s, and a restart is one click [F1]`, async ({
  ide,
}) => {
  test.setTimeout(60_000 + times * 30_000);
  // Holds the interpreter in C: no handler of Python runs, nor the thread of ipykernel that sends what was flushed.
  const deaf = [
    'import signal, time',
    'signal.signal(signal.SIGINT, signal.SIG_IGN)',
    'print("begun", flush=True)',
    'time.sleep(0.5)',
    'sum(range(10 ** 13))',
  ].join('\n');
  const notebook = await openIdle(ide, 'deaf.ipynb', deaf, '6 * 7');
  const { page } = ide;
  const offer = page.getByRole('alert', { name: 'Kernel does not stop' });
  for (let i = 0; i < times; i += 1) {
    await run(notebook, 0);
    await notebook.whenCell(0, 'running');
    await expect(notebook.output(0)).toContainText('begun');
    await page.keyboard.press('i');
    await page.keyboard.press('i');
    await expect(offer).toContainText('did not stop within 3 s');
    await notebook.whenCell(0, 'running');
    await offer.getByRole('button', { name: 'Restart kernel', exact: true }).click();
    await notebook.whenCell(0, 'error');
    await notebook.whenKernel('idle');
  }
  await run(notebook, 1);
  await expect(notebook.output(1)).toContainText('42');
});

test(`fault 20: a question of a cell and reloads, ${times} times: it stands again, and the answer arrives once [F4]`, async ({
  ide,
}) => {
  test.setTimeout(60_000 + times * 20_000);
  const ask = `for n in range(${times}): print("answer", input(f"Question {n}?"))`;
  const notebook = await openIdle(ide, 'asks.ipynb', ask);
  await run(notebook, 0);
  for (let i = 0; i < times; i += 1) {
    const field = notebook.output(0).getByRole('textbox', { name: `Question ${i}?`, exact: true });
    await expect(field).toBeVisible();
    await ide.page.reload();
    await field.fill(`given ${i}`);
    await ide.page.keyboard.press('Enter');
    await expect(notebook.output(0)).toContainText(`answer given ${i}`);
  }
  await notebook.whenCell(0, 'done');
  await notebook.whenIdle();
  const text = streamText((await notebook.onDisk()).cells[0]);
  const answers = [...text.matchAll(/answer (given \d+)/g)].map((found) => found[1]);
  expect(answers).toEqual(Array.from({ length: times }, (_, i) => `given ${i}`));
});
