import { expect, test } from './fixtures/test.ts';
import type { Locator, Page } from '@playwright/test';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { notebookOf, streamText } from './pages/notebook-page.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'], beginsWithFile: true });

const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** Chooses in the menu of an output. */
async function choose(output: Locator, ...names: string[]): Promise<void> {
  const page = output.page();
  await output.hover();
  await output.getByRole('button', { name: 'Output actions' }).first().click();
  for (const name of names)
    await page.getByRole('menu').last().locator('[role^=menuitem]').getByText(name, { exact: true }).click();
}

test('a million lines: the page answers, the last line is there, the file is small and says what is missing [J5]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('flood.ipynb', notebookOf('for i in range(1_000_000): print(i)', ''));
  const notebook = await ide.openNotebook('flood.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'running');
  // What is typed while the flood is on appears, and most frames come in time.
  await notebook.type(1, 'while True: print("again")');
  const frames = await page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = [];
        let last = performance.now();
        const tick = (now: number) => {
          gaps.push(now - last);
          last = now;
          if (gaps.length < 90) requestAnimationFrame(tick);
          else resolve(gaps.toSorted((one, other) => one - other));
        };
        requestAnimationFrame(tick);
      }),
  );
  await notebook.whenCell(0, 'running');
  expect(frames[45]).toBeLessThan(100);
  await notebook.whenCell(0, 'done', 80_000);
  const output = notebook.output(0);
  await expect(output).toContainText('999999');
  await expect(output).toContainText(
    /… 999,960 lines hidden\. [\d,]+ lines \([\d.]+ MB\) in the middle are not kept/,
  );
  await notebook.whenIdle();
  expect((await stat(join(ide.product.home, 'flood.ipynb'))).size).toBeLessThan(2_000_000);
  const saved = streamText((await notebook.onDisk()).cells[0]);
  const [, missing] = /\n\[… ([\d,]+) lines left out here \([\d,]+ bytes\) …\]\n/.exec(saved) ?? [];
  expect(Number(missing?.replaceAll(',', '')) + saved.split('\n').length - 2).toBe(1_000_000);
  expect(saved).toMatch(/^0\n1\n2\n[^]*\n999998\n999999\n$/);

  await output.getByRole('button', { name: /^Show all [\d,]+ lines that are kept$/ }).click();
  const viewer = page.getByRole('dialog', { name: 'Output of cell 1' });
  await viewer.getByRole('textbox', { name: 'Find in output' }).fill('999987');
  await expect(viewer.getByRole('status')).toHaveText('1 line');
  await page.keyboard.press('Enter');
  await expect(viewer.locator('[data-current]')).toContainText('999987');
  await viewer.getByRole('button', { name: 'Copy all' }).click();
  await expect.poll(async () => (await clipboard(page)).endsWith('\n999999\n')).toBe(true);
  const download = page.waitForEvent('download');
  await viewer.getByRole('button', { name: 'Save as file' }).click();
  expect((await download).suggestedFilename()).toBe('Output of cell 1.txt');
  await page.keyboard.press('Escape');

  await notebook.select(1);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(1)).toContainText('lines hidden');
  const started = Date.now();
  await notebook.button('Interrupt kernel').click();
  await notebook.whenCell(1, 'error', 20_000);
  // Less than a second is promised on a calm machine.
  expect(Date.now() - started).toBeLessThan(5_000);
  await expect(notebook.output(1)).toContainText('KeyboardInterrupt');
});

/** A notebook of one code cell for each list of outputs. */
function notebookWith(...cells: object[][]): string {
  const notebook = JSON.parse(notebookOf(...cells.map((_, i) => `cell(${i})`))) as { cells: object[] };
  for (const [i, outputs] of cells.entries()) Object.assign(notebook.cells[i] ?? {}, { outputs });
  return JSON.stringify(notebook, null, 1);
}
const display = (data: object) => ({ output_type: 'display_data', data, metadata: {} });

// As pandas writes a frame: an index, a head, a note of its size.
const FRAME = `<div><style scoped>.dataframe {}</style><table border="1" class="dataframe">
<thead><tr style="text-align: right;"><th></th><th>city</th><th>people</th></tr></thead><tbody>
<tr><th>0</th><td>Bern</td><td>134,794</td></tr><tr><th>1</th><td>Zürich</td><td>421,878</td></tr>
<tr><th>2</th><td>Basel</td><td>NaN</td></tr><tr><th>3</th><td>Chur</td><td>38,293</td></tr>
</tbody></table></div>`;
const LAYOUT =
  '<table><tr><th>a</th><th>b</th></tr><tr><td rowspan="2">x</td><td>1</td></tr><tr><td>2</td></tr></table>';

test('a table sorts by keys and pointer, is copied for a spreadsheet, and is there as it was sent', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write(
    'table.ipynb',
    notebookWith(
      [display({ 'text/html': FRAME, 'text/plain': 'the frame' })],
      [display({ 'text/html': LAYOUT })],
    ),
  );
  const notebook = await ide.openNotebook('table.ipynb');
  const output = notebook.output(0);
  const column = (n: number) => output.locator(`tbody tr > :nth-child(${n})`);
  await expect(output.getByText('4 rows × 2 columns')).toBeVisible();
  await output.getByRole('button', { name: 'people' }).click();
  await expect(column(3)).toHaveText(['38,293', '134,794', '421,878', 'NaN']);
  await expect(output.getByRole('columnheader', { name: 'people' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await page.keyboard.press('Enter');
  await expect(column(2)).toHaveText(['Zürich', 'Bern', 'Chur', 'Basel']);
  await output.getByRole('button', { name: 'Copy table' }).click();
  await expect
    .poll(async () => clipboard(page))
    .toBe('\tcity\tpeople\n1\tZürich\t421,878\n0\tBern\t134,794\n3\tChur\t38,293\n2\tBasel\tNaN');
  await output.getByRole('button', { name: 'people' }).press('Space');
  await expect(column(2)).toHaveText(['Bern', 'Zürich', 'Basel', 'Chur']);
  await expect(output.getByRole('columnheader', { name: 'people' })).not.toHaveAttribute('aria-sort');

  await expect(notebook.output(1).locator('td[rowspan]')).toBeVisible();
  await expect(notebook.output(1).getByRole('button', { name: 'a', exact: true })).toHaveCount(0);

  await choose(output, 'Show as', 'HTML as sent');
  await expect(output.getByRole('button', { name: 'people' })).toHaveCount(0);
  await choose(output, 'Show as', 'Plain text');
  await expect(output.locator('[data-mime="text/plain"]')).toHaveText('the frame');
  await choose(output, 'Show as', 'Table');
  await expect(output.getByRole('button', { name: 'people' })).toBeVisible();
});
