import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import { expect } from '../fixtures/test.ts';
import { notebookOf, streamText } from '../pages/notebook-page.ts';
import { countLines, createChance, isLong, printUntil, tell } from './counted-lines.ts';
import { test } from './faulty-product.ts';

test.use({ beginsWithFile: true });

/**
 * Stops all processes of the browser but the one that the test talks to, the network's too, as a machine that sleeps
 * does; the answer wakes them.
 */
async function putToSleep(browser: Browser): Promise<() => void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pids = processInfo.filter(({ type }) => type !== 'browser').map(({ id }) => id);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  };
}

test('fault 7: the page sleeps while its lines die: everything is there when it wakes [F7, Q3]', async ({
  browser,
  ide,
  line,
  product,
}) => {
  test.setTimeout(isLong ? 1_200_000 : 300_000);
  const { page } = ide;
  // Once as long as a lunch; a machine that sleeps finds its lines dead.
  const sleepsMs = isLong ? [20_000, 600_000, 20_000] : [2_000, 2_000, 2_000];
  const times = sleepsMs.length;
  await ide.write('asleep.ipynb', notebookOf(printUntil('asleep-end')));
  const notebook = await ide.openNotebook('asleep.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText('line 5');
  // The longest time in which the page did nothing.
  await page.evaluate(() => {
    const state = globalThis as unknown as { longestSleep: number };
    state.longestSleep = 0;
    let last = Date.now();
    setInterval(() => {
      state.longestSleep = Math.max(state.longestSleep, Date.now() - last);
      last = Date.now();
    }, 100);
  });
  let recoverMs = 0;
  for (const [i, ms] of sleepsMs.entries()) {
    const wake = await putToSleep(browser);
    if (i > 0) line.halfOpen();
    await after(ms);
    const isOpened = i > 0 ? line.whenOpened(/\/channels/) : Promise.resolve();
    const begin = performance.now();
    wake();
    await isOpened;
    recoverMs = Math.max(recoverMs, performance.now() - begin);
    await notebook.whenKernel('busy');
  }
  const longest = await page.evaluate(() => (globalThis as unknown as { longestSleep: number }).longestSleep);
  expect(longest).toBeGreaterThanOrEqual(Math.max(...sleepsMs));
  await writeFile(join(product.home, 'asleep-end'), '');
  await notebook.whenCell(0, 'done');
  await expect(notebook.output(0)).toContainText('total');
  await notebook.whenIdle();
  const count = countLines(streamText((await notebook.onDisk()).cells[0]));
  tell({ row: '7', fault: 'page asleep', times, ...count, recoverMs });
  expect(count).toEqual({ expected: count.expected, lost: 0, doubled: 0, outOfOrder: 0 });
});

test('faults 10, 11: a flood of prints and displays: all there, and the page goes on drawing [F7, Q5]', async ({
  ide,
}) => {
  test.setTimeout(300_000);
  const { page } = ide;
  const [prints, displays] = isLong ? [60_000, 5_000] : [6_000, 500];
  const code = (count: number, each: string) =>
    `from IPython.display import display\nfor n in range(${count}):\n    ${each}`;
  await ide.write(
    'flood.ipynb',
    notebookOf(
      `${code(prints, 'print("line", n, flush=True)')}\nprint("total", ${prints})`,
      code(displays, 'display({"text/plain": f"shown {n}"}, raw=True)'),
      '# typed meanwhile',
    ),
  );
  const notebook = await ide.openNotebook('flood.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  // The longest time between two pictures of the page.
  await page.evaluate(() => {
    const state = globalThis as unknown as { longestGap: number };
    state.longestGap = 0;
    let last = performance.now();
    const draw = (now: number) => {
      state.longestGap = Math.max(state.longestGap, now - last);
      last = now;
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  });
  await ide.runCommand('Run all cells');
  await notebook.whenCell(1, 'done', 240_000);
  await notebook.whenIdle();
  const gap = await page.evaluate(() => (globalThis as unknown as { longestGap: number }).longestGap);
  const saved = await notebook.onDisk();
  const count = countLines(streamText(saved.cells[0]));
  tell({ row: '10', fault: 'prints', times: 1, ...count, recoverMs: null });
  expect(count).toEqual({ expected: prints, lost: 0, doubled: 0, outOfOrder: 0 });
  const shown = (saved.cells[1]?.outputs ?? []).map((output) =>
    Number(
      /shown (\d+)/.exec(
        [(output['data'] as Record<string, string | string[]>)['text/plain'] ?? ''].flat().join(''),
      )?.[1],
    ),
  );
  tell({
    row: '11',
    fault: 'displays',
    times: 1,
    expected: displays,
    lost: displays - new Set(shown).size,
    doubled: shown.length - new Set(shown).size,
    outOfOrder: shown.filter((number, i) => number !== i).length,
    recoverMs: null,
  });
  expect(shown).toEqual(Array.from({ length: displays }, (_, i) => i));
  // A page that hangs for seconds is not one to work with; the bar holds for the long run, which has the machine for itself.
  expect(gap).toBeLessThan(isLong ? 2_000 : 20_000);
});

test('fault 12: much output while nobody is there: the return is whole, and memory is bounded [F7]', async ({
  ide,
}) => {
  test.setTimeout(300_000);
  const megabytes = isLong ? 200 : 20;
  // It begins when nobody is there any more.
  const code = `import os, time\nwhile not os.path.exists("much-go"): time.sleep(0.05)\nfor n in range(${megabytes * 10}): print("line", n, "x" * 100_000, flush=True)\nopen("much-done", "w").close()`;
  await ide.write('much/much.ipynb', notebookOf(code, 'print("after")'));
  const notebook = await ide.openNotebook('much/much.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await ide.page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'running');
  await ide.page.goto('about:blank');
  await ide.write('much/much-go', '');
  await expect
    .poll(() => existsSync(join(ide.product.home, 'much/much-done')), { timeout: 200_000 })
    .toBe(true);
  await ide.openNotebook('much/much.ipynb');
  await notebook.whenCell(0, 'done', 120_000);
  // The state is told at once, the output is read from the journal.
  await expect(notebook.output(0)).toContainText(`line ${megabytes * 10 - 1}`, { timeout: 120_000 });
  const session = await ide.page.context().newCDPSession(ide.page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  expect(usedSize).toBeLessThan(300 * 1024 * 1024);
  await notebook.select(1);
  await ide.page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(1)).toContainText('after');
});

test('fault 26: an upload is cut: no file, it is said so, and a second try is whole [D2]', async ({
  ide,
  line,
}) => {
  test.setTimeout(300_000);
  const { page } = ide;
  await ide.open('');
  const chance = createChance('upload');
  const bytes = randomBytes(4 * 1024 * 1024);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const send = async (name: string) => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Upload' }).first().click(),
    ]);
    await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
  };
  for (let i = 0; i < 3; i += 1) {
    const name = `cut-${i}.bin`;
    line.slow({ bytesPerSecond: 4_000_000 });
    await send(name);
    await expect(page.getByText(name).first()).toBeVisible();
    await after(200 + 500 * chance());
    // A browser sends a request again by itself when a connection that it had used before is reset.
    const end = line.begin({ kind: 'refuse' }, /studio\/file/);
    const failed = page
      .getByRole('list', { name: 'Uploads' })
      .getByRole('listitem')
      .filter({ hasText: name });
    await expect(failed).toContainText('Not uploaded. The upload was cut. Nothing was stored.');
    expect(existsSync(join(ide.product.home, name))).toBe(false);
    end();
    await failed.getByRole('button', { name: `Dismiss ${name}` }).click();
    line.slow({ bytesPerSecond: Number.POSITIVE_INFINITY });
    await send(name);
    await expect.poll(() => existsSync(join(ide.product.home, name))).toBe(true);
    const stored = await readFile(join(ide.product.home, name));
    expect(createHash('sha256').update(stored).digest('hex')).toBe(hash);
  }
});

test('a slow network: lines arrive late, whole and in order, and the line is not taken for dead [Q3]', async ({
  ide,
  line,
  product,
}) => {
  test.setTimeout(300_000);
  const { page } = ide;
  const large = isLong ? 2_000_000 : 250_000;
  await ide.write(
    'slow/slow.ipynb',
    notebookOf(`${printUntil('end', 0.05)}\nprint("x" * ${large})\nprint("last")`),
  );
  const notebook = await ide.openNotebook('slow/slow.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  // Slow 3G: 400 ms round trip, 50 kB a second.
  line.slow({ delayMs: 200, bytesPerSecond: 50_000 });
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText('line 30', { timeout: 30_000 });
  await writeFile(join(product.home, 'slow/end'), '');
  await expect(notebook.output(0)).toContainText('last', { timeout: 240_000 });
  line.heal();
  await notebook.whenCell(0, 'done');
  await notebook.whenIdle();
  const text = streamText((await notebook.onDisk()).cells[0]);
  const count = countLines(text);
  tell({ row: '-', fault: 'slow 3G', times: 1, ...count, recoverMs: null });
  expect(count).toEqual({ expected: count.expected, lost: 0, doubled: 0, outOfOrder: 0 });
  expect(text).toContain(`${'x'.repeat(large)}\nlast\n`);
});
