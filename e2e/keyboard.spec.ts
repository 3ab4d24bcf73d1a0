import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { streamText } from './pages/notebook-page.ts';

/** A whole day's round without a pointer, and what those hear who do not see it. */

/** The keyboard is somewhere, and one can see where. */
async function isSeen(page: Page, step: string): Promise<void> {
  const place = await page.evaluate(() => {
    const { activeElement: active } = document;
    if (!(active instanceof HTMLElement) || active === document.body) return 'lost to the page';
    const isMarked = (element: Element | null) => {
      if (!element) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      if (element.role === 'separator')
        return getComputedStyle(element, '::after').backgroundColor !== 'rgba(0, 0, 0, 0)';
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    };
    // Fields have a cursor; the mark of a cell is around its source or text.
    const own = active.matches('input:not([type=checkbox]), textarea, [contenteditable]');
    const around = active.closest('.at-cell-source, [class*=_box_]');
    const within = active.querySelector('.at-cell-source, .at-cell-rendered');
    return own || [active, around, within].some(isMarked)
      ? 'seen'
      : `unseen: ${active.outerHTML.slice(0, 200)}`;
  });
  expect(place, step).toBe('seen');
}

async function press(page: Page, keys: string): Promise<void> {
  await page.keyboard.press(keys);
  await isSeen(page, `after ${keys}`);
}

/** The same key until it has the keyboard. */
async function goTo(target: Locator, keys = 'Tab'): Promise<void> {
  const page = target.page();
  for (let stops = 0; stops < 40; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await press(page, keys);
  }
  throw new Error(`${target.toString()} is not reached by ${keys}.`);
}

async function choose(page: Page, command: string): Promise<void> {
  await press(page, 'ControlOrMeta+Shift+P');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await page.keyboard.type(command);
  await expect(palette.getByRole('option', { selected: true })).toContainText(command);
  await page.keyboard.press('Enter');
  await expect(palette).toBeHidden();
}

