import type { Page } from '@playwright/test';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect } from '../fixtures/test.ts';
import { Ide } from '../pages/ide.ts';
import { type NotebookPage, notebookOf, streamText } from '../pages/notebook-page.ts';
import { countLines, createChance, isLong, printUntil, tell } from './counted-lines.ts';
import type { Fault, FaultProxy } from './fault-proxy.ts';
import { test } from './faulty-product.ts';

type Scene = { page: Page; notebook: NotebookPage; proxy: FaultProxy; cell: number };
type Injected = {
  row: string;
  name: string;
  /** Does it once, and answers when the network is as it was; the time to recover counts from there. */
  inject: (scene: Scene) => Promise<void>;
  /** Longest time until the lines stand again. */
  withinMs: number;
};

const kernel = /\/channels/;

function standing(fault: Fault, ms: number, meanwhile?: (scene: Scene) => Promise<void>): Injected['inject'] {
  return async (scene) => {
    const end = scene.proxy.begin(fault);
    if (fault.kind === 'status') scene.proxy.cut();
    await Promise.all([after(ms), meanwhile?.(scene)]);
    end();
  };
}

/** What the page says while nothing gets through. */
const saysSo = async ({ page, notebook, cell }: Scene) => {
  await notebook.whenKernel('reconnecting');
  await notebook.whenCell(cell, 'running');
  await expect(page.getByRole('contentinfo', { name: 'Status bar' })).toContainText(
    /Offline since|Connecting/,
  );
};

const morePages: readonly Injected[] = [
  {
    row: '-',
    name: '404 pages',
    withinMs: 3_000,
    inject: standing({ kind: 'status', status: 404 }, isLong ? 15_000 : 1_500, saysSo),
  },
  {
    row: '-',
    name: '503 pages',
    withinMs: 3_000,
    inject: standing({ kind: 'status', status: 503 }, isLong ? 15_000 : 1_500, saysSo),
  },
];

const faults: readonly Injected[] = [
  {
    row: '4',
    name: 'network refused',
    withinMs: 3_000,
    inject: standing({ kind: 'refuse' }, isLong ? 5_000 : 1_500, saysSo),
  },
  ...(isLong
    ? [
        {
          row: '5',
          name: 'network refused 60 s',
          withinMs: 3_000,
          inject: standing({ kind: 'refuse' }, 60_000),
        },
        {
          row: '6',
          name: 'half-open kernel line only',
          withinMs: 12_000,
          inject: async ({ proxy }: Scene) => {
            expect(proxy.halfOpen(kernel)).toBe(1);
          },
        },
      ]
    : []),
  {
    row: '6',
    name: 'half-open',
    // From the moment the lines die.
    withinMs: 12_000,
    inject: async ({ proxy }) => {
      expect(proxy.halfOpen()).toBeGreaterThan(1);
    },
  },
  {
    row: '-',
    name: 'closed with 1001',
    withinMs: 3_000,
    inject: async ({ proxy }) => {
      expect(proxy.close(1001)).toBeGreaterThan(1);
    },
  },
  {
    row: '-',
    name: '502 pages',
    withinMs: 3_000,
    inject: standing({ kind: 'status', status: 502 }, isLong ? 15_000 : 1_500, saysSo),
  },
  ...(isLong ? morePages : []),
];

/** Notes outside of the notebook how often it ran. */
const counter = 'with open("counted.txt", "a") as ran: _ = ran.write("x")\nprint("ran")';

let scene: Scene;

test.beforeAll(async ({ browser, product, line: proxy }) => {
  proxy.heal();
  const page = await browser.newPage();
  const ide = new Ide(page, product);
  await ide.takeSession();
  await ide.write('network.ipynb', notebookOf(...faults.map((_one, i) => printUntil(`end-${i}`)), counter));
  const notebook = await ide.openNotebook('network.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  scene = { page, notebook, proxy, cell: 0 };
});

test.afterAll(async () => scene.page.close());

for (const [index, { row, name, inject, withinMs }] of faults.entries()) {
  test(`fault ${row}: ${name}: nothing is lost, doubled or out of order [Q3]`, async ({
    product,
    line: proxy,
  }) => {
    test.setTimeout(600_000);
    const { page, notebook } = scene;
    const chance = createChance(name);
    scene.cell = index;
    const times = isLong ? 10 : 3;
    await notebook.select(index);
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(notebook.output(index)).toContainText('line 5');
    let recoverMs = 0;
    for (let i = 0; i < times; i += 1) {
      // The kernel's line can be back before the others are: all of them are hit.
      await expect(page.getByRole('contentinfo', { name: 'Status bar' })).toContainText('Connected');
      await after(100 + 400 * chance());
      const isOpened = proxy.whenOpened(kernel);
      await inject(scene);
      const begin = performance.now();
      await isOpened;
      recoverMs = Math.max(recoverMs, performance.now() - begin);
      await notebook.whenKernel('busy');
    }
    await writeFile(join(product.home, `end-${index}`), '');
    await notebook.whenCell(index, 'done');
    await expect(notebook.output(index)).toContainText('total');
    await notebook.whenKernel('idle');
    await expect(page.getByRole('contentinfo', { name: 'Status bar' })).toContainText('Connected');
    await notebook.whenIdle();
    const count = countLines(streamText((await notebook.onDisk()).cells[index]));
    tell({ row, fault: name, times, ...count, recoverMs });
    expect(count).toEqual({ expected: count.expected, lost: 0, doubled: 0, outOfOrder: 0 });
    expect(count.expected).toBeGreaterThan(20);
    // The bar itself holds for the long run, which has the machine for itself.
    expect(recoverMs).toBeLessThan(isLong ? withinMs : 10 * withinMs);
  });
}

test('pages of a proxy whose server is away (404, 424, 502, 503): a cell that is run meanwhile waits, and runs once [Q3, F8]', async ({
  product,
  line: proxy,
}) => {
  test.setTimeout(300_000);
  const { page, notebook } = scene;
  const index = faults.length;
  const statuses = Array.from({ length: isLong ? 5 : 1 }, () => [404, 424, 502, 503]).flat();
  for (const [i, status] of statuses.entries()) {
    await notebook.select(index);
    const { refused } = proxy.passed;
    const end = proxy.begin({ kind: 'status', status });
    proxy.cut();
    await notebook.whenKernel('reconnecting');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect.poll(() => proxy.passed.refused).toBeGreaterThan(refused + 1);
    await expect(notebook.cell(index)).toHaveAttribute('data-cell-state', 'queued');
    end();
    await notebook.whenCell(index, 'done');
    await notebook.whenKernel('idle');
    expect(await readFile(join(product.home, 'counted.txt'), 'utf8')).toBe('x'.repeat(i + 1));
  }
});
