import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

type CellSpec = { type?: 'markdown'; source: string; outputs?: object[]; metadata?: object };

function notebookWith(cells: readonly CellSpec[]): string {
  return JSON.stringify(
    {
      metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
      nbformat: 4,
      nbformat_minor: 5,
      cells: cells.map(({ type, source, outputs = [], metadata = {} }, n) =>
        type
          ? { cell_type: type, id: `c${n}`, metadata, source }
          : { cell_type: 'code', id: `c${n}`, metadata, source, execution_count: null, outputs },
      ),
    },
    null,
    1,
  );
}

const said = (text: string) => ({ output_type: 'stream', name: 'stdout', text });

function bar(notebook: NotebookPage) {
  const search = notebook.region.getByRole('search', { name: 'Find in notebook' });
  return {
    search,
    field: search.getByRole('textbox', { name: 'Find', exact: true }),
    replace: search.getByRole('textbox', { name: 'Replace', exact: true }),
    status: search.getByRole('status').first(),
    option: (name: string) => search.getByRole('button', { name, exact: true }),
  };
}

async function openBar(notebook: NotebookPage, page: Page) {
  await notebook.cell(0).click({ position: { x: 30, y: 8 } });
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+F');
  const find = bar(notebook);
  await expect(find.field).toBeFocused();
  return find;
}

async function sourcesOnDisk(notebook: NotebookPage): Promise<string[]> {
  return (await notebook.onDisk()).cells.map(({ source }) => [source].flat().join(''));
}

/** Words under the highlight of the current hit, as the browser draws it. */
const highlighted = (page: Page, name: string) =>
  page.evaluate((of) => [...(CSS.highlights.get(of) ?? [])].map(String), name);

test('a hit far below is found, scrolled to and marked; the second press belongs to the browser [E7]', async ({
  ide,
}) => {
  const { page } = ide;
  const sources = Array.from({ length: 1000 }, (_, n) =>
    n === 899 ? 'x = 1\nneedle = 2' : `line_${n} = ${n}`,
  );
  await ide.write('long.ipynb', notebookOf(...sources));
  const notebook = await ide.openNotebook('long.ipynb');
  const find = await openBar(notebook, page);
  await find.field.fill('NEEDLE');
  await expect(find.status).toHaveText('1 of 1');
  const cell = notebook.cell(899);
  await expect(cell).toBeInViewport();
  await expect(cell).toHaveAttribute('aria-selected', 'true');
  await expect.poll(() => highlighted(page, 'at-find-current')).toEqual(['needle']);
  await expect(find.field).toBeFocused();

  const prevented = await page.evaluateHandle(() => {
    const seen: boolean[] = [];
    addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() === 'f') seen.push(event.defaultPrevented);
    });
    return seen;
  });
  await page.keyboard.press('ControlOrMeta+F');
  expect(await prevented.jsonValue()).toEqual([false]);

  await find.option('Match case').click();
  await expect(find.status).toHaveText('No hits');
  await find.option('Match case').click();
  await find.field.fill('line_1');
  await expect(find.status).toHaveText(/^\d+ of 111$/);
  await find.option('Whole word').click();
  await expect(find.status).toHaveText('1 of 1');
  await expect(notebook.cell(1)).toBeInViewport();
  await find.field.press('Escape');
  await expect(find.search).toBeHidden();
  await expect(notebook.cell(1)).toBeFocused();
  expect(await highlighted(page, 'at-find-current')).toEqual([]);
});

test('all sources are replaced in one step that undo takes back; outputs and locked cells stay [E7]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write(
    'replace.ipynb',
    notebookWith([
      { source: 'tenure = 1\nprint(tenure)', outputs: [said('tenure 1\n')] },
      { type: 'markdown', source: '# About tenure' },
      { source: 'locked_tenure = 2', metadata: { editable: false } },
      { source: 'last(tenure)' },
    ]),
  );
  const notebook = await ide.openNotebook('replace.ipynb');
  const find = await openBar(notebook, page);
  await find.field.fill('tenure');
  await expect(find.status).toHaveText('1 of 6');
  await expect.poll(async () => (await highlighted(page, 'at-find-hit')).length).toBe(5);
  for (const place of [2, 3, 4]) {
    await page.keyboard.press('Enter');
    await expect(find.status).toHaveText(`${place} of 6`);
  }
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('F3');
  await page.keyboard.press('Shift+F3');
  await expect(find.status).toHaveText('3 of 6');

  await find.option('Show replace').click();
  await find.replace.fill('months');
  await expect(find.search).toContainText(
    '1 hit in outputs is not replaced. 1 hit in locked cells is not replaced.',
  );
  await find.search.getByRole('button', { name: 'Replace 4 in sources' }).click();
  await expect(find.status).toHaveText('1 of 2');
  await notebook.save();
  await expect
    .poll(() => sourcesOnDisk(notebook))
    .toEqual(['months = 1\nprint(months)', '# About months', 'locked_tenure = 2', 'last(months)']);
  const saved = await notebook.onDisk();
  expect(JSON.stringify(saved.cells[0]?.outputs)).toContain('tenure 1');

  await find.field.press('Escape');
  await page.keyboard.press('Z');
  await expect(notebook.cell(3)).toContainText('last(tenure)');
  await notebook.save();
  await expect
    .poll(() => sourcesOnDisk(notebook))
    .toEqual(['tenure = 1\nprint(tenure)', '# About tenure', 'locked_tenure = 2', 'last(tenure)']);
});

