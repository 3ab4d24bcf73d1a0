import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OUTPUTS_IMAGE, test } from './fixtures/outputs.ts';
import { expect } from './fixtures/test.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

/** The image has a Bash kernel beside Python. */
async function chooseBash(notebook: NotebookPage): Promise<void> {
  await notebook.kernelBadge.click();
  const dialog = notebook.page.getByRole('dialog', { name: 'Change environment' });
  await dialog.getByRole('combobox', { name: 'Image' }).selectOption({ label: OUTPUTS_IMAGE });
  await dialog.getByRole('combobox', { name: 'Kernel' }).selectOption('Bash');
  await dialog.getByRole('button', { name: 'Select', exact: true }).click();
  await notebook.whenKernel('idle');
}

test('Bash in a notebook made for Python: run, error, interrupt, complete, restart; the file says Bash [E1, F4, K1]', async ({
  ide,
}) => {
  const { page } = ide;
  const python = { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } };
  const old = { ...python, language_info: { name: 'python', file_extension: '.py' } };
  const text = notebookOf(
    'GREETING=hello # a greeting\necho "$GREETING from $BASH_VERSION"',
    'ls /nowhere; (exit 3)',
    'echo begun; sleep 60; echo never',
    'echo $GREET',
  );
  await ide.write('shell.ipynb', text.replace('"metadata": {}', `"metadata": ${JSON.stringify(old)}`));
  const metadata = JSON.parse(await readFile(join(ide.product.home, 'shell.ipynb'), 'utf8')) as object;
  expect(metadata).toHaveProperty('cells');
  const notebook = await ide.openNotebook('shell.ipynb');
  await chooseBash(notebook);
  await expect(notebook.kernelBadge).toHaveAccessibleName(`Kernel Bash (${OUTPUTS_IMAGE}), idle`);
  // `#` is a comment, in the text that is only looked at too.
  await expect(notebook.cell(0).locator('.at-syn-comment')).toHaveText('# a greeting');

  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
  await expect(notebook.output(0)).toContainText(/hello from \d/);

  await notebook.select(1);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(1, 'error');
  await expect(notebook.output(1)).toContainText('/nowhere');
  await expect(notebook.output(1)).toContainText('Error');

  await notebook.select(2);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(2)).toContainText('begun');
  await notebook.button('Interrupt kernel').click();
  await notebook.whenCell(2, 'error');
  await expect(notebook.output(2)).not.toContainText('never');

  await notebook.select(3);
  await page.keyboard.press('Enter');
  const editor = page.getByRole('textbox', { name: 'Cell 4 source', exact: true });
  await expect(editor).toBeFocused({ timeout: 30_000 });
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.press('Tab');
  const suggestions = page.locator('.suggest-widget.visible');
  await expect(suggestions.getByRole('option', { name: /^\$GREETING\b/ })).toBeVisible();
  await page.keyboard.press('Enter');
  // The editor comments lines as the language does.
  await page.keyboard.press('ControlOrMeta+/');
  await page.keyboard.press('Escape');
  await notebook.save();
  const saved = await notebook.onDisk();
  expect([saved.cells[3]?.source].flat().join('')).toBe('# echo $GREETING');
  expect(saved.metadata['kernelspec']).toEqual({ display_name: 'Bash', language: 'bash', name: 'bash' });
  expect(saved.metadata['language_info']).toMatchObject({ name: 'bash', file_extension: '.sh' });

  await notebook.button('Restart kernel').click();
  await page.getByRole('button', { name: 'Restart', exact: true }).click();
  await notebook.whenKernel('idle');
  await notebook.select(3);
  await page.keyboard.press('Enter');
  await expect(editor).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('echo "[$GREETING]"');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(3, 'done');
  await expect(notebook.output(3)).toHaveText(/^\s*\[\]\s*$/);
});
