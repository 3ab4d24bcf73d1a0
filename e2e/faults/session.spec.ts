import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '../fixtures/test.ts';
import { notebookOf, streamText } from '../pages/notebook-page.ts';
import { countLines, isLong, printUntil, tell } from './counted-lines.ts';
import { test } from './faulty-product.ts';

test.use({ beginsWithFile: true });

test('fault 28: the session ends in the middle of a cell: a sign-in in another tab, and everything goes on [Q3]', async ({
  ide,
  product,
  line,
}) => {
  test.setTimeout(300_000);
  const { page } = ide;
  const times = isLong ? 10 : 3;
  await ide.write('session.ipynb', notebookOf(printUntil('session-end'), '# a note'));
  const notebook = await ide.openNotebook('session.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(notebook.output(0)).toContainText('line 5');
  const expired = page.getByRole('alertdialog', { name: 'Session expired' });
  let recoverMs = 0;
  for (let i = 0; i < times; i += 1) {
    await notebook.edit(1);
    await page.keyboard.type(` ${i}`);
    const session = await page.request.get(`${product.origin}/session`);
    const { xsrfToken } = (await session.json()) as { xsrfToken: string };
    const headers = { 'X-XSRF-Token': xsrfToken, Origin: product.origin };
    expect((await page.request.post(`${product.origin}/logout`, { headers })).status()).toBe(204);
    await expect(expired).toBeVisible();
    // The work stays behind the question, which hides it from assistive technology.
    const typed = Array.from({ length: i + 1 }, (_, n) => ` ${n}`).join('');
    await expect(page.locator('[data-cell-index="1"]')).toContainText(`# a note${typed}`);
    await expect(page.locator('[data-kernel-state]')).toHaveAttribute('data-kernel-state', 'disconnected');
    const isOpened = line.whenOpened(/\/channels/);
    const [other] = await Promise.all([
      page.context().waitForEvent('page'),
      expired.getByRole('button', { name: 'Sign in' }).click(),
    ]);
    await other.getByRole('textbox', { name: 'Sign-in link' }).fill(product.loginUrl);
    await other.getByRole('button', { name: 'Sign in' }).click();
    const begin = performance.now();
    // The other tab may still be loading: signing in is enough.
    await isOpened;
    recoverMs = Math.max(recoverMs, performance.now() - begin);
    await other.close();
    await expect(expired).toBeHidden();
    await notebook.whenKernel('busy');
  }
  await writeFile(join(product.home, 'session-end'), '');
  await notebook.whenCell(0, 'done');
  await expect(page.getByRole('contentinfo', { name: 'Status bar' })).toContainText('Connected');
  await notebook.whenIdle();
  const saved = await notebook.onDisk();
  const count = countLines(streamText(saved.cells[0]));
  tell({ row: '28', fault: 'session ends', times, ...count, recoverMs });
  expect(count).toEqual({ expected: count.expected, lost: 0, doubled: 0, outOfOrder: 0 });
  expect([saved.cells[1]?.source].flat().join('')).toBe(
    `# a note${Array.from({ length: times }, (_, i) => ` ${i}`).join('')}`,
  );
});
