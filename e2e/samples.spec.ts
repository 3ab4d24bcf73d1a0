import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './fixtures/test.ts';
import { type CellJson, type NotebookJson, notebookOf } from './pages/notebook-page.ts';

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

/** The MIME type that each output of a cell must be shown as. */
function expectedMimes(cell: CellJson): string[] {
  return (cell.outputs ?? []).map((output) => {
    if (output['output_type'] === 'stream') return 'stream';
    if (output['output_type'] === 'error') return 'error';
    const data = Object.keys(output['data'] as object);
    return preference.find((mime) => data.includes(mime)) ?? data[0] ?? 'text/plain';
  });
}

const kinds: Record<string, (mime: string) => boolean> = {
  stream: (mime) =>
    mime.includes('stream') || mime.includes('stdout') || mime.includes('stderr') || mime === 'text/plain',
  error: (mime) => mime.includes('error'),
};

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
    const list = notebook.region.getByRole('list', { name: 'Cells' });
    for (const [index, cell] of cells.entries()) {
      const item = notebook.cell(index);
      // Cells scrolled away need not exist: go on until this one does.
      for (let tries = 0; (await item.count()) === 0 && tries < 200; tries += 1) {
        await list.hover();
        await ide.page.mouse.wheel(0, 600);
        await ide.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      }
      await expect(item).toHaveAttribute('data-cell-type', cell.cell_type);
      await item.scrollIntoViewIfNeeded();
      const expected = expectedMimes(cell);
      const shown = notebook.output(index).locator('[data-mime]');
      await expect(shown).toHaveCount(expected.length);
      for (const [at, mime] of expected.entries()) {
        const actual = (await shown.nth(at).getAttribute('data-mime')) ?? '';
        expect(
          kinds[mime] ? kinds[mime](actual) : actual === mime,
          `cell ${index + 1} output ${at + 1}: ${actual} for ${mime}`,
        ).toBe(true);
        if (mime === 'image/png') {
          const image = shown.nth(at).locator('img');
          await expect
            .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth))
            .toBeGreaterThan(0);
        }
      }
      const heading = cell.cell_type === 'markdown' && /^#{1,6} +\S/m.test([cell.source].flat().join(''));
      if (heading) await expect(item.getByRole('heading').first()).toBeVisible();
    }
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
