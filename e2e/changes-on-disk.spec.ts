/** A notebook that other programs write while it is open: nothing of either side is lost. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { Ide } from './pages/ide.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const sources = async (notebook: NotebookPage) =>
  (await notebook.onDisk()).cells.map(({ source }) => [source].flat().join(''));
const bar = (notebook: NotebookPage) => notebook.page.getByRole('region', { name: 'Changes on disk' });

/** Another program changes a file in place of the person: what it holds, with something replaced. */
async function replace(notebook: NotebookPage, from: string, to: string): Promise<void> {
  const text = JSON.stringify(await notebook.onDisk(), null, 1);
  await writeFile(join(notebook.ide.product.home, notebook.path), `${text.replace(from, to)}\n`);
}

test('cells edited here and on disk are all in the page and in the file; typing goes on [D5][N8]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('merge.ipynb', notebookOf('first = 1', 'second = 1', 'third = 1'));
  const notebook = await ide.openNotebook('merge.ipynb');
  const editor = await notebook.edit(0);
  await page.keyboard.type('0');
  await replace(notebook, 'second = 1', 'second = 22');
  await page.keyboard.type('0');
  await page.keyboard.press('ControlOrMeta+S');
  await expect(notebook.cell(1)).toContainText('second = 22');
  await expect(bar(notebook)).toContainText('Changed on disk. 1 cell merged.');
  // The keyboard stays where it was.
  await expect(editor).toBeFocused();
  await page.keyboard.type('0');
  await notebook.whenIdle();
  await expect.poll(() => sources(notebook)).toEqual(['first = 1000', 'second = 22', 'third = 1']);
  await bar(notebook).getByRole('button', { name: 'Dismiss' }).click();
  await expect(bar(notebook)).toBeHidden();
});

test('a cell edited on both sides waits with both versions, and the file keeps theirs until one is chosen [D5]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('both-sides.ipynb', notebookOf('a = 1', 'b = 1', 'c = 1'));
  const notebook = await ide.openNotebook('both-sides.ipynb');
  await expect(notebook.cell(0)).toContainText('a = 1');
  await replace(notebook, 'a = 1', "a = 'theirs'");
  await replace(notebook, 'c = 1', "c = 'theirs'");
  await notebook.type(0, "a = 'mine'");
  await page.keyboard.press('ControlOrMeta+S');
  await expect(bar(notebook)).toContainText('1 cell merged. 1 cell was edited on both sides');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(notebook.cell(2)).toContainText("c = 'theirs'");
  await expect(notebook.cell(0)).toContainText("a = 'mine'");
  expect(await sources(notebook)).toEqual(["a = 'theirs'", 'b = 1', "c = 'theirs'"]);
  await bar(notebook).getByRole('button', { name: 'Show cell 1' }).click();
  const mine = bar(notebook).getByRole('region', { name: 'Cell 1, yours', exact: true });
  const theirs = bar(notebook).getByRole('region', { name: 'Cell 1, on disk', exact: true });
  await expect(mine).toContainText("a = 'mine'");
  await expect(theirs).toContainText("a = 'theirs'");
  await bar(notebook).getByRole('button', { name: 'Keep both as two cells' }).click();
  await expect(bar(notebook)).not.toContainText('both sides');
  await expect.poll(() => sources(notebook)).toEqual(["a = 'mine'", "a = 'theirs'", 'b = 1', "c = 'theirs'"]);
  // What came in besides goes on being told, where it is, and is taken back there alone.
  const note = page.getByRole('note', { name: 'Cell 4, from disk' });
  await expect(note).toContainText("Taken from disk: 1 is now 'theirs'.");
  await note.getByRole('button', { name: 'Undo' }).click();
  await expect(note).toBeHidden();
  await expect.poll(() => sources(notebook)).toEqual(["a = 'mine'", "a = 'theirs'", 'b = 1', 'c = 1']);
});

test('what came from disk is told at each cell, and taken back there by key [D5]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('notes.ipynb', notebookOf('split(by="signup_date")', 'x = 1', 'y = 1'));
  const notebook = await ide.openNotebook('notes.ipynb');
  await expect(notebook.cell(1)).toContainText('x = 1');
  const file = await notebook.onDisk();
  file.cells.splice(1, 1);
  const more = (JSON.parse(notebookOf('new = 1')) as typeof file).cells.map((cell) => ({
    ...cell,
    id: 'new',
  }));
  const text = JSON.stringify({ ...file, cells: [...file.cells, ...more] }, null, 1);
  await writeFile(join(ide.product.home, 'notes.ipynb'), `${text.replace('signup_date', 'signup_month')}\n`);
  await notebook.type(2, 'y = 2');
  await page.keyboard.press('ControlOrMeta+S');
  await expect(bar(notebook)).toContainText('3 cells merged.');
  const notes = page.getByRole('note');
  await expect(notes).toContainText([
    'Taken from disk: signup_date is now signup_month.',
    'The cell below this one was deleted on disk.',
    'New cell from disk.',
  ]);
  expect(await serious(page)).toEqual([]);
  // By key: the button of the second note, then the keyboard is with the cells again.
  await notes.nth(1).getByRole('button', { name: 'Undo' }).focus();
  await page.keyboard.press('Enter');
  await expect(notebook.cell(1)).toContainText('x = 1');
  await expect(page.locator('.at-cell[data-active]')).toBeFocused();
  await bar(notebook).getByRole('button', { name: 'Dismiss' }).click();
  await expect(notes).toHaveCount(0);
  await notebook.whenIdle();
  expect(await sources(notebook)).toEqual(['split(by="signup_month")', 'x = 1', 'y = 2', 'new = 1']);
});

test('a cell deleted on disk and edited here stays, and is told [D5]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('deleted.ipynb', notebookOf('keep = 1', 'edited = 1'));
  const notebook = await ide.openNotebook('deleted.ipynb');
  await expect(notebook.cell(1)).toContainText('edited = 1');
  await ide.write('deleted.ipynb', notebookOf('keep = 1'));
  await notebook.type(1, 'edited = 2');
  await page.keyboard.press('ControlOrMeta+S');
  await expect(bar(notebook)).toContainText('1 cell deleted there was kept, because of your edits.');
  await expect.poll(() => sources(notebook)).toEqual(['keep = 1', 'edited = 2']);
});

test('two browsers edit one notebook at once, and both end with all of it [D5][N8]', async ({
  ide,
  product,
  browser,
}) => {
  await ide.write('two.ipynb', notebookOf('one = 0', 'two = 0', 'three = 0'));
  const here = await ide.openNotebook('two.ipynb');
  const context = await browser.newContext();
  const other = new Ide(await context.newPage(), product);
  await other.takeSession();
  const there = await other.openNotebook('two.ipynb');
  for (let round = 1; round <= 3; round += 1) {
    await here.type(0, `one = ${round}`);
    await there.type(2, `three = ${round}`);
    await Promise.all([here, there].map((notebook) => notebook.page.keyboard.press('ControlOrMeta+S')));
    await expect.poll(() => sources(here)).toEqual([`one = ${round}`, 'two = 0', `three = ${round}`]);
  }
  for (const notebook of [here, there]) {
    await notebook.type(1, 'two = 2');
    await notebook.page.keyboard.press('ControlOrMeta+S');
    await notebook.whenIdle();
    await expect(notebook.cell(0)).toContainText('one = 3');
    await expect(notebook.cell(2)).toContainText('three = 3');
  }
  expect(await sources(here)).toEqual(['one = 3', 'two = 2', 'three = 3']);
  await context.close();
});
