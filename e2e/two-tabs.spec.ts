/** One notebook in two tabs of one browser: one writes the file, both show everything, nothing is lost. */
import { holdSaves, isSave } from './fixtures/saves.ts';
import { expect, test, watch } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const sourceOf = (notebook: NotebookPage, index: number) =>
  notebook.cell(index).locator('[data-part="source"]').first();

async function sourcesOnDisk(notebook: NotebookPage): Promise<string[]> {
  const { cells } = await notebook.onDisk();
  return cells.map(({ source }) => [source].flat().join(''));
}

test('two tabs of a notebook show each other’s edits and save them; the second goes on alone [D5]', async ({
  ide,
  page,
  product,
}) => {
  await ide.write('shared.ipynb', notebookOf('a = 1', 'b = 2'));
  const one = await ide.openNotebook('shared.ipynb');
  const otherPage = await page.context().newPage();
  const watched = watch(otherPage, product.origin);
  const other = new Ide(otherPage, product);
  const two = await other.openNotebook('shared.ipynb');
  const writes: string[] = [];
  for (const tab of [page, otherPage]) {
    tab.on('request', (request) => {
      if (isSave(request)) writes.push(tab === page ? 'one' : 'two');
    });
  }

  // In turn.
  await one.edit(0);
  await page.keyboard.type(' + 10');
  await expect(sourceOf(two, 0)).toHaveText(/a = 1 \+ 10/);
  await two.edit(0);
  await otherPage.keyboard.type(' + 20');
  await expect(sourceOf(one, 0)).toContainText('a = 1 + 10 + 20');
  await two.edit(1);
  // At once, in different cells: every key of both is there.
  await Promise.all([
    page.keyboard.type(' + 30 + 31 + 32 + 33'),
    otherPage.keyboard.type(' + 40 + 41 + 42 + 43'),
  ]);
  await expect
    .poll(() => sourcesOnDisk(one))
    .toEqual(['a = 1 + 10 + 20 + 30 + 31 + 32 + 33', 'b = 2 + 40 + 41 + 42 + 43']);
  expect(new Set(writes)).toEqual(new Set(['one']));
  for (const tab of [ide, other])
    await expect(tab.tab('shared.ipynb')).not.toHaveAttribute('data-dirty', 'true');

  // New and deleted cells.
  await one.select(1);
  await page.keyboard.press('b');
  await expect(two.cell(2)).toBeVisible();
  await page.keyboard.press('b');
  await expect(two.cell(3)).toBeVisible();
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  await expect(two.cell(3)).toHaveCount(0);

  // What is not saved yet is in a tab that opens now.
  const release = await holdSaves(page);
  await one.edit(0);
  await page.keyboard.type(' + 50');
  const thirdPage = await page.context().newPage();
  const watchedThird = watch(thirdPage, product.origin);
  const three = await new Ide(thirdPage, product).openNotebook('shared.ipynb');
  await expect(sourceOf(three, 0)).toContainText('33 + 50');
  expect((await sourcesOnDisk(one))[0]).not.toContain('50');
  await expect(three.region.getByRole('status', { name: 'Unsaved edits' })).toHaveCount(0);
  await thirdPage.close();
  release();
  await expect.poll(async () => (await sourcesOnDisk(one))[0]).toContain('33 + 50');
  expect(watchedThird.problems).toEqual([]);
  await page.close();

  await two.type(2, 'c = 3');
  await expect.poll(async () => (await sourcesOnDisk(two))[2]).toBe('c = 3');
  expect(writes.at(-1)).toBe('two');
  await otherPage.reload();
  await expect(sourceOf(two, 2)).toContainText('c = 3');
  await two.edit(2);
  await otherPage.keyboard.type('3');
  await expect.poll(async () => (await sourcesOnDisk(two))[2]).toBe('c = 33');
  await expect(two.region.getByRole('status', { name: 'Unsaved edits' })).toHaveCount(0);
  expect(watched.problems).toEqual([]);
});
