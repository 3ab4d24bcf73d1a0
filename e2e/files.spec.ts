import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures/test.ts';

test('files are made, renamed, edited, uploaded, downloaded and deleted [D1]', async ({ ide }) => {
  const { page } = ide;
  const tree = page.getByRole('tree', { name: 'Files' });
  const panel = page.getByRole('region', { name: 'Files', exact: true });

  const newName = page.getByRole('textbox', { name: /^New name of/ });
  await panel.getByRole('button', { name: 'New folder' }).click();
  await expect(newName).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('work');
  await page.keyboard.press('Enter');
  await tree.getByRole('treeitem', { name: 'work', exact: true }).dblclick();
  await expect(panel.getByRole('navigation', { name: 'Path' })).toContainText('work');

  await panel.getByRole('button', { name: 'New file' }).click();
  await expect(newName).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('notes.md');
  await page.keyboard.press('Enter');
  await expect(ide.tab('notes.md')).toBeVisible();
  await page
    .getByRole('textbox', { name: /notes\.md/ })
    .first()
    .focus();
  await page.keyboard.insertText('# Notes\n');
  await expect(ide.tab('notes.md')).toHaveAttribute('data-dirty', 'true');
  await page.keyboard.press('ControlOrMeta+S');
  await expect(ide.tab('notes.md')).not.toHaveAttribute('data-dirty', 'true');
  expect(await readFile(join(ide.product.home, 'work/notes.md'), 'utf8')).toBe('# Notes\n');

  const data = Buffer.alloc(3_000_000, 7);
  const chooser = page.waitForEvent('filechooser');
  await panel.getByRole('button', { name: 'Upload' }).click();
  await (await chooser).setFiles({ name: 'blob.bin', mimeType: 'application/octet-stream', buffer: data });
  await expect(tree.getByRole('treeitem', { name: 'blob.bin' })).toBeVisible();
  expect((await readFile(join(ide.product.home, 'work/blob.bin'))).equals(data)).toBe(true);

  await tree.getByRole('treeitem', { name: 'blob.bin' }).click({ button: 'right' });
  const download = page.waitForEvent('download');
  await page.getByRole('menu', { name: 'File actions' }).getByRole('menuitem', { name: 'Download' }).click();
  const file = await (await download).path();
  expect((await readFile(file)).equals(data)).toBe(true);

  await tree.getByRole('treeitem', { name: 'blob.bin' }).click();
  await page.keyboard.press('Delete');
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: /^Delete/ })
    .click();
  await expect(tree.getByRole('treeitem', { name: 'blob.bin' })).toHaveCount(0);
  await expect(stat(join(ide.product.home, 'work/blob.bin'))).rejects.toThrow();
});

test('a folder of 3,000 files opens at once and can be filtered and scrolled to the end', async ({ ide }) => {
  const { page } = ide;
  for (let i = 0; i < 3000; i += 1) await ide.write(`many/file-${String(i).padStart(4, '0')}.txt`, '');
  await page.getByRole('button', { name: 'Refresh' }).click();
  const tree = page.getByRole('tree', { name: 'Files' });
  await tree.getByRole('treeitem', { name: 'many', exact: true }).dblclick();
  await expect(tree.getByRole('treeitem', { name: 'file-0000.txt' })).toBeVisible();
  expect(await page.locator('*').count()).toBeLessThan(3000);
  await page.getByRole('textbox', { name: 'Filter files' }).fill('0007');
  await expect(tree.getByRole('treeitem')).toHaveCount(1);
});

test('a notebook that is made in the file panel has the keyboard [D1, C1]', async ({ ide }) => {
  const { page } = ide;
  const panel = page.getByRole('region', { name: 'Files', exact: true });
  await panel.getByRole('button', { name: 'New notebook' }).click();
  await ide.untitled();
  await expect(page.locator('[data-cell-index="0"]')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Cell 1 source', exact: true })).toBeFocused();
});
