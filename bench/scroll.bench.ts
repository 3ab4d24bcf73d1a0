import type { Browser } from '@playwright/test';
import { takeFaults, turnWheel, watchScroll } from '../e2e/pages/scroll-watch.ts';
import { expect, test } from './fixtures.ts';
import { record, rounds } from './rows.ts';
import { freshContext, type Peers, type Subject } from './subjects.ts';

type Faults = { jumps: number; blanks: number };
type Run = { browser: Browser; peers: Peers; subject: Subject; count: number };

/**
 * Down, up over what was seen, to the end, and up through what was never measured. What a jump and a blank are:
 * e2e/pages/scroll-watch.ts, the same for both.
 */
async function scroll({ browser, peers, subject, count }: Run): Promise<Faults> {
  const context = await freshContext(browser, peers);
  try {
    const page = await context.newPage();
    await page.goto(subject.url(`mixed-${count}.ipynb`));
    await page.locator(subject.firstCell).first().hover();
    await watchScroll(page, subject.scrolled);
    await turnWheel(page, 60);
    await turnWheel(page, -40);
    await page.mouse.wheel(0, 100_000_000);
    await turnWheel(page, -80);
    const { frames, jumps, blanks } = await takeFaults(page);
    expect(frames).toBeGreaterThan(100);
    return { jumps, blanks };
  } finally {
    await context.close();
  }
}

test('wheel through 1,000 and 10,000 cells of all kinds', async ({ browser, peers }) => {
  const seen: Record<Subject['name'], Faults[]> = { Atelier: [], JupyterLab: [] };
  const large: Faults[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of [peers.atelier, peers.lab])
      seen[subject.name].push(await scroll({ browser, peers, subject, count: 1000 }));
    large.push(await scroll({ browser, peers, subject: peers.atelier, count: 10_000 }));
  }
  for (const [words, fault] of [
    ['frames with a jump > 2 px', 'jumps'],
    ['frames with a blank cell', 'blanks'],
  ] as const) {
    const what = 'mixed cells, wheel down, up and up from the end';
    record({
      what: `1,000 ${what}: ${words}`,
      unit: 'frames',
      ours: seen.Atelier.map((one) => one[fault]),
      peer: seen.JupyterLab.map((one) => one[fault]),
      bar: '0',
    });
    // Ours alone: JupyterLab settles 1,000 cells in about 45 s.
    record({
      what: `10,000 ${what}: ${words}`,
      unit: 'frames',
      ours: large.map((one) => one[fault]),
      peer: [],
      bar: '0',
    });
  }
});
