import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { ConsolePage } from './pages/console-page.ts';
import type { Ide } from './pages/ide.ts';
import { type NotebookJson, type NotebookPage, notebookOf } from './pages/notebook-page.ts';

/** Outputs with script where there is more than one place for them, in long notebooks, and when they come back. */
test.use({ beginsWithFile: true });

/** A button that counts, and says so in its own name: what was drawn anew begins at 0. */
const counter = (name: string) => `from IPython.display import Javascript, HTML
Javascript("""
element.innerHTML = '<button>${name} 0</button>';
let n = 0;
element.firstChild.onclick = (event) => { n += 1; event.target.textContent = '${name} ' + n };
""")`;

const frameIn = (region: Locator) => region.frameLocator('iframe[title^="Outputs of"]');
const slots = (place: Locator) => place.locator('.at-frame-slot:not([data-covered])');

async function runFirst(notebook: NotebookPage): Promise<void> {
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await notebook.page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
}

/** What is drawn in the frame stands where the page has room for it, and nothing of the page lies over it. */
async function expectInPlace(page: Page, slot: Locator, drawn: Locator): Promise<void> {
  await expect(async () => {
    const [room, found] = [await slot.boundingBox(), await drawn.boundingBox()];
    expect(Math.abs((room?.y ?? Number.NaN) - (found?.y ?? Number.NaN))).toBeLessThan(2);
    expect(Math.abs((room?.x ?? Number.NaN) - (found?.x ?? Number.NaN))).toBeLessThan(2);
    const at = { x: (found?.x ?? 0) + 4, y: (found?.y ?? 0) + 4 };
    expect(await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.tagName, at)).toBe('IFRAME');
  }).toPass();
}

test('script runs in the tab of a cell’s outputs too, beside the notebook and after a reload [J2, J4]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('beside.ipynb', notebookOf(counter('pressed'), 'pass'));
  const notebook = await ide.openNotebook('beside.ipynb');
  await runFirst(notebook);
  await frameIn(notebook.region).getByRole('button', { name: 'pressed 0' }).click();
  await notebook.output(0).getByRole('button', { name: 'Output actions' }).click();
  await page.getByRole('menuitem', { name: 'Open in a new tab' }).click();
  const view = page.getByRole('region', { name: 'Outputs of cell 1', exact: true });
  const beside = frameIn(view).getByRole('button', { name: /^pressed/ });
  await expect(beside).toHaveText('pressed 0');
  await expectInPlace(page, slots(view), beside);
  await beside.click();
  await expect(beside).toHaveText('pressed 1');
  // The keyboard goes in by its own stop and comes out again.
  const enter = view.getByRole('button', { name: 'Enter output of cell 1' });
  await enter.focus();
  await page.keyboard.press('Enter');
  await expect(beside).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(view.getByRole('region', { name: 'Outputs', exact: true })).toBeFocused();
  expect(await serious(page)).toEqual([]);

  await notebook.whenIdle();
  await page.reload();
  await ide.tab('Output 1, beside.ipynb').click();
  await expect(beside).toHaveText('pressed 0');
  await beside.click();
  await expect(beside).toHaveText('pressed 1');
});

test('saved scripts of a notebook wait in the tab of a cell’s outputs too, and one click is for both [J2, P4]', async ({
  ide,
}) => {
  const { page } = ide;
  await writeSaved(ide, 'waiting.ipynb', scripted('<p>as saved</p>', 'ran'));
  const notebook = await ide.openNotebook('waiting.ipynb');
  await notebook.select(0);
  await notebook.output(0).getByRole('button', { name: 'Output actions' }).click();
  await page.getByRole('menuitem', { name: 'Open in a new tab' }).click();
  const view = page.getByRole('region', { name: 'Outputs of cell 1', exact: true });
  await expect(view).toContainText('as saved');
  await view.getByRole('button', { name: 'Run scripts of this notebook' }).click();
  await expect(frameIn(view).getByText('ran', { exact: true })).toBeVisible();
  await ide.tab('waiting.ipynb').click();
  await expect(frameIn(notebook.region).getByText('ran', { exact: true })).toBeVisible();
});

test('script runs in a console, below what stands above it, and after a reload [J2, F9]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('with-console.ipynb', notebookOf('y = 1'));
  const notebook = await ide.openNotebook('with-console.ipynb');
  await runFirst(notebook);
  await ide.runCommand('New console for this notebook');
  const console = new ConsolePage(ide, 'Console of with-console.ipynb');
  await console.whenKernel('idle');
  await console.run('for i in range(12): print("line", i)');
  await expect(console.entry(1)).toContainText('line 11');
  await console.run(counter('told'));
  const button = frameIn(console.region).getByRole('button', { name: /^told/ });
  await expect(button).toHaveText('told 0');
  await expectInPlace(page, slots(console.entry(2)), button);
  await button.click();
  await expect(button).toHaveText('told 1');
  await console.run('y + 1');
  await expect(console.entry(3)).toContainText('2');
  // What it did is kept while entries come below it, and it went with its entry.
  await expect(button).toHaveText('told 1');
  await expectInPlace(page, slots(console.entry(2)), button);

  await page.reload();
  await console.whenKernel('idle');
  await expect(console.region.getByRole('listitem')).toHaveCount(3);
  await expect(button).toHaveText('told 0');
  await expectInPlace(page, slots(console.entry(2)), button);
});

const scripted = (html: string, text: string) => ({
  output_type: 'display_data',
  data: {
    'text/html': `${html}<script>document.currentScript.previousElementSibling.textContent = '${text}'</script>`,
    'text/plain': 'words',
  },
  metadata: {},
});

