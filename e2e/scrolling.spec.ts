import type { Page } from '@playwright/test';
import { figures, mixedNotebook } from './fixtures/mixed-notebook.ts';
import { expect, test } from './fixtures/test.ts';
import { ourCells, takeFaults, turnWheel, watchScroll, whenStill } from './pages/scroll-watch.ts';

test('scrolling up while pictures arrive above: what is in sight stays, and their place is kept for the next time [E4]', async ({
  ide,
}) => {
  const { page } = ide;
  const [[, picture] = ['', Buffer.alloc(0)]] = figures();
  const cells = Array.from({ length: 12 }, (_, i) => {
    const code = Array.from({ length: 60 }, (__, line) => `value_${line} = ${i}`).join('\n');
    return [
      {
        cell_type: 'markdown',
        id: `text-${i}`,
        metadata: {},
        source: `A picture:\n\n![picture](late-${i}.png)`,
      },
      { cell_type: 'code', id: `code-${i}`, metadata: {}, source: code, outputs: [], execution_count: null },
    ];
  });
  for (let i = 0; i < cells.length; i += 1) await ide.write(`scrolled/late-${i}.png`, picture);
  // Something whose place can be seen.
  const last = { cell_type: 'markdown', id: 'last', metadata: {}, source: 'The last.' };
  const content = { cells: [...cells.flat(), last], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  await ide.write('scrolled/late.ipynb', JSON.stringify(content));
  const held: (() => void)[] = [];
  const isPicture = ({ pathname, search }: URL) => /late-\d+\.png/.test(pathname + search);
  await page.route(isPicture, async (route) => {
    await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  const notebook = await ide.openNotebook('scrolled/late.ipynb');
  await notebook.region.getByRole('list', { name: 'Cells' }).hover();
  await page.mouse.wheel(0, 1_000_000);
  await expect(notebook.cell(24)).toBeVisible();
  // Those of the cells that are drawn ahead, above what is in sight.
  await expect.poll(() => held.length).toBeGreaterThanOrEqual(2);
  await watchScroll(page, ourCells);
  const arrived = creepUpUntilDrawn(page);
  await expect
    .poll(() =>
      page
        .locator(ourCells.scroller)
        .evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop),
    )
    .toBeGreaterThan(5);
  for (const release of held.splice(0)) release();
  await arrived;
  await whenStill(page);
  expect(await takeFaults(page)).toMatchObject({ jumps: 0, blanks: 0 });

  const drawn = notebook.cell(22).getByRole('img', { name: 'picture' });
  const height = await drawn.evaluate((image) => image.clientHeight);
  expect(height).toBeGreaterThan(80);
  await page.mouse.wheel(0, -1_000_000);
  await expect(notebook.cell(22)).toHaveCount(0);
  await page.mouse.wheel(0, 1_000_000);
  await expect(drawn).toHaveAttribute('data-pending');
  await expect(drawn).toHaveJSProperty('clientHeight', height);
});

/** Scrolls up, by so little that the pictures above what is in sight stay above it, until all in the page are drawn. */
const creepUpUntilDrawn = (page: Page): Promise<void> =>
  page.locator(ourCells.scroller).evaluate(async (list) => {
    const isMissing = () =>
      [...list.querySelectorAll<HTMLImageElement>('[data-cell-id] img')].some(
        ({ naturalHeight }) => naturalHeight === 0,
      );
    do {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      list.scrollTop -= 1;
    } while (isMissing());
  });

test('through code, text and outputs of heights that nobody knows, up from the end: no jump, no cell blank [E4]', async ({
  ide,
}) => {
  const { page } = ide;
  const mixed = JSON.parse(mixedNotebook(120)) as { cells: object[] };
  mixed.cells.push({ cell_type: 'markdown', id: 'last', metadata: {}, source: 'The last is $x^2$.' });
  await ide.write('scrolled/mixed.ipynb', JSON.stringify(mixed));
  for (const [name, bytes] of figures()) await ide.write(`scrolled/${name}`, bytes);
  const notebook = await ide.openNotebook('scrolled/mixed.ipynb');
  await notebook.region.getByRole('list', { name: 'Cells' }).hover();
  // Formulas come with the first one.
  await page.mouse.wheel(0, 1_000_000);
  await expect(notebook.cell(120)).toBeVisible();
  await expect(notebook.region.locator('.katex').first()).toBeAttached();
  await watchScroll(page, ourCells);
  for (const turns of [-60, 40, -60]) {
    await turnWheel(page, turns);
    expect(await takeFaults(page)).toMatchObject({ jumps: 0, blanks: 0 });
  }
});
