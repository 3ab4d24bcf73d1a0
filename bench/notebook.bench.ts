import type { Browser, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { inTurn, record, rounds } from './rows.ts';
import { freshContext, type Peers, seen, type Subject, watchFor } from './subjects.ts';

type Opened = { first: number; blocked: number; settled: number; nodes: number; heap: number };

const quietMs = 1500;

/** Notes long tasks and the last change of the page, from before it loads. */
async function watchWork(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const work = { tasks: [] as { start: number; duration: number }[], changed: 0 };
    Object.assign(globalThis, { benchWork: work });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        work.tasks.push({ start: startTime, duration });
    }).observe({ type: 'longtask', buffered: true });
    new MutationObserver(() => (work.changed = performance.now())).observe(document, {
      subtree: true,
      childList: true,
    });
  });
}

/** Waits until the page has been quiet for a while; answers with when it became so. */
async function whenQuiet(
  page: Page,
): Promise<{ settled: number; tasks: { start: number; duration: number }[] }> {
  const handle = await page.waitForFunction(
    (quiet) => {
      const { benchWork } = globalThis as unknown as {
        benchWork: { tasks: { start: number; duration: number }[]; changed: number };
      };
      const ends = benchWork.tasks.map(({ start, duration }) => start + duration);
      const settled = Math.max(benchWork.changed, 0, ...ends);
      return performance.now() - settled > quiet ? { settled, tasks: benchWork.tasks } : false;
    },
    quietMs,
    { timeout: 120_000, polling: 100 },
  );
  return (await handle.jsonValue()) as { settled: number; tasks: { start: number; duration: number }[] };
}

async function openCells(browser: Browser, peers: Peers, subject: Subject, count: number): Promise<Opened> {
  const context = await freshContext(browser, peers);
  try {
    const page = await context.newPage();
    // Once for the cache: what counts is the notebook, not the download.
    await page.goto(subject.url());
    await page.locator(subject.file).first().waitFor();
    await watchFor(page, { first: subject.firstCell });
    await watchWork(page);
    await page.goto(subject.url(`cells-${count}.ipynb`));
    const first = await seen(page, 'first');
    const { settled, tasks } = await whenQuiet(page);
    const blocked = tasks
      .filter(({ start }) => start >= first)
      .reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0);
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    const devtools = await context.newCDPSession(page);
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    return { first, blocked, settled, nodes, heap: usedSize / 1e6 };
  } finally {
    await context.close();
  }
}

test('1,000 and 10,000 cells', async ({ browser, peers }) => {
  const opened: Record<Subject['name'], Opened[]> = { Atelier: [], JupyterLab: [] };
  const large: Opened[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of [peers.atelier, peers.lab])
      opened[subject.name].push(await openCells(browser, peers, subject, 1000));
    large.push(await openCells(browser, peers, peers.atelier, 10_000));
  }
  const both = (pick: (one: Opened) => number) => ({
    ours: opened.Atelier.map(pick),
    peer: opened.JupyterLab.map(pick),
  });
  const what = '1,000-cell notebook, warm cache';
  record({ what: `${what}: to the first cells`, unit: 'ms', ...both((one) => one.first), bar: 'not slower' });
  record({
    what: `${what}: main thread blocked after`,
    unit: 'ms',
    ...both((one) => one.blocked),
    bar: '≤ 1/5',
  });
  record({ what: `${what}: settled`, unit: 'ms', ...both((one) => one.settled), bar: '≤ 1/4' });
  record({ what: `${what}: DOM nodes`, unit: 'nodes', ...both((one) => one.nodes), bar: '≤ 3,000' });
  record({ what: `${what}: JS heap`, unit: 'MB', ...both((one) => one.heap), bar: '≤ 60 MB' });
  record({
    what: '10,000 cells (the other column: 1,000 of ours): settled',
    unit: 'ms',
    ours: large.map((one) => one.settled),
    peer: opened.Atelier.map((one) => one.settled),
    bar: '≤ 2×',
  });
});

/**
 * A fast typist's pace: 150 words a minute. Without a pace the next key comes as soon as the page has taken the last, and
 * since browsers let input and frames go before every other task, what notes the end of a frame waits for keys to come.
 */
const betweenKeysMs = 80;

