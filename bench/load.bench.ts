import type { Browser } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { inTurn, record } from './rows.ts';
import { freshContext, type Peers, seen, type Subject, watchFor } from './subjects.ts';

/** Opens an address in a browser without a cache; with `again` the second time counts. */
async function load(
  browser: Browser,
  peers: Peers,
  { url, selector, again = false }: { url: string; selector: string; again?: boolean },
): Promise<{ ms: number; bytes: number }> {
  const context = await freshContext(browser, peers);
  try {
    const page = await context.newPage();
    const network = await context.newCDPSession(page);
    let bytes = 0;
    let heard = Date.now();
    network.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
      heard = Date.now();
    });
    await network.send('Network.enable');
    await watchFor(page, { usable: selector });
    await page.goto(url);
    let ms = await seen(page, 'usable');
    // What comes later by itself counts too; a page that polls for ever is not waited for.
    const end = Date.now() + 15_000;
    await expect.poll(() => Date.now() - heard > 1500 || Date.now() > end, { timeout: 20_000 }).toBe(true);
    if (again) {
      await page.goto('about:blank');
      await page.goto(url);
      ms = await seen(page, 'usable');
    }
    return { ms, bytes };
  } finally {
    await context.close();
  }
}

test('load to a usable shell', async ({ browser, peers }) => {
  const bytes: Record<Subject['name'], number[]> = { Atelier: [], JupyterLab: [] };
  const cold = (subject: Subject) => async () => {
    const result = await load(browser, peers, { url: subject.url(), selector: subject.file });
    bytes[subject.name].push(result.bytes / 1000);
    return result.ms;
  };
  const figures = await inTurn(cold(peers.atelier), cold(peers.lab));
  record({ what: 'first load, empty cache: to usable', unit: 'ms', ...figures, bar: '≤ 1/4' });
  record({
    what: 'first load, empty cache: bytes on the wire',
    unit: 'kB',
    ours: bytes.Atelier,
    peer: bytes.JupyterLab,
    bar: '≤ 400 kB gz',
  });
  const warm = (subject: Subject) => async () =>
    (await load(browser, peers, { url: subject.url(), selector: subject.file, again: true })).ms;
  record({
    what: 'load with a warm cache: to usable',
    unit: 'ms',
    ...(await inTurn(warm(peers.atelier), warm(peers.lab))),
    bar: '≤ 1/5',
  });
});

test('100 cells, cold', async ({ browser, peers }) => {
  const open = (subject: Subject) => async () => {
    const place = { url: subject.url('cells-100.ipynb'), selector: subject.firstCell };
    return (await load(browser, peers, place)).ms;
  };
  const figures = await inTurn(open(peers.atelier), open(peers.lab));
  record({ what: '100-cell notebook readable, empty cache', unit: 'ms', ...figures, bar: '≤ 1/3' });
});
