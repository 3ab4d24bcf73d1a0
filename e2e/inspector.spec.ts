import { expect, test } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { notebookOf, type NotebookPage } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const metadataOnDisk = async (notebook: NotebookPage) =>
  ((await notebook.onDisk()).cells as unknown as { metadata: object }[]).map((cell) => cell.metadata);

test('tags, slides and flags of the selected cells, in steps that undo takes back [B9, E8]', async ({
  ide,
}) => {
  const { page } = ide;
  const file = notebookOf('a = 1', 'b = 2', 'c = 3');
  await ide.write('properties.ipynb', file);
  const notebook = await ide.openNotebook('properties.ipynb');
  await notebook.select(0);
  await page.keyboard.press('Shift+ArrowDown');
  await ide.runCommand('Show property inspector');
  const panel = page.getByRole('region', { name: 'Property inspector' });
  await expect(panel.getByRole('heading', { name: '2 cells' })).toBeVisible();
  const tag = panel.getByRole('combobox', { name: 'Add tag' });
  await tag.fill('parameters, mine');
  await tag.press('Enter');
  await expect(panel.getByRole('button', { name: 'Remove tag mine' })).toBeVisible();
  await panel.getByRole('combobox', { name: 'Slide type' }).selectOption('Fragment');
  await notebook
    .cell(0)
    .locator('.at-cell-gutter')
    .click({ position: { x: 10, y: 10 } });
  await expect(panel.getByRole('heading', { name: 'Cell 1', exact: true })).toBeVisible();
  await panel.getByRole('button', { name: 'Remove tag mine' }).click();
  await panel.getByRole('switch', { name: 'Deletable' }).click();
  await panel.getByRole('switch', { name: 'Hide input' }).click();
  await expect(notebook.cell(0).getByRole('button', { name: 'Show input of cell 1' })).toBeVisible();
  await notebook.save();
  const slideshow = { slide_type: 'fragment' };
  expect(await metadataOnDisk(notebook)).toEqual([
    { tags: ['parameters'], slideshow, deletable: false, jupyter: { source_hidden: true } },
    { tags: ['parameters', 'mine'], slideshow },
    {},
  ]);
  await notebook.cell(2).click();
  await page.keyboard.press('Escape');
  for (let step = 0; step < 5; step++) await page.keyboard.press('z');
  await notebook.save();
  expect(await metadataOnDisk(notebook)).toEqual([{}, {}, {}]);
});

test('metadata as JSON: what is wrong is refused with a sentence and stays as typed [B9]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('metadata.ipynb', notebookOf('a = 1', 'b = 2'));
  const notebook = await ide.openNotebook('metadata.ipynb');
  await notebook.select(0);
  await ide.runCommand('Show property inspector');
  const panel = page.getByRole('region', { name: 'Property inspector' });
  const group = panel.getByRole('group', { name: 'Cell metadata as JSON' });
  const box = group.getByRole('textbox', { name: 'Cell metadata', exact: true });
  const fill = async (text: string) => {
    await box.focus({ timeout: 30_000 });
    // Typed over a selection a bracket would go round it.
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete');
    // Key by key: the editor closes brackets and quotes by itself, and typing goes over them.
    await page.keyboard.type(text);
  };
  await fill('{"tags": 5}');
  await group.getByRole('button', { name: 'Apply' }).click();
  await expect(group.getByRole('alert')).toHaveText('"tags" is not a list of texts. Nothing was changed.');
  await fill('{"own": }');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(group.getByRole('alert')).toContainText('Line 1, column 9: Expected a value');
  expect(await serious(page)).toEqual([]);

  // Looking at another cell loses nothing of it.
  await notebook
    .cell(1)
    .locator('.at-cell-gutter')
    .click({ position: { x: 10, y: 10 } });
  await expect(panel.getByRole('heading', { name: 'Cell 2', exact: true })).toBeVisible();
  await expect(group).not.toContainText('own');
  await notebook
    .cell(0)
    .locator('.at-cell-gutter')
    .click({ position: { x: 10, y: 10 } });
  await expect(group).toContainText('own');
  await fill('{"own": {"kept": [1, 2]}}');
  await group.getByRole('button', { name: 'Apply' }).click();
  await expect(group.getByRole('alert')).toHaveCount(0);
  await expect(group.getByRole('button', { name: 'Apply' })).toHaveCount(0);
  await notebook.save();
  expect(await metadataOnDisk(notebook)).toEqual([{ own: { kept: [1, 2] } }, {}]);
});