/** The time from a key's event until after the frame that shows it. */
async function keyToPaint(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { benchKeys: times });
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.addEventListener('message', () => times.push(performance.now() - timeStamp));
          channel.port1.start();
          channel.port2.postMessage(null);
        });
      },
      { capture: true },
    );
  });
  for (const key of 'the quick brown fox jumps over it') {
    await page.keyboard.press(key === ' ' ? 'Space' : key);
    await page.waitForTimeout(betweenKeysMs);
  }
  await page.waitForFunction(() => (globalThis as unknown as { benchKeys: number[] }).benchKeys.length >= 32);
  return page.evaluate(() => (globalThis as unknown as { benchKeys: number[] }).benchKeys);
}

type Run = { browser: Browser; peers: Peers; subject: Subject; count: number };

async function typeInTheMiddle({ browser, peers, subject, count }: Run): Promise<number[]> {
  const context = await freshContext(browser, peers);
  try {
    const page = await context.newPage();
    await watchWork(page);
    await page.goto(subject.url(`cells-${count}.ipynb`));
    const first = page.locator(subject.firstCell).first();
    await first.hover();
    await page.mouse.wheel(0, 30 * count);
    await whenQuiet(page);
    const box = await page.locator(subject.cells).first().boundingBox();
    await page.mouse.click((box?.x ?? 300) + 300, 500);
    await page.keyboard.press('Enter');
    await whenQuiet(page);
    return await keyToPaint(page);
  } finally {
    await context.close();
  }
}

const at = (share: number, times: number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? Number.NaN;

test('typing in the middle of 1,000 and 10,000 cells', async ({ browser, peers }) => {
  const runs: Record<Subject['name'], number[][]> = { Atelier: [], JupyterLab: [] };
  const large: number[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of [peers.atelier, peers.lab])
      runs[subject.name].push(await typeInTheMiddle({ browser, peers, subject, count: 1000 }));
    large.push(await typeInTheMiddle({ browser, peers, subject: peers.atelier, count: 10_000 }));
  }
  for (const [name, share, bar] of [
    ['p50', 0.5, '≤ 20 ms'],
    ['p95', 0.95, '≤ 33 ms'],
  ] as const) {
    const pick = (times: number[]) => at(share, times);
    record({
      what: `key to paint in 1,000 cells, ${name}`,
      unit: 'ms',
      ours: runs.Atelier.map(pick),
      peer: runs.JupyterLab.map(pick),
      bar,
    });
    record({
      what: `key to paint in 10,000 cells (the other column: 1,000 of ours), ${name}`,
      unit: 'ms',
      ours: large.map(pick),
      peer: runs.Atelier.map(pick),
      bar,
    });
  }
  expect(runs.Atelier.flat().length).toBeGreaterThanOrEqual(32 * rounds);
});

async function wheel({ browser, peers, subject, count }: Run): Promise<number> {
  const context = await freshContext(browser, peers);
  try {
    const page = await context.newPage();
    await watchWork(page);
    await page.goto(subject.url(`cells-${count}.ipynb`));
    await page.locator(subject.firstCell).first().hover();
    await whenQuiet(page);
    await page.evaluate(() => {
      const frames: number[] = [];
      Object.assign(globalThis, { benchFrames: frames });
      let last = performance.now();
      const tick = () => {
        const now = performance.now();
        frames.push(now - last);
        last = now;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    for (let i = 0; i < 60; i += 1) await page.mouse.wheel(0, 300);
    return at(
      0.95,
      await page.evaluate(() => (globalThis as unknown as { benchFrames: number[] }).benchFrames),
    );
  } finally {
    await context.close();
  }
}

test('wheel through 1,000 and 10,000 cells', async ({ browser, peers }) => {
  const { atelier, lab } = peers;
  const large: number[] = [];
  const figures = await inTurn(
    () => wheel({ browser, peers, subject: atelier, count: 1000 }),
    async () => {
      large.push(await wheel({ browser, peers, subject: atelier, count: 10_000 }));
      return wheel({ browser, peers, subject: lab, count: 1000 });
    },
  );
  const bar = '≤ 17 ms or ≤ 1/4';
  record({ what: 'wheel through 1,000 cells: frame p95', unit: 'ms', ...figures, bar });
  record({
    what: 'wheel through 10,000 cells (the other column: 1,000 of JupyterLab): frame p95',
    unit: 'ms',
    ours: large,
    peer: figures.peer,
    bar,
  });
});