test('a notebook is made, run, saved, closed and opened again by the keyboard alone, and says what happens [Q7]', async ({
  ide,
}) => {
  const { page } = ide;
  await page.keyboard.press('ControlOrMeta+Shift+L');
  const launcher = page.getByRole('region', { name: 'Launcher' });
  await expect(launcher.getByRole('button', { name: 'Create notebook' })).toBeFocused();
  await isSeen(page, 'launcher');
  await page.keyboard.press('Enter');
  const region = page.getByRole('region', { name: /^Notebook / });
  await expect(region).toBeVisible();
  const path = ((await region.getAttribute('aria-label')) ?? '').replace('Notebook ', '');
  const notebook = ide.notebook(path);
  await expect(notebook.cell(0)).toBeFocused();
  await isSeen(page, 'new notebook');

  await choose(page, 'Change environment');
  const environment = page.getByRole('dialog', { name: 'Change environment' });
  await expect(environment.getByRole('combobox', { name: 'Image' })).toBeFocused();
  const kernel = environment.getByRole('combobox', { name: 'Kernel' });
  await goTo(kernel);
  await page.keyboard.press('End');
  await expect(kernel.locator('option:checked')).toHaveText('Python 3');
  // The dialog proposes the last choice, which may be one of another journey.
  const instanceType = environment.getByRole('combobox', { name: 'Instance type' });
  await goTo(instanceType);
  await page.keyboard.press('Home');
  await expect(instanceType).toHaveValue('ml.t3.medium');
  await goTo(environment.getByRole('button', { name: 'Select', exact: true }));
  await page.keyboard.press('Enter');
  await expect(environment).toBeHidden();
  await expect(notebook.cell(0)).toBeFocused();
  await notebook.whenKernel('idle');

  // The rows of the instance picker, from the badge.
  // A toolbar is one stop; arrows move within it.
  await goTo(notebook.button('Save'), 'Shift+Tab');
  await goTo(notebook.instanceBadge, 'ArrowLeft');
  await page.keyboard.press('Enter');
  const picker = page.getByRole('dialog', { name: 'Select instance' });
  const types = picker.getByRole('table', { name: 'Instance types' }).locator('tbody').getByRole('row');
  await expect(types.first()).toBeVisible();
  const current = picker.getByRole('row', { name: 'ml.t3.medium', exact: true });
  await goTo(current);
  const count = await types.count();
  expect(count).toBeGreaterThan(2);
  for (let row = 1; row < count; row += 1) {
    await press(page, 'ArrowDown');
    await expect(types.nth(row)).toBeFocused();
  }
  await press(page, 'Home');
  await expect(current).toBeFocused();
  await expect(current).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(picker).toBeHidden();
  await expect(notebook.instanceBadge).toBeFocused();

  await goTo(notebook.cell(0));
  await press(page, 'Enter');
  await expect(page.getByRole('textbox', { name: 'Cell 1 source' })).toBeFocused();
  await page.keyboard.type('print(6 * 7)');
  await press(page, 'Shift+Enter');
  const told = region.locator('[aria-live=polite]').filter({ hasText: 'Cell 1' });
  await expect(told).toHaveText('Cell 1 is done: 42', { timeout: 30_000 });
  await expect(region.getByRole('list', { name: 'Cells' })).toMatchAriaSnapshot(`
    - listitem "Cell 1, code, done":
      - group "Cell 1 output": "42"
  `);
  await expect(notebook.cell(0)).toHaveAttribute('aria-posinset', '1');
  await expect(notebook.cell(0)).toHaveAttribute('aria-setsize', '2');

  await expect(page.getByRole('textbox', { name: 'Cell 2 source' })).toBeFocused();
  await press(page, 'Escape');
  await expect(notebook.cell(1)).toBeFocused();
  await press(page, 'm');
  await expect(notebook.cell(1)).toHaveAccessibleName('Cell 2, text');
  await press(page, 'Enter');
  await expect(page.getByRole('textbox', { name: 'Cell 2 source' })).toBeFocused();
  await page.keyboard.type('# Answer');
  await press(page, 'ControlOrMeta+Enter');
  await expect(notebook.cell(1).getByRole('heading', { name: 'Answer' })).toBeVisible();
  await expect(notebook.cell(1)).toBeFocused();

  // An error says its name.
  await press(page, 'b');
  await expect(notebook.cell(2)).toBeFocused();
  await press(page, 'Enter');
  await expect(page.getByRole('textbox', { name: 'Cell 3 source' })).toBeFocused();
  await page.keyboard.type('1 / 0');
  await press(page, 'ControlOrMeta+Enter');
  await expect(region.locator('[aria-live=polite]').filter({ hasText: 'Cell 3' })).toHaveText(
    'Cell 3 failed with ZeroDivisionError: division by zero',
  );
  await expect(notebook.cell(2)).toHaveAccessibleName('Cell 3, code, error');
  await expect(notebook.cell(2)).toBeFocused();

  await press(page, 'ControlOrMeta+S');
  await expect(ide.tab(path)).not.toHaveAttribute('data-dirty', 'true');
  const saved = await notebook.onDisk();
  expect(saved.cells.map((cell) => [cell.source].flat().join(''))).toEqual([
    'print(6 * 7)',
    '# Answer',
    '1 / 0',
  ]);
  expect(streamText(saved.cells[0])).toBe('42\n');

  await page.keyboard.press('Alt+W');
  await expect(region).toHaveCount(0);
  await isSeen(page, 'closed');
  const file = page.getByRole('tree', { name: 'Files' }).getByRole('treeitem', { name: path });
  await goTo(page.getByRole('textbox', { name: 'Filter files' }), 'Shift+Tab');
  await page.keyboard.type(path);
  await expect(page.getByRole('tree', { name: 'Files' }).getByRole('treeitem')).toHaveCount(1);
  await goTo(file);
  await page.keyboard.press('Enter');
  await expect(region).toBeVisible();
  await expect(region.getByRole('list', { name: 'Cells' })).toMatchAriaSnapshot(`
    - listitem /Cell 1, code/:
      - group "Cell 1 output": "42"
    - listitem "Cell 2, text":
      - heading "Answer" [level=1]
  `);
  await goTo(notebook.cell(0));
});
