import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

// Root may do everything; the rules themselves are shown as another user in server/python/tests/test_zygote_identity.py.
test.skip(process.getuid?.() === 0, 'Root may read and write every file: run it as another user.');
test.use({ allowRefusals: true });

for (const name of ['secret.ipynb', 'secret.txt']) {
  test(`${name} without read permission says so and what to do`, async ({ ide }) => {
    await ide.write(name, name.endsWith('.txt') ? 'text' : notebookOf('1'));
    await chmod(join(ide.product.home, name), 0o000);
    await ide.open(name);
    await expect(
      ide.page.getByText(/Your account may not read .*secret\.\w+\. Change its permissions/),
    ).toBeVisible();
  });
}

test('a folder without write permission: the edit is kept, and saved once it can be', async ({ ide }) => {
  await ide.write('locked/kept.ipynb', notebookOf('before = 1'));
  const folder = join(ide.product.home, 'locked');
  await chmod(folder, 0o555);
  try {
    const notebook = await ide.openNotebook('locked/kept.ipynb');
    await notebook.type(0, 'typed_here = 2');
    await notebook.button('Save').click();
    await expect(
      notebook.region.getByText(/Your account may not write .*Change its permissions/),
    ).toBeVisible();
    await expect(notebook.cell(0)).toContainText('typed_here');
    expect(JSON.stringify((await notebook.onDisk()).cells)).toContain('before = 1');
    await chmod(folder, 0o755);
    await notebook.save();
    expect(JSON.stringify((await notebook.onDisk()).cells)).toContain('typed_here = 2');
  } finally {
    await chmod(folder, 0o755);
  }
});

test('a folder that cannot be read says so in the tree', async ({ ide }) => {
  await mkdir(join(ide.product.home, 'closed'));
  await chmod(join(ide.product.home, 'closed'), 0o000);
  await ide.page.getByRole('button', { name: 'Refresh' }).click();
  const tree = ide.page.getByRole('tree', { name: 'Files' });
  await tree.getByRole('treeitem', { name: 'closed' }).dblclick();
  await expect(ide.page.getByText(/Your account may not (list|read|open) .*closed/).first()).toBeVisible();
});