async function writeSaved(ide: Ide, path: string, ...outputs: object[]): Promise<void> {
  const notebook = JSON.parse(notebookOf(...outputs.map(() => 'pass'), 'last = 1')) as NotebookJson;
  for (const [index, output] of outputs.entries())
    Object.assign(notebook.cells[index] ?? {}, { outputs: [output] });
  await ide.write(path, `${JSON.stringify(notebook, null, 1)}\n`);
}

test('a notebook that is opened again has room for its charts from the first drawing on: nothing jumps [J2, E4]', async ({
  ide,
}) => {
  const { page } = ide;
  const tall = (height: number, text: string) =>
    scripted(`<p style="height: ${height}px; margin: 0"></p>`, text);
  await writeSaved(ide, 'tall.ipynb', tall(230, 'first'), tall(90, 'second'));
  const notebook = await ide.openNotebook('tall.ipynb');
  await notebook.cell(0).getByRole('button', { name: 'Run scripts of this notebook' }).click();
  await expect(frameIn(notebook.region).getByText('second')).toBeVisible();
  const before = await notebook.cell(2).boundingBox();
  const kept = () =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => /heights|scripts/.test(key)));
  await expect.poll(kept).toHaveLength(2);

  // Where the last cell is, in each frame from the first on that has it.
  await page.addInitScript(() => {
    const tops = new Set<number>();
    Object.assign(globalThis, { testTops: tops });
    const look = () => {
      const cell = document.querySelector('[data-cell-index="2"]');
      if (cell) tops.add(Math.round(cell.getBoundingClientRect().top));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await ide.openNotebook('tall.ipynb');
  await expect(frameIn(notebook.region).getByText('second')).toBeVisible();
  await expect(slots(notebook.region)).toHaveCount(2);
  const tops = await page.evaluate(() => [...(globalThis as unknown as { testTops: Set<number> }).testTops]);
  expect(tops.length).toBeGreaterThan(0);
  expect(Math.max(...tops) - Math.min(...tops)).toBeLessThanOrEqual(2);
  expect(Math.abs((tops[0] ?? Number.NaN) - (before?.y ?? Number.NaN))).toBeLessThanOrEqual(2);
});

test('a cell that a person isolates shares nothing with the others, until it is isolated no longer [J2]', async ({
  ide,
}) => {
  const share = (text: string) =>
    scripted('<p></p>', `' + (window.shared = (window.shared ?? '') + '${text}') + '`);
  await writeSaved(ide, 'isolate.ipynb', share('a'), share('b'));
  const notebook = await ide.openNotebook('isolate.ipynb');
  await notebook.cell(0).getByRole('button', { name: 'Run scripts of this notebook' }).click();
  await expect(frameIn(notebook.region).getByText('ab')).toBeVisible();
  await notebook.select(1);
  await ide.runCommand('Isolate outputs of selected cells, or no longer');
  const own = notebook.cell(1).frameLocator('iframe');
  await expect(own.getByText('b', { exact: true })).toBeVisible();
  await expect(frameIn(notebook.region).getByText('ab')).toHaveCount(0);
  await expect(frameIn(notebook.region).getByText('a', { exact: true })).toBeVisible();
  await ide.runCommand('Isolate outputs of selected cells, or no longer');
  await expect(notebook.cell(1).locator('iframe')).toHaveCount(0);
  await expect(frameIn(notebook.region).getByText('abb')).toBeVisible();
});

test('in a notebook of more than three million pixels outputs stand in their cells, at its beginning and its end [J2, E4]', async ({
  ide,
}) => {
  const { page } = ide;
  const lines = Array.from({ length: 900 }, (_, i) => `line_${i} = ${i}`).join('\n');
  const notebookJson = JSON.parse(
    notebookOf('first', ...Array.from({ length: 180 }, () => lines), 'last'),
  ) as NotebookJson;
  for (const [at, text] of [
    [0, 'at the beginning'],
    [-1, 'at the end'],
  ] as const)
    Object.assign(notebookJson.cells.at(at) ?? {}, { outputs: [scripted('<p></p>', text)] });
  await ide.write('very-long.ipynb', JSON.stringify(notebookJson));
  const notebook = await ide.openNotebook('very-long.ipynb');
  await notebook.cell(0).getByRole('button', { name: 'Run scripts of this notebook' }).click();
  const frame = frameIn(notebook.region);
  const shows = async (text: string, index: number) => {
    const drawn = frame.getByText(text);
    await expect(slots(notebook.cell(index))).toBeVisible();
    await expect(drawn).toBeVisible();
    await expect(async () => {
      const [room, found] = [await slots(notebook.cell(index)).boundingBox(), await drawn.boundingBox()];
      // The paragraph has a margin in its output.
      expect(Math.abs((room?.y ?? Number.NaN) - (found?.y ?? Number.NaN))).toBeLessThan(20);
    }).toPass();
  };
  await shows('at the beginning', 0);
  const scroller = notebook.region.locator('.at-cells-scroll');
  await expect(async () => {
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect(notebook.cell(181)).toBeInViewport({ timeout: 1_000 });
  }).toPass();
  expect(await scroller.evaluate((element) => element.scrollTop)).toBeGreaterThan(3_000_000);
  await shows('at the end', 181);
  // It is one document still.
  await expect(notebook.region.locator('iframe')).toHaveCount(1);
  await scroller.evaluate((element) => element.scrollTo(0, 0));
  await shows('at the beginning', 0);
  expect(await page.locator('.at-output-frame').count()).toBe(1);
});
