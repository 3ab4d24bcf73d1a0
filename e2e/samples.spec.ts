import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { type CellJson, type NotebookJson, notebookOf, type NotebookPage } from './pages/notebook-page.ts';

const folder = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'shared/data/notebooks');
const samples = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ipynb')) : [];

/** Richest first: what can be shown without script. */
const preference = [
  'image/svg+xml',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'text/html',
  'text/markdown',
  'text/latex',
  'application/json',
  'text/plain',
];

/** What a reader must see of a cell. */
type Seen = {
  type: string;
  mimes: string[];
  /** Each PNG output has a natural size. */
  pngsDrawn: boolean;
  /** A heading of rendered Markdown has a box. */
  hasHeading: boolean;
};

/** The MIME type that an output must be shown as. */
function expectedMime(output: Record<string, unknown>): string {
  if (output['output_type'] === 'stream') return 'stream';
  if (output['output_type'] === 'error') return 'error';
  const data = Object.keys(output['data'] as object);
  return preference.find((mime) => data.includes(mime)) ?? data[0] ?? 'text/plain';
}

const kinds: Record<string, (mime: string) => boolean> = {
  stream: (mime) =>
    mime.includes('stream') || mime.includes('stdout') || mime.includes('stderr') || mime === 'text/plain',
  error: (mime) => mime.includes('error'),
};

/** What is not shown as the file says it; empty = all of it is. */
function differences(index: number, cell: CellJson, seen: Seen): string[] {
  const expected = (cell.outputs ?? []).map(expectedMime);
  const fits = (mime: string, at: number) => kinds[mime]?.(seen.mimes[at] ?? '') ?? mime === seen.mimes[at];
  const wantsHeading = cell.cell_type === 'markdown' && /^#{1,6} +\S/m.test([cell.source].flat().join(''));
  const found = [
    seen.type === cell.cell_type ? '' : `is ${seen.type}, not ${cell.cell_type}`,
    seen.mimes.length === expected.length && expected.every(fits)
      ? ''
      : `shows ${seen.mimes.join(', ')} for ${expected.join(', ')}`,
    seen.pngsDrawn ? '' : 'has a picture without a size',
    wantsHeading && !seen.hasHeading ? 'shows no heading' : '',
  ];
  return found.filter((text) => text !== '').map((text) => `cell ${index + 1} ${text}`);
}

/** The cells that exist now, by index: cells scrolled away need not. */
function cellsShown(list: Locator): Promise<[number, Seen][]> {
  return list.evaluate((element) =>
    [...element.querySelectorAll<HTMLElement>('[data-cell-index]')].map((cell): [number, Seen] => {
      const pngs = [...cell.querySelectorAll('[data-mime="image/png"]')];
      return [
        Number(cell.dataset['cellIndex']),
        {
          type: cell.dataset['cellType'] ?? '',
          mimes: [...cell.querySelectorAll<HTMLElement>('[data-mime]')].map(
            ({ dataset }) => dataset['mime'] ?? '',
          ),
          pngsDrawn: pngs.every((png) => (png.querySelector('img')?.naturalWidth ?? 0) > 0),
          hasHeading: [...cell.querySelectorAll('h1, h2, h3, h4, h5, h6')].some(
            (heading) => heading.getClientRects().length > 0,
          ),
        },
      ];
    }),
  );
}

/** Reads the notebook from its first cell to its last, screen by screen. */
async function seeEveryCell(notebook: NotebookPage, cells: CellJson[]): Promise<void> {
  const list = notebook.region.getByRole('list', { name: 'Cells' });
  const scroller = notebook.region.locator('.at-cells-scroll');
  await expect(notebook.cell(0)).toBeVisible({ timeout: 30_000 });
  const read = new Set<number>();
  const wrongOnes = async () => {
    const shown = await cellsShown(list);
    return shown.flatMap(([index, seen]) => {
      const cell = cells[index];
      const found = cell === undefined ? [`there is no cell ${index + 1}`] : differences(index, cell, seen);
      if (found.length === 0) read.add(index);
      return found;
    });
  };
  for (let screens = 0; screens < 400; screens += 1) {
    await expect.poll(wrongOnes, { intervals: [20, 50, 100, 250] }).toEqual([]);
    if (read.size >= cells.length) return;
    // By itself and at once: turns of a wheel that come late come together, and cells between them would not be seen.
    await scroller.evaluate((element) => {
      element.scrollBy({ top: element.clientHeight / 2, behavior: 'instant' });
      return new Promise((resolve) => requestAnimationFrame(resolve));
    });
  }
  expect(read.size, 'cells that were read').toBe(cells.length);
}

