/** One text file in two tabs of one browser: one writes the file, both show everything, nothing is lost. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test, watch } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';

const editorOf = (page: Page, name: string) => page.getByRole('region', { name: `Editor ${name}` });
const linesOf = (editor: Locator) => editor.locator('.view-lines');

async function openText(ide: Ide, name: string): Promise<Locator> {
  await ide.open(name);
  const editor = editorOf(ide.page, name);
  await expect(linesOf(editor)).not.toBeEmpty({ timeout: 30_000 });
  return editor;
}

/** Monaco draws spaces as such that do not break. */
const shown = (text: string) =>
  new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(' ', String.raw`\s`));

test.use({ beginsWithFile: true });

test('two tabs of a text file show each other’s edits and save them; the second goes on alone, and follows the disk [D5]', async ({
  ide,
  page,
  product,
}) => {
  const onDisk = () => readFile(join(product.home, 'shared.py'), 'utf8');
  await ide.write('shared.py', 'a = 1\nb = 2\n');
  const one = await openText(ide, 'shared.py');
  const otherPage = await page.context().newPage();
  const watched = watch(otherPage, product.origin);
  const other = new Ide(otherPage, product);
  const two = await openText(other, 'shared.py');
  const writes: string[] = [];
  for (const tab of [page, otherPage]) {
    tab.on('request', (request) => {
      if (request.method() === 'PUT' && request.url().includes('/studio/file'))
        writes.push(tab === page ? 'one' : 'two');
    });
  }

  // In turn.
  await one.getByRole('textbox', { name: 'Text of shared.py' }).focus();
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.type('# one ');
  await expect(linesOf(two)).toContainText(shown('# one a = 1'));
  await two.getByRole('textbox', { name: 'Text of shared.py' }).focus();
  await otherPage.keyboard.press('ControlOrMeta+End');
  await otherPage.keyboard.type('# two');
  await expect(linesOf(one)).toContainText('# two'.replace(' ', '\u00A0'));
  // At once, each where its cursor is: every key of both is there, and each cursor has stayed with its text.
  await Promise.all([page.keyboard.type('abcdefghijkl'), otherPage.keyboard.type('mnopqrstuvwx')]);
  await expect.poll(onDisk).toBe('# one abcdefghijkla = 1\nb = 2\n# twomnopqrstuvwx');
  expect(new Set(writes)).toEqual(new Set(['one']));
  for (const tab of [ide, other])
    await expect(tab.tab('shared.py')).not.toHaveAttribute('data-dirty', 'true');
  // What came in is a step of its own: taking it back leaves what was typed here, and the other way round.
  await otherPage.keyboard.type('yz');
  await page.keyboard.type('(in)');
  await expect(linesOf(one)).toContainText('mnopqrstuvwxyz');
  await expect(linesOf(two)).toContainText('(in)');
  await otherPage.keyboard.press('ControlOrMeta+z');
  await expect(linesOf(one)).not.toContainText('(in)');
  await expect(linesOf(one)).toContainText('mnopqrstuvwxyz');
  await otherPage.keyboard.press('ControlOrMeta+z');
  await expect(linesOf(one)).not.toContainText('yz');
  await otherPage.keyboard.press('ControlOrMeta+Shift+z');
  for (const editor of [one, two]) {
    await expect(linesOf(editor)).toContainText('abcdefghijkl');
    await expect(linesOf(editor)).toContainText('mnopqrstuvwxyz');
  }

  // The tab that writes goes, with edits that are in no file yet.
  await page.keyboard.type('!');
  await expect(linesOf(two)).toContainText('abcdefghijkl!');
  await page.close();
  await otherPage.keyboard.type('?');
  await expect.poll(onDisk).toBe('# one abcdefghijkl!a = 1\nb = 2\n# twomnopqrstuvwxyz?');
  expect(writes.at(-1)).toBe('two');
  await expect(other.tab('shared.py')).not.toHaveAttribute('data-dirty', 'true');
  await expect(two.getByRole('region', { name: 'Changes on disk' })).toHaveCount(0);

  // Another program writes the file; the person comes back to the window.
  await other.write('shared.py', 'by = "another program"\n');
  await otherPage.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(linesOf(two)).toContainText('another');
  const news = two.getByRole('region', { name: 'Changes on disk' });
  await expect(news).toContainText('This is the new version.');
  await news.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(onDisk).toBe('# one abcdefghijkl!a = 1\nb = 2\n# twomnopqrstuvwxyz?');
  await expect(news).toHaveCount(0);
  expect(watched.problems).toEqual([]);
});