test('patterns: what is wrong is said, what never ends is ended, groups are put in [E7]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('pattern.ipynb', notebookOf(`text = "${'a'.repeat(40)}!"`, 'load("x.csv")'));
  const notebook = await ide.openNotebook('pattern.ipynb');
  const find = await openBar(notebook, page);
  await find.option('Regular expression').click();
  await find.field.fill('(');
  await expect(find.search.getByRole('alert')).toHaveText(
    /^The pattern is not valid: .+ Nothing was searched\.$/,
  );
  await find.field.fill('(a+)+$');
  // The page goes on while the worker tries; then the search is ended.
  await find.option('Show replace').click();
  await find.replace.fill('read($2, $1)');
  await expect(find.search.getByRole('alert')).toContainText('needs too long', { timeout: 20_000 });
  await find.field.fill(String.raw`load\("(\w+)\.(\w+)"\)`);
  await expect(find.status).toHaveText('1 of 1');
  await find.search.getByRole('button', { name: 'Replace', exact: true }).click();
  await expect(notebook.cell(1)).toContainText('read(csv, x)');
});

test('hits are marked in the editor that is open, and in selected cells only when asked [E7]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('live.ipynb', notebookOf('alpha = 1\nalpha + 1', 'alpha'));
  const notebook = await ide.openNotebook('live.ipynb');
  await notebook.type(0, 'alpha = 1\nalpha + 2');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+F');
  const find = bar(notebook);
  await find.field.fill('alpha');
  await expect(find.status).toHaveText('1 of 3');
  await expect(notebook.cell(0).locator('.at-find-editor-current')).toHaveText('alpha');
  await expect(notebook.cell(0).locator('.at-find-editor-hit')).toHaveText('alpha');
  await find.search.getByRole('checkbox', { name: 'Selected cells only' }).click();
  await expect(find.status).toHaveText('1 of 2');
  expect(await serious(page), 'find').toEqual([]);
});

test('the table of contents tells what runs and failed, goes there, and is used by key [E6]', async ({
  ide,
}) => {
  const { page } = ide;
  const filler = Array.from({ length: 40 }, (_, n) => ({ source: `x${n} = ${n}` }));
  await ide.write(
    'contents.ipynb',
    notebookWith([
      { type: 'markdown', source: '# Churn of **all** customers' },
      { source: '1 / 0' },
      ...filler,
      { type: 'markdown', source: '## Data' },
      { source: 'input("go on?")' },
      { type: 'markdown', source: '# Data' },
      { source: 'pass' },
    ]),
  );
  const notebook = await ide.openNotebook('contents.ipynb');
  await page
    .getByRole('tablist', { name: 'Activity bar' })
    .getByRole('tab', { name: 'Table of contents', exact: true })
    .click();
  const panel = page.getByRole('region', { name: 'Table of contents' });
  const tree = panel.getByRole('tree', { name: 'Table of contents' });
  await expect(tree.getByRole('treeitem')).toHaveText([/^Churn of all customers/, /^Data/, /^Data/]);
  const [top, inner, last] = [0, 1, 2].map((n) => tree.getByRole('treeitem').nth(n));
  if (!top || !inner || !last) throw new Error('three headings');
  await expect(top).toHaveAttribute('aria-current', 'location');

  await last.click();
  await expect(notebook.cell(44)).toBeInViewport();
  await expect(notebook.cell(44)).toHaveAttribute('aria-selected', 'true');
  await expect(last).toHaveAttribute('aria-current', 'location');
  await last.focus();
  await page.keyboard.press('ArrowUp');
  await expect(inner).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(top).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(tree.getByRole('treeitem')).toHaveCount(2);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(notebook.cell(42)).toHaveAttribute('aria-selected', 'true');

  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.cell(42).click({ position: { x: 30, y: 8 } });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(43, 'running');
  await expect(inner).toHaveAccessibleDescription('running');
  await expect(top).toHaveAccessibleDescription('running');
  await expect(last).not.toHaveAccessibleDescription(/./);
  await expect(panel).toContainText('1 running');
  expect(await serious(page), 'contents').toEqual([]);
  await top.click();
  await ide.runCommand('Go to running cell');
  await expect(notebook.cell(43)).toHaveAttribute('aria-selected', 'true');
  await expect(notebook.cell(43)).toBeInViewport();
  const answer = notebook.output(43).getByRole('textbox');
  await answer.fill('yes');
  await answer.press('Enter');
  await notebook.whenCell(43, 'done');
  await notebook.ide.page.keyboard.press('Escape');

  await top.click();
  await notebook.select(1);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(1, 'error');
  await expect(top).toHaveAccessibleDescription('error');
  await last.click();
  await ide.runCommand('Go to next error');
  await expect(notebook.cell(1)).toHaveAttribute('aria-selected', 'true');
  await expect(notebook.cell(1)).toBeInViewport();
});

test('the table of contents says why it is empty, and a command why it cannot [E6]', async ({ ide }) => {
  const { page } = ide;
  await ide.signIn();
  await ide.runCommand('Show table of contents');
  const panel = page.getByRole('region', { name: 'Table of contents' });
  await expect(panel).toContainText('No notebook is open');
  await ide.write('bare.ipynb', notebookOf('1 + 1'));
  const notebook = await ide.openNotebook('bare.ipynb');
  await expect(panel).toContainText('No headings');
  await page.keyboard.press('ControlOrMeta+Shift+P');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await palette.getByRole('combobox', { name: 'Command' }).fill('Go to');
  await expect(palette.getByRole('option', { name: 'Go to running cell' })).toContainText(
    'No cell is running',
  );
  await page.keyboard.press('Escape');
  await notebook.type(0, '2 + 2');
  await ide.runCommand('Go to last edited cell');
  await expect(notebook.cell(0)).toHaveAttribute('aria-selected', 'true');
});
