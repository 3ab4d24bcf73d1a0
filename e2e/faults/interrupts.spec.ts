/** An interrupt that comes before the kernel has begun with the cell. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect } from '../fixtures/test.ts';
import { notebookOf } from '../pages/notebook-page.ts';
import { createChance, isLong } from './counted-lines.ts';
import { test } from './faulty-product.ts';

test.use({ beginsWithFile: true });

const times = isLong ? 50 : 8;

test(`fault 19: an interrupt in the moment a cell is run, ${times} times: the cell ends, what waits does not run, the kernel goes on [F1, F5]`, async ({
  ide,
}) => {
  test.setTimeout(120_000 + times * 10_000);
  const { page } = ide;
  const endless = 'import time\nwhile True: time.sleep(0.01)';
  const count = 'with open("interrupted-ran.txt", "a") as ran: _ = ran.write("x")';
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
