import type { Browser, Page } from '@playwright/test';
import { NotebookPage } from '../e2e/pages/notebook-page.ts';
import { Ide } from '../e2e/pages/ide.ts';
import { expect, test } from './fixtures.ts';
import { record, rounds } from './rows.ts';
import { freshContext, type Peers, type Subject } from './subjects.ts';

/** A page with the notebook open on a kernel that has run once, its first cell selected in command mode. */
async function openWarm(browser: Browser, peers: Peers, subject: Subject, path: string): Promise<Page> {
  const context = await freshContext(browser, peers);
  const page = await context.newPage();
  await watchKeys(page);
  await page.goto(subject.url(path));
  if (subject.name === 'Atelier') {
    const notebook = new NotebookPage(new Ide(page, peers.product), path);
    await expect(notebook.region).toBeVisible({ timeout: 60_000 });
    await notebook.chooseEnvironment();
    await notebook.whenKernel('idle');
    await notebook.select(0);
  } else {
    const idle = page.locator('.jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status="idle"]');
    await idle.waitFor({ timeout: 60_000 });
    await page.locator('.jp-Notebook .jp-Cell .jp-InputPrompt').first().click();
  }
  return page;
}

/** Notes when Enter was pressed, before the page's own listeners, which may keep keys to themselves. */
async function watchKeys(page: Page): Promise<void> {
  await page.addInitScript(() => {
    addEventListener(
      'keydown',
      ({ key, timeStamp }) => {
        if (key === 'Enter') Object.assign(globalThis, { benchEnter: timeStamp });
      },
      { capture: true },
    );
  });
}

type Done = { selector: string; pattern: string };

/** Runs the selected cell by its key; the page's own clock says how long until `done` holds. */
async function run(page: Page, done: Done): Promise<number> {
  await page.evaluate(({ selector, pattern }) => {
    const bench = globalThis as unknown as { benchEnter?: number; benchRun?: number };
    delete bench.benchEnter;
    delete bench.benchRun;
    const newest = () => [...document.querySelectorAll(selector)].at(-1)?.textContent ?? '';
    const before = newest();
    const wanted = new RegExp(pattern);
    let hasChanged = false;
    const observer = new MutationObserver(() => {
      const text = newest();
      hasChanged ||= text !== before;
      // What an earlier run left may look like the end of this one.
      if (bench.benchEnter === undefined || !hasChanged || !wanted.test(text)) return;
      bench.benchRun = performance.now() - bench.benchEnter;
      observer.disconnect();
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  }, done);
  await page.keyboard.press('Control+Enter');
  const ended = () => (globalThis as unknown as { benchRun?: number }).benchRun;
  const handle = await page.waitForFunction(ended, undefined, { timeout: 60_000 });
  return (await handle.jsonValue()) as number;
}

const median = (times: number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;

test('the round trip of a cell', async ({ browser, peers }) => {
  const figures: Record<Subject['name'], number[]> = { Atelier: [], JupyterLab: [] };
  const pages = {
    Atelier: await openWarm(browser, peers, peers.atelier, 'one.ipynb'),
    JupyterLab: await openWarm(browser, peers, peers.lab, 'one-peer.ipynb'),
  };
  // Another number in brackets: the reply is there and shown.
  const done = (subject: Subject) => ({ selector: subject.count, pattern: '\\[\\d+\\]' });
  for (let round = 0; round < rounds + 1; round += 1) {
    for (const subject of [peers.atelier, peers.lab]) {
      await pages[subject.name].bringToFront();
      const times = [];
      for (let i = 0; i < 20; i += 1) times.push(await run(pages[subject.name], done(subject)));
      // The first round warms up.
      if (round > 0) figures[subject.name].push(median(times));
    }
  }
  for (const page of Object.values(pages)) await page.context().close();
  record({
    what: 'run a cell `1`: key to its number, p50 of 20',
    unit: 'ms',
    ours: figures.Atelier,
    peer: figures.JupyterLab,
    bar: '≤ 1/3',
  });
});

test('100,000 printed lines', async ({ browser, peers }) => {
  const figures: Record<Subject['name'], number[]> = { Atelier: [], JupyterLab: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of [peers.atelier, peers.lab]) {
      const page = await openWarm(
        browser,
        peers,
        subject,
        subject === peers.lab ? 'flood-peer.ipynb' : 'flood.ipynb',
      );
      figures[subject.name].push(await run(page, { selector: subject.output, pattern: 'line 99999(?!\\d)' }));
      await page.context().close();
    }
  }
  record({
    what: '100,000 printed lines: key to the last line',
    unit: 'ms',
    ours: figures.Atelier,
    peer: figures.JupyterLab,
    bar: '≤ 1/2',
  });
});
