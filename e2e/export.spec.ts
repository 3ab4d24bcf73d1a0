import type { Download } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import type { Ide } from './pages/ide.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

/** A picture of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const hostile =
  '<b onmouseover="alert(1)">bold</b><script>document.title = "run"</script><img src="https://elsewhere.example/x.png">';

function notebook(rows: number): string {
  const stream = (text: string) => ({ output_type: 'stream', name: 'stdout', text });
  const shown = (data: object) => ({ output_type: 'display_data', metadata: {}, data });
  const code = (source: string, ...outputs: object[]) => ({
    cell_type: 'code',
    execution_count: 7,
    metadata: {},
    outputs,
    source,
  });
  const cells = [
    {
      cell_type: 'markdown',
      metadata: {},
      source: '# Report\n\nWith $x^2$ and ![dot](dot.png)\n\n```python\nx = "in text"\n```',
    },
    code('%matplotlib inline\nx = 1  # one', stream('\u001b[32mgreen\u001b[0m\n')),
    code('plot()', shown({ 'image/png': PIXEL, 'text/plain': 'Figure' })),
    code('html()', shown({ 'text/html': hostile })),
    ...Array.from({ length: rows }, (_, n) => code(`row(${n})`, stream(`row ${n} of many\n`))),
  ];
  const metadata = { language_info: { name: 'python', file_extension: '.py' } };
  const numbered = cells.map((cell, n) => ({ id: `c${n}`, ...cell }));
  return `${JSON.stringify({ cells: numbered, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

async function exported(ide: Ide, command: string): Promise<{ name: string; bytes: Buffer }> {
  const download: Promise<Download> = ide.page.waitForEvent('download');
  await ide.runCommand(command);
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test('a notebook leaves as notebook, script, Markdown and a web page that needs nothing and runs nothing [E11]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('study/report.ipynb', notebook(40));
  await ide.write('study/dot.png', Buffer.from(PIXEL, 'base64'));
  const open = await ide.openNotebook('study/report.ipynb');
  await expect(open.cell(0)).toContainText('Report');
  const onDisk = await readFile(join(ide.product.home, 'study/report.ipynb'), 'utf8');

  const copy = await exported(ide, 'Export as notebook');
  expect([copy.name, copy.bytes.toString()]).toEqual(['report.ipynb', onDisk]);

  const bare = await exported(ide, 'Export as notebook without outputs');
  const { cells } = JSON.parse(bare.bytes.toString()) as { cells: { outputs?: unknown[] }[] };
  expect(cells).toHaveLength(44);
  expect(cells.flatMap(({ outputs = [] }) => outputs)).toEqual([]);
  // The notebook itself is as it was.
  expect(await readFile(join(ide.product.home, 'study/report.ipynb'), 'utf8')).toBe(onDisk);

  const script = await exported(ide, 'Export as script');
  expect(script.name).toBe('report.py');
  expect(script.bytes.toString()).toContain('# %%\n# %matplotlib inline\nx = 1  # one\n');

  const markdown = await exported(ide, 'Export as Markdown');
  expect(markdown.name).toBe('report.zip');
  const zip = markdown.bytes.toString('latin1');
  expect(zip).toContain('report_files/output_3_1.png');
  expect(zip).toContain('```python\nplot()\n```\n\n![output](report_files/output_3_1.png)');

  const html = await exported(ide, 'Export as web page');
  expect(html.name).toBe('report.html');
  const text = html.bytes.toString();
  const reader = await page.context().newPage();
  const foreign: string[] = [];
  await reader.route(/^https?:/, async (route) => {
    const url = route.request().url();
    if (url === 'http://reader.test/') return route.fulfill({ body: text, contentType: 'text/html' });
    foreign.push(url);
    return route.abort();
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    await reader.emulateMedia({ colorScheme });
    await reader.goto('http://reader.test/');
    await expect(reader.getByRole('heading', { name: 'Report' })).toBeVisible();
    expect(await serious(reader)).toEqual([]);
  }
  await expect(reader).toHaveTitle('report');
  await expect(reader.locator('.cell')).toHaveCount(44);
  await expect(reader.locator('math')).toHaveCount(1);
  await expect(reader.locator('script, [onmouseover], iframe')).toHaveCount(0);
  const pictures = reader.locator('img');
  await expect(pictures).toHaveCount(2);
  for (const picture of await pictures.all())
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await expect(reader.locator('.at-syn-comment').first()).toHaveText('# one');
  await expect(reader.getByText('row 39 of many')).toBeAttached();
  expect(foreign).toEqual([]);
  await reader.close();
});

test('all cells are printed, not only those in sight [E11]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('long.ipynb', notebook(300));
  // The browser's own dialog cannot be driven: what it would print is asked for below.
  await page.addInitScript(() => {
    window.print = () => document.documentElement.setAttribute('data-printed', '');
  });
  const open = await ide.openNotebook('long.ipynb');
  await expect(open.cell(0)).toContainText('Report');
  const before = await page.pdf();
  await ide.runCommand('Print notebook');
  await expect(page.locator('html[data-printed]')).toBeAttached();
  await expect(page.locator('.at-print .cell')).toHaveCount(304);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.at-print .cell').last()).toBeVisible();
  await expect(open.region).toBeHidden();
  const pages = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  expect(pages(before)).toBeLessThan(3);
  expect(pages(await page.pdf())).toBeGreaterThan(8);
  // The browser tells of the end of printing here too.
  await page.emulateMedia({ media: 'screen' });
  await expect(page.locator('.at-print')).toHaveCount(0);
  await expect(open.region).toBeVisible();
});

test('save as, rename and revert to the checkpoint from the File menu [E11]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('a.ipynb', notebookOf('x = 1'));
  const first = await ide.openNotebook('a.ipynb');
  await first.type(0, 'x = 2');
  await first.save();
  await first.type(0, 'x = 3');
  await first.whenIdle();

  await ide.runCommand('Revert to checkpoint…');
  await page.getByRole('button', { name: 'Revert', exact: true }).click();
  await expect(first.cell(0)).toContainText('x = 2');
  expect([(await first.onDisk()).cells[0]?.source].flat().join('')).toBe('x = 2');

  await ide.runCommand('Save as…');
  const dialog = page.getByRole('dialog', { name: 'Save as' });
  await expect(dialog.getByRole('textbox')).toHaveValue('a-copy.ipynb');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  const second = ide.notebook('a-copy.ipynb');
  await expect(second.cell(0)).toContainText('x = 2');

  await ide.runCommand('Rename notebook…');
  const rename = page.getByRole('dialog', { name: 'Rename notebook' });
  await rename.getByRole('textbox').fill('b.ipynb');
  await rename.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(ide.notebook('b.ipynb').cell(0)).toContainText('x = 2');
  await expect(ide.tab('a-copy.ipynb')).toHaveCount(0);
  expect(await readFile(join(ide.product.home, 'b.ipynb'), 'utf8')).toContain('x = 2');
});
