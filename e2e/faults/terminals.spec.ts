import type { Page } from '@playwright/test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect } from '../fixtures/test.ts';
import { createChance, isLong, tell } from './counted-lines.ts';
import { test } from './faulty-product.ts';

const terminal = /\/terminals\/websocket/;

const rows = (page: Page) =>
  page.locator('.xterm-rows:visible > div').evaluateAll((all) => all.map((row) => row.textContent.trimEnd()));

const numbersOf = (screen: readonly string[]) =>
  screen.flatMap((row) => (/^\d+$/.test(row) ? [Number(row)] : []));

/** The numbers that stand in the last `pages` screens of the terminal, from the first to the last. */
async function numbersInScrollback(page: Page, pages: number): Promise<number[]> {
  let found: number[] = [];
  let screen = await rows(page);
  for (let i = 0; i < pages; i += 1) {
    const first = found[0] ?? Number.POSITIVE_INFINITY;
    // The uppermost row of a screen is the lowest of the screen before it.
    const numbers = numbersOf(screen);
    const known = numbers.indexOf(first);
    found = [...(known < 0 ? numbers : numbers.slice(0, known)), ...found];
    const before = screen.join('\n');
    await page.keyboard.press('Shift+PageUp');
    await expect.poll(async () => (screen = await rows(page)).join('\n') !== before).toBe(true);
  }
  return found;
}

for (const { name, hit } of [
  { name: 'reset', hit: 'cut' as const },
  { name: 'half-open', hit: 'halfOpen' as const },
]) {
  test(`fault: terminal ${name} in a flood: it comes back with its scrollback, nothing doubled [I2, Q3]`, async ({
    ide,
    line,
    product,
  }) => {
    test.setTimeout(300_000);
    const { page } = ide;
    const chance = createChance(name);
    const times = isLong ? 10 : hit === 'cut' ? 3 : 1;
    await ide.runCommand('New terminal');
    const region = page.getByRole('region', { name: /^Terminal/ });
    await expect(region).toBeVisible();
    await page.locator('.xterm-screen:visible').click();
    const end = join(product.home, `flood-end-${name}`);
    const flood = `i=0; while [ ! -e ${end} ]; do seq $((i*500+1)) $((i*500+500)); i=$((i+1)); sleep 0.02; done; echo all-$((i*500))`;
    await page.keyboard.type(`${flood}\n`);
    await expect.poll(async () => (await rows(page)).some((row) => /^\d+$/.test(row))).toBe(true);
    let recoverMs = 0;
    for (let i = 0; i < times; i += 1) {
      await after(100 + 300 * chance());
      const isOpened = line.whenOpened(terminal);
      expect(line[hit](terminal)).toBe(1);
      const begin = performance.now();
      await isOpened;
      recoverMs = Math.max(recoverMs, performance.now() - begin);
      await expect(region.getByText('The line to this terminal is cut')).toBeHidden();
    }
    // From here the shell alone ends the flood: keys that are typed arrive once.
    await ide.write(`flood-end-${name}`, '');
    expect(existsSync(end)).toBe(true);
    await expect
      .poll(async () => (await rows(page)).find((row) => row.startsWith('all-')))
      .toMatch(/^all-\d+$/);
    const total = Number(/all-(\d+)/.exec((await rows(page)).join('\n'))?.[1]);
    await page.locator('.xterm-screen:visible').click();
    const numbers = await numbersInScrollback(page, 12);
    const from = total - numbers.length + 1;
    const expected = Array.from({ length: numbers.length }, (_, i) => from + i);
    const outOfOrder = numbers.filter((number, i) => number !== expected[i]).length;
    tell({
      row: '-',
      fault: `terminal ${name} in a flood`,
      times,
      expected: numbers.length,
      lost: expected.filter((one) => !numbers.includes(one)).length,
      doubled: numbers.length - new Set(numbers).size,
      outOfOrder,
      recoverMs,
    });
    expect(numbers.length).toBeGreaterThan(100);
    expect(numbers).toEqual(expected);
    await page.keyboard.type('echo typed-$((6*7))\n');
    await expect(page.locator('.xterm-rows:visible')).toContainText('typed-42');
  });
}
