/**
 * Clocks that are set an hour forward or back, at the server and in the page, together or apart: nothing is lost, nobody
 * is signed out, and what waits by spans of time does not wait for an hour. Apps keep the time of the machine: they
 * differ from the server then.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import type { Product } from '../fixtures/product.ts';
import { expect, test } from '../fixtures/test.ts';
import { Ide } from '../pages/ide.ts';
import { type NotebookPage, notebookOf, streamText } from '../pages/notebook-page.ts';
import { countLines, printUntil, tell } from './counted-lines.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { startFaultyProduct } from './faulty-product.ts';

const hour = 3_600_000;

/** Clocks by which the page goes that is opened next. */
async function prepareClock(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const RealDate = Date;
    let shift = 0;
    globalThis.Date = class extends RealDate {
      constructor(...args: [] | [number]) {
        if (args.length === 0) super(RealDate.now() + shift);
        else super(...args);
      }
      static override now() {
        return RealDate.now() + shift;
      }
    } as DateConstructor;
    Object.assign(globalThis, { setClock: (ms: number) => (shift = ms) });
  });
}

const setPageClock = (page: Page, shift: number) =>
  page.evaluate((ms) => (globalThis as unknown as { setClock(ms: number): void }).setClock(ms), shift);

async function setServerClock(product: Product, file: string, shift: number): Promise<void> {
  await rm(`${file}.set`, { force: true });
  await writeFile(file, String(shift));
  process.kill(product.process.pid ?? 0, 'SIGUSR2');
  await expect.poll(() => readFile(`${file}.set`, 'utf8').catch(() => '')).toBe(String(shift));
}

/** The number of the last line that is shown. */
async function lastLine(notebook: NotebookPage): Promise<number> {
  const text = (await notebook.output(0).textContent()) ?? '';
  return Number(/line (\d+)(?!.*line \d)/s.exec(text)?.[1] ?? -1);
}

const edited = async (notebook: NotebookPage) => [(await notebook.onDisk()).cells[1]?.source].flat().join('');

/** Lines that die are found by their silence, whatever the clocks say. */
async function timeToRecover(line: FaultProxy, notebook: NotebookPage): Promise<number> {
  line.halfOpen();
  const died = performance.now();
  const before = await lastLine(notebook);
  // More than can have been on its way.
  await expect.poll(() => lastLine(notebook), { timeout: 60_000 }).toBeGreaterThan(before + 60);
  return performance.now() - died;
}

/** Server and page, in hours; each step is a jump from the one before it. In some of them the network dies. */
const jumps = [
  { server: 1, here: 1 },
  { server: 0, here: 0, dies: true },
  { server: 1, here: -1 },
  { server: 0, here: 0 },
];

test('clock jump: an hour forward and back, of server and page: nothing is lost, no lease or session ends, lines that die are found [F7][Q3][N8]', async ({
  page,
  browser,
}) => {
  test.setTimeout(300_000);
  const folder = await mkdtemp(join(tmpdir(), 'atelier-clock-'));
  const clockFile = join(folder, 'clock');
  const preload = pathToFileURL(join(import.meta.dirname, 'server-clock.mjs')).href;
  const line = await startFaultProxy();
  const product = await startFaultyProduct(line, [], {
    ATELIER_TEST_CLOCK: clockFile,
    NODE_OPTIONS: `--import=${preload}`,
  });
  try {
    const ide = new Ide(page, product);
    await prepareClock(page);
    await ide.write('clock.ipynb', notebookOf(printUntil('clock-end', 0.05), 'edit = -1'));
    await ide.signIn();
    const notebook = await ide.openNotebook('clock.ipynb');
    await notebook.chooseEnvironment();
    await notebook.whenKernel('idle');
    await notebook.select(0);
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(notebook.output(0)).toContainText('line 5');

    let recoverMs = 0;
    const statusBar = page.getByRole('contentinfo', { name: 'Status bar' });
    for (const [step, { server, here, dies = false }] of jumps.entries()) {
      await setServerClock(product, clockFile, server * hour);
      await setPageClock(page, here * hour);
      const shown = await lastLine(notebook);
      await expect.poll(() => lastLine(notebook)).toBeGreaterThan(shown);
      // An edit is saved as at any other time, by itself.
      await notebook.type(1, `edit = ${step}`);
      await expect.poll(() => edited(notebook), { timeout: 30_000 }).toBe(`edit = ${step}`);
      if (dies) recoverMs = Math.max(recoverMs, await timeToRecover(line, notebook));
      // A save that was on its way is told and goes by itself; nothing else is said.
      await expect(page.getByRole('alert').filter({ hasText: /./ })).toHaveCount(0, { timeout: 60_000 });
      await expect(statusBar).toContainText('Connected');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await expect(page.getByRole('region', { name: 'Changes on disk' })).toHaveCount(0);
    }

    // The page goes, the clock of the server is set back: its lease is over all the same, and the server writes.
    await setServerClock(product, clockFile, hour);
    await notebook.type(1, 'edit = 99');
    await expect.poll(() => edited(notebook), { timeout: 30_000 }).toBe('edit = 99');
    await page.close();
    await setServerClock(product, clockFile, -hour);
    await ide.write('clock-end', '');
    const onDisk = async () => streamText((await notebook.onDisk()).cells[0]);
    await expect.poll(async () => /total \d+/.test(await onDisk()), { timeout: 60_000 }).toBe(true);
    const count = countLines(await onDisk());
    tell({
      row: 'clock',
      fault: 'clock set an hour forward or back',
      times: jumps.length + 2,
      ...count,
      recoverMs,
    });
    expect(count).toMatchObject({ lost: 0, doubled: 0, outOfOrder: 0 });

    const context = await browser.newContext();
    const again = new Ide(await context.newPage(), product);
    await again.signIn();
    const reopened = await again.openNotebook('clock.ipynb');
    await reopened.whenCell(0, 'done');
    await expect(reopened.cell(1)).toContainText('edit = 99');
    await reopened.whenIdle();
    expect(countLines(await onDisk())).toEqual(count);
    await context.close();
  } finally {
    await product.stop();
    await line.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
