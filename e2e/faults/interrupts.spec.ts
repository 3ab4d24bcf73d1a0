/** An interrupt that comes before the kernel has begun with the cell. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect } from '../fixtures/test.ts';
import type { Ide } from '../pages/ide.ts';
import { notebookOf } from '../pages/notebook-page.ts';
import { createChance, isLong } from './counted-lines.ts';
import { test } from './faulty-product.ts';

test.use({ beginsWithFile: true });

const times = isLong ? 50 : 8;

const count = 'with open("interrupted-ran.txt", "a") as ran: _ = ran.write("x")';

/** Holds the requests that submit code with this text: `held` when one is here, then all are let go at once. */
async function holdRuns({ page }: Ide, text: string) {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  let hold = () => {};
  const held = new Promise<void>((resolve) => (hold = resolve));
  let requests = 0;
  await page.route('**/documents/*/executions', async (route) => {
    if (route.request().postData()?.includes(text) === true) {
      requests += 1;
      hold();
      await opened;
    }
    await route.continue();
  });
  const letGo = async () => {
    open();
    // Ends when all that was held has been handled.
    await page.unrouteAll({ behavior: 'wait' });
    return requests;
  };
  return { held, letGo };
}

test(`fault 19: an interrupt in the moment a cell is run, ${times} times: the cell ends, what waits does not run, the kernel goes on [F1, F5]`, async ({
  ide,
}) => {
  test.setTimeout(120_000 + times * 10_000);
  const { page } = ide;
  const endless = 'import time\nwhile True: time.sleep(0.01)';
  await ide.write('early.ipynb', notebookOf(endless, count, '6 * 7'));
  const notebook = await ide.openNotebook('early.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  const chance = createChance('interrupts');
  for (let i = 0; i < times; i += 1) {
    await notebook.select(0);
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('ControlOrMeta+Enter');
    await after(150 * chance() ** 2);
    await page.keyboard.press('i');
    await page.keyboard.press('i');
    // It ended before the kernel had it, or within it.
    await expect(notebook.cell(0)).toHaveAttribute('data-cell-state', /^(idle|error)$/, { timeout: 10_000 });
    await notebook.whenCell(1, 'idle');
    await notebook.whenKernel('idle');
    await notebook.select(2);
    await page.keyboard.press('ControlOrMeta+Enter');
    await notebook.whenCell(2, 'done');
  }
  await expect(notebook.output(2)).toContainText('42');
  expect(existsSync(join(ide.product.home, 'interrupted-ran.txt'))).toBe(false);
});

test('fault 19: a run whose request an interrupt overtakes never begins, nor one that waits behind it; what is run next does [F1]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('overtaken.ipynb', notebookOf('while True: pass', count, '6 * 7'));
  const notebook = await ide.openNotebook('overtaken.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  const interrupt = async () => {
    const answer = page.waitForResponse((response) => response.url().endsWith('/interrupt'));
    await page.keyboard.press('i');
    await page.keyboard.press('i');
    expect((await answer).status()).toBe(204);
  };
  const ranNext = async () => {
    await notebook.select(2);
    await page.keyboard.press('ControlOrMeta+Enter');
    await notebook.whenCell(2, 'done');
    await expect(notebook.output(2)).toContainText('42');
    expect(existsSync(join(ide.product.home, 'interrupted-ran.txt'))).toBe(false);
  };

  // The second of two: the first one runs.
  const second = await holdRuns(ide, 'interrupted-ran');
  await notebook.select(0);
  await page.keyboard.press('Shift+Enter');
  await notebook.whenCell(0, 'running');
  await page.keyboard.press('ControlOrMeta+Enter');
  await second.held;
  await interrupt();
  await notebook.whenCell(0, 'error');
  await notebook.whenCell(1, 'idle');
  expect(await second.letGo()).toBe(1);
  await ranNext();
  await notebook.whenCell(1, 'idle');

  // Both: the second one is not even sent.
  const both = await holdRuns(ide, '');
  await notebook.select(0);
  await page.keyboard.press('Shift+Enter');
  await both.held;
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(1, 'queued');
  await interrupt();
  await notebook.whenCell(0, 'idle');
  await notebook.whenCell(1, 'idle');
  expect(await both.letGo()).toBe(1);
  await ranNext();
  await notebook.whenCell(0, 'idle');
});