test.use({ beginsWithFile: true });

// Each sample stands for itself: both workers take from them.
test.describe.configure({ mode: 'parallel' });

for (const name of samples) {
  test(`sample ${name}: shown as the file says, and not a byte changes [E3, J1]`, async ({ ide }) => {
    test.setTimeout(180_000);
    const text = readFileSync(join(folder, name), 'utf8');
    await ide.write(`samples/${name}`, text);
    const notebook = await ide.openNotebook(`samples/${name}`);
    const cells = text.trim() === '' ? [] : (JSON.parse(text) as NotebookJson).cells;
    if (cells.length > 0) await seeEveryCell(notebook, cells);
    await ide.page.keyboard.press('ControlOrMeta+S');
    await notebook.whenIdle();
    expect(readFileSync(join(ide.product.home, 'samples', name), 'utf8')).toBe(text);
    // Closing asks nothing, for nothing could be lost, and writes nothing.
    const tab = ide.tab(name);
    await tab.click({ button: 'middle' });
    await expect(tab).toHaveCount(0);
    await expect(ide.page.getByRole('alertdialog')).toHaveCount(0);
    expect(readFileSync(join(ide.product.home, 'samples', name), 'utf8')).toBe(text);
  });
}

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGPQiDgPRAwoFABOnAfb1CcTSQAAAABJRU5ErkJggg==';
/** 3 × 2, grey. */
const jpeg =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI' +
  '/'.repeat(52) +
  'wAALCAACAAMBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AH//Z';

test('output kinds that the samples lack [J1]', async ({ ide }) => {
  const display = (data: object) => ({ output_type: 'display_data', data, metadata: {} });
  const outputs = [
    {
      output_type: 'error',
      ename: 'ValueError',
      evalue: 'bad',
      traceback: ['\u001b[0;31mValueError\u001b[0m: bad \u001b[1mbold\u001b[0m'],
    },
    display({
      'image/svg+xml':
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><script>window.pwned=1</script><rect width="20" height="10"/></svg>',
    }),
    display({ 'text/latex': '$$\\frac{a}{b}$$', 'text/plain': 'a/b' }),
    display({
      'application/vnd.jupyter.widget-view+json': { model_id: 'x', version_major: 2, version_minor: 0 },
      'text/plain': 'IntSlider(value=3)',
    }),
    display({
      'text/html':
        '<b onclick="window.pwned=1">bold</b><script>window.pwned=1</script><img src="https://example.invalid/a.png">',
    }),
    display({ 'image/png': png }),
    display({ 'image/jpeg': jpeg, 'text/plain': '<PIL.Image>' }),
    display({ 'text/markdown': '## A *heading*\n\n- item', 'text/plain': '<Markdown>' }),
  ];
  const text = JSON.parse(notebookOf('pass')) as NotebookJson;
  (text.cells[0] as CellJson).outputs = outputs;
  await ide.write('kinds.ipynb', `${JSON.stringify(text, null, 1)}\n`);
  const notebook = await ide.openNotebook('kinds.ipynb');
  const output = notebook.output(0);
  await expect(output.locator('[data-mime]')).toHaveCount(outputs.length);
  await expect(output).toContainText('ValueError');
  await expect(output).not.toContainText('[0;31m');
  await expect(output.locator('[data-mime="image/svg+xml"] img')).toBeVisible();
  await expect(output.locator('[data-mime="text/latex"] .katex')).toBeVisible();
  await expect(output).toContainText('IntSlider(value=3)');
  await expect(output).toContainText(/widget/i);
  await expect(output.locator('[data-mime="text/html"] b')).toHaveText('bold');
  await expect(output).toContainText('https://example.invalid/a.png');
  for (const [mime, width] of [
    ['image/png', 2],
    ['image/jpeg', 3],
  ] as const) {
    const image = output.locator(`[data-mime="${mime}"] img`);
    await expect
      .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth), mime)
      .toBe(width);
  }
  const markdown = output.locator('[data-mime="text/markdown"]');
  await expect(markdown.getByRole('heading', { name: 'A heading' })).toBeVisible();
  await expect(markdown.getByRole('listitem')).toHaveText('item');
  expect(await ide.page.evaluate(() => (globalThis as unknown as { pwned?: number }).pwned)).toBeUndefined();
});
