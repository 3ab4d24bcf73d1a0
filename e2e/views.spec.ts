import { expect, test } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

test('a second view of a notebook beside it: edits and outputs in both, selection and scroll its own, one file [E12]', async ({
  ide,
}) => {
  const { page } = ide;
  const sources = Array.from({ length: 60 }, (_, n) => `value_${n} = ${n}`);
  await ide.write('wide.ipynb', notebookOf('print("both")', ...sources));
  const notebook = await ide.openNotebook('wide.ipynb');
  await expect(notebook.cell(0)).toBeVisible();
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await ide.runCommand('New view of this notebook');
  const regions = page.getByRole('region', { name: 'Notebook wide.ipynb', exact: true });
  await expect(regions).toHaveCount(2);
  await expect(ide.tab('wide.ipynb')).toHaveCount(2);
  const [left, right] = [regions.nth(0), regions.nth(1)];
  const cell = (region: typeof left, index: number) =>
    region.locator(`[data-cell-index="${index}"][role=listitem]`);
  // Both are seen, side by side.
  const [a, b] = [await left.boundingBox(), await right.boundingBox()];
  expect(a && b && (a.x + a.width <= b.x + 1 || b.x + b.width <= a.x + 1)).toBe(true);

  await cell(left, 0).locator('[data-part="source"]').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+Enter');
  for (const region of [left, right])
    await expect(region.getByRole('group', { name: 'Cell 1 output', exact: true })).toContainText('both');

  await cell(right, 1).locator('[data-part="source"]').click();
  const editor = right.getByRole('textbox', { name: 'Cell 2 source', exact: true });
  await expect(editor).toBeFocused({ timeout: 30_000 });
  await expect(cell(left, 0)).toHaveAttribute('aria-selected', 'true');
  await expect(cell(left, 1)).toHaveAttribute('aria-selected', 'false');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('value_0 = "edited"');
  await expect(cell(left, 1)).toContainText('value_0 = "edited"');
  await expect(editor).toBeFocused();

  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+End');
  await expect(cell(right, 60)).toHaveAttribute('aria-selected', 'true');
  await expect(cell(left, 0)).toBeInViewport();
  await expect(cell(left, 60)).toHaveCount(0);

  // The history is one: what was typed at the right is taken back at the left.
  await cell(left, 0).locator('[data-part="source"]').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('z');
  await expect(cell(left, 1)).toContainText('value_0 = 0');

  await ide.tab('wide.ipynb').last().focus();
  await page.keyboard.press('Delete');
  await expect(regions).toHaveCount(1);
  await notebook.save();
  await notebook.whenIdle();
  const saved = await notebook.onDisk();
  expect(saved.cells).toHaveLength(61);
  await page.reload();
  await expect(regions).toHaveCount(1);
});
