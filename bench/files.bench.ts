import type { Browser, Page } from '@playwright/test';
import { test } from './fixtures.ts';
import { record, rounds } from './rows.ts';
import { freshContext, type Peers, type Subject } from './subjects.ts';

/** Time from a double click on the folder until one of its files is on the screen. */
async function openFolder(
  browser: Browser,
  peers: Peers,
  subject: Subject,
): Promise<{ ms: number; nodes: number }> {
  const context = await freshContext(browser, peers);
  try {
    const page = await context.newPage();
    await page.goto(subject.url());
    const folder = page.locator(subject.file).filter({ hasText: /^\s*many/ });
    await folder.waitFor({ timeout: 60_000 });
    await page.evaluate((file) => {
      const result: { ms?: number } = {};
      Object.assign(globalThis, { benchFolder: result });
      document.addEventListener(
        'dblclick',
        ({ timeStamp }) => {
          const look = () => {
            const isThere = [...document.querySelectorAll(file)].some((one) =>
              one.textContent?.includes('file-0000'),
            );
            if (isThere) result.ms = performance.now() - timeStamp;
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        },
        { capture: true, once: true },
      );
    }, subject.file);
    await folder.dblclick();
    const handle = await page.waitForFunction(
      () => (globalThis as unknown as { benchFolder: { ms?: number } }).benchFolder.ms,
      undefined,
      { timeout: 180_000 },
    );
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    return { ms: (await handle.jsonValue()) as number, nodes };
  } finally {
    await context.close();
  }
}

test('a folder of 10,000 files', async ({ browser, peers }) => {
  const found: Record<Subject['name'], { ms: number; nodes: number }[]> = { Atelier: [], JupyterLab: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const subject of [peers.atelier, peers.lab])
      found[subject.name].push(await openFolder(browser, peers, subject));
  const both = (pick: (one: { ms: number; nodes: number }) => number) => ({
    ours: found.Atelier.map(pick),
    peer: found.JupyterLab.map(pick),
  });
  record({ what: '10,000 files: to the first rows', unit: 'ms', ...both((one) => one.ms), bar: '≤ 1/30' });
  record({ what: '10,000 files: DOM nodes', unit: 'nodes', ...both((one) => one.nodes), bar: '≤ 3,000' });
});

async function openTerminal(page: Page, subject: Subject): Promise<void> {
  await page.goto(subject.url());
  await page.locator(subject.file).first().waitFor({ timeout: 60_000 });
  const button =
    subject.name === 'Atelier'
      ? page
          .getByRole('region', { name: 'Launcher' })
          .getByRole('button', { name: 'System terminal', exact: true })
      : page.locator('.jp-LauncherCard[data-category="Other"]', { hasText: 'Terminal' });
  await button.first().click();
  await page.locator('.xterm-screen').first().click();
}

/** Prints half a million lines; the title that the shell sets at the end says that all were taken. */
async function flood(browser: Browser, peers: Peers, subject: Subject): Promise<number> {
  const context = await freshContext(browser, peers);
  try {
    const page = await context.newPage();
    await openTerminal(page, subject);
    await page.keyboard.type(String.raw`PS1='$ '; PROMPT_COMMAND=; printf '\033]0;ready\007'`);
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: /ready/ }).waitFor({ timeout: 30_000 });
    await page.keyboard.type(String.raw`seq 1 500000; printf '\033]0;finished\007'`);
    const start = Date.now();
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: /finished/ }).waitFor({ timeout: 180_000 });
    return Date.now() - start;
  } finally {
    await context.close();
  }
}

test('a terminal with half a million lines', async ({ browser, peers }) => {
  const figures: Record<Subject['name'], number[]> = { Atelier: [], JupyterLab: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const subject of [peers.atelier, peers.lab])
      figures[subject.name].push(await flood(browser, peers, subject));
  record({
    what: 'terminal, `seq 1 500000`: to the end',
    unit: 'ms',
    ours: figures.Atelier,
    peer: figures.JupyterLab,
    bar: 'not slower',
  });
});
