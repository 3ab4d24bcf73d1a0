import type { Locator, Page } from '@playwright/test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '../fixtures/test.ts';
import { notebookOf, streamText } from '../pages/notebook-page.ts';
import { countLines, isLong, printUntil, tell } from './counted-lines.ts';
import { test } from './faulty-product.ts';

test.use({ beginsWithFile: true });

/** Ends the session, as its time does; the page finds out by itself. */
async function endSession(page: Page, origin: string): Promise<void> {
  const session = await page.request.get(`${origin}/session`);
  const { xsrfToken } = (await session.json()) as { xsrfToken: string };
  const headers = { 'X-XSRF-Token': xsrfToken, Origin: origin };
  expect((await page.request.post(`${origin}/logout`, { headers })).status()).toBe(204);
}

/** In the question itself: a link of another start is refused at the field, the right one is taken by Enter. */
async function signInHere(expired: Locator, loginUrl: string): Promise<void> {
  const field = expired.getByRole('textbox', { name: 'Sign-in link or token' });
  await expect(field).toBeFocused();
  await field.fill(loginUrl.replace(/token=.*/, 'token=of-another-start'));
  await field.press('Enter');
  await expect(expired.getByRole('alert')).toContainText('This link is not valid any more.');
  await expect(field).toBeFocused();
  await field.fill(loginUrl);
  await field.press('Enter');
}

/** On the sign-in page in another tab. */
async function signInElsewhere(expired: Locator, loginUrl: string): Promise<Page> {
  const [other] = await Promise.all([
    expired.page().context().waitForEvent('page'),
    expired.getByRole('button', { name: 'Sign in' }).click(),
  ]);
  await other.getByRole('textbox', { name: 'Sign-in link' }).fill(loginUrl);
  await other.getByRole('button', { name: 'Sign in' }).click();
  return other;
}

test('fault 28: the session ends in the middle of a cell: a sign-in in the question or in another tab, and everything goes on [Q3]', async ({
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
  let typed = '';
  for (let i = 0; i < times; i += 1) {
    await notebook.edit(1);
    typed += ` ${i}`;
    await page.keyboard.type(` ${i}`);
    await endSession(page, product.origin);
    await expect(expired).toBeVisible();
    // The work stays behind the question, which hides it from assistive technology.
    await expect(page.locator('[data-cell-index="1"]')).toContainText(`# a note${typed}`);
    await expect(page.locator('[data-kernel-state]')).toHaveAttribute('data-kernel-state', 'disconnected');
    const isOpened = line.whenOpened(/\/channels/);
    const other =
      i % 2 === 0
        ? await signInHere(expired, product.loginUrl)
        : await signInElsewhere(expired, product.loginUrl);
    const begin = performance.now();
    // The other tab may still be loading: signing in is enough.
    await isOpened;
    recoverMs = Math.max(recoverMs, performance.now() - begin);
    await other?.close();
    await expect(expired).toBeHidden();
    // The focus is back where the person was typing.
    typed += '+';
    await page.keyboard.type('+');
    await expect(notebook.cell(1)).toContainText(`# a note${typed}`);
    await notebook.whenKernel('busy');
  }
  await writeFile(join(product.home, 'session-end'), '');
  await notebook.whenCell(0, 'done');
  await expect(notebook.output(0)).toContainText('total');
  await expect(page.getByRole('contentinfo', { name: 'Status bar' })).toContainText('Connected');
  await notebook.whenIdle();
  const saved = await notebook.onDisk();
  const count = countLines(streamText(saved.cells[0]));
  tell({ row: '28', fault: 'session ends', times, ...count, recoverMs });
  expect(count).toEqual({ expected: count.expected, lost: 0, doubled: 0, outOfOrder: 0 });
  expect([saved.cells[1]?.source].flat().join('')).toBe(`# a note${typed}`);
});
