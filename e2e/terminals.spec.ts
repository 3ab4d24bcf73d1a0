import { expect, test } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

/** Text on the screen of a terminal. */
const screen = (page: import('@playwright/test').Page) => page.locator('.xterm-rows:visible');

test('the system terminal starts in the home and survives a reload with scrollback [I1]', async ({ ide }) => {
  const { page } = ide;
  await ide.signIn();
  await ide.runCommand('New launcher');
  await page
    .getByRole('region', { name: 'Launcher' })
    .getByRole('button', { name: 'System terminal' })
    .click();
  const terminal = page.getByRole('region', { name: /^Terminal/ });
  // The keyboard goes there by itself.
  await expect(terminal.locator('textarea')).toBeFocused();
  await page.keyboard.type('pwd; echo mark-$((6*7))\n');
  await expect(screen(page)).toContainText('mark-42');
  await expect(screen(page)).toContainText(ide.product.home);
  await page.reload();
  await expect(screen(page)).toContainText('mark-42');
  await page.locator('.xterm-screen:visible').click();
  await page.keyboard.type('echo again-$((40+2))\n');
  await expect(screen(page)).toContainText('again-42');
});

test('the image terminal runs the image’s Python and survives a reload [I1]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('shell.ipynb', notebookOf('import sys; print(sys.prefix)'));
  const notebook = await ide.openNotebook('shell.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
  const prefix = (await notebook.output(0).innerText()).trim();
  await notebook.button('Open image terminal').click();
  await expect(page.getByRole('region', { name: /^Terminal/ })).toBeVisible();
  await page.locator('.xterm-screen:visible').click();
  await page.keyboard.type('python -c "import sys; print(sys.prefix, 6*7)"\n');
  await expect(screen(page)).toContainText(`${prefix} 42`);
  await page.reload();
  await expect(screen(page)).toContainText(`${prefix} 42`);
});
