import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const themes = ['light', 'dark', 'high-contrast', 'high-contrast-light'] as const;

/** By the system's wishes, as most people get it. */
async function useTheme(page: Page, theme: (typeof themes)[number]): Promise<void> {
  await page.emulateMedia({
    colorScheme: theme === 'dark' || theme === 'high-contrast' ? 'dark' : 'light',
    contrast: theme.startsWith('high-contrast') ? 'more' : 'no-preference',
    reducedMotion: 'reduce',
  });
  await expect(page.locator('.at-root')).toHaveAttribute('data-theme', theme);
}

// Three themes here, to keep the run short; the gallery is walked in all four.
for (const theme of themes.slice(0, 3)) {
  test(`axe finds nothing serious in the frame, the launcher and what lies over them, ${theme} [Q7]`, async ({
    ide,
  }) => {
    const { page } = ide;
    await ide.signIn();
    await useTheme(page, theme);
    await page.keyboard.press('ControlOrMeta+Shift+L');
    await expect(page.getByRole('region', { name: 'Launcher' })).toBeVisible();
    expect(await serious(page), 'launcher').toEqual([]);

    await page.keyboard.press('ControlOrMeta+Shift+P');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await palette.getByRole('combobox', { name: 'Command' }).fill('run');
    expect(await serious(page), 'palette').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();

    await page
      .getByRole('menubar', { name: 'Main menu' })
      .getByRole('menuitem', { name: 'Settings' })
      .click();
    await expect(page.getByRole('menuitemcheckbox', { name: 'System theme' })).toBeChecked();
    expect(await serious(page), 'menu').toEqual([]);
    await page.keyboard.press('Escape');

    await ide.runCommand('Show keyboard shortcuts');
    const shortcuts = page.getByRole('region', { name: 'Keyboard shortcuts' });
    await expect(shortcuts.getByRole('row', { name: /^Save Ctrl\+S/ })).toBeVisible();
    expect(await serious(page), 'shortcuts').toEqual([]);
    await ide.runCommand('Open settings');
    await expect(page.getByRole('combobox', { name: 'Theme' })).toBeVisible();
    expect(await serious(page), 'settings').toEqual([]);

    await ide.runCommand('Show notifications');
    const centre = page.getByRole('region', { name: 'Notifications' });
    await expect(centre.getByRole('heading', { name: 'Notifications' })).toBeVisible();
    expect(await serious(page), 'notifications').toEqual([]);
  });

  test(`axe finds nothing serious in a notebook, its dialogs and what runs, ${theme} [Q7]`, async ({
    ide,
  }) => {
    const { page } = ide;
    const name = `axe-${theme}.ipynb`;
    await ide.write(name, notebookWithOutputs());
    const notebook = await ide.openNotebook(name);
    await useTheme(page, theme);
    await expect(notebook.output(1)).toContainText('ValueError');
    await notebook.region.getByRole('button', { name: /^Show traceback/ }).click();
    expect(await serious(page), 'notebook').toEqual([]);

    await notebook.kernelBadge.click();
    const environment = page.getByRole('dialog', { name: 'Change environment' });
    await expect(environment.getByRole('combobox', { name: 'Image' })).toBeFocused();
    expect(await serious(page), 'change environment').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(environment).toBeHidden();
    await expect(notebook.kernelBadge).toBeFocused();

    await notebook.instanceBadge.click();
    const picker = page.getByRole('dialog', { name: 'Select instance' });
    await picker.getByRole('switch', { name: 'Fast launch only' }).click();
    expect(await serious(page), 'select instance').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(picker).toBeHidden();

    await notebook.chooseEnvironment();
    await notebook.whenKernel('idle');
    await page.getByRole('tab', { name: 'Running', exact: true }).click();
    const tree = page.getByRole('tree', { name: 'Running' });
    await expect(tree.getByRole('treeitem', { name: new RegExp(name) })).toBeVisible();
    expect(await serious(page), 'running').toEqual([]);
  });
}

test('figures made for paper are adapted in dark themes only, and a button shows the original [B7]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('figures.ipynb', notebookWithOutputs());
  const notebook = await ide.openNotebook('figures.ipynb');
  await useTheme(page, 'dark');
  const figures = notebook.region.locator('.at-image-output');
  await expect(figures).toHaveCount(3);
  await expect(figures.nth(0)).toHaveAttribute('data-ground', 'paper');
  await expect(figures.nth(1)).toHaveAttribute('data-ground', 'dark-ink');
  await expect(figures.nth(2)).toHaveAttribute('data-ground', 'other');
  const adapted = notebook.region.locator('.at-image-output img[data-adapted]');
  await expect(adapted).toHaveCount(2);
  await figures.nth(0).hover();
  await figures.nth(0).getByRole('button', { name: 'Show the original colours' }).click();
  await expect(adapted).toHaveCount(1);
  await figures.nth(0).getByRole('button', { name: 'Adapt the colours to the theme' }).click();
  await expect(adapted).toHaveCount(2);
  await useTheme(page, 'light');
  await expect(adapted).toHaveCount(0);
  await expect(figures.getByRole('button')).toHaveCount(0);
});

test('a theme that is chosen stays, whatever the system wishes, until the system is followed again [B7]', async ({
  ide,
}) => {
  const { page } = ide;
  const root = page.locator('.at-root');
  await ide.signIn();
  await useTheme(page, 'light');
  await ide.runCommand('Dark theme');
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await page.emulateMedia({ colorScheme: 'light', contrast: 'more' });
  await page.reload();
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await ide.runCommand('High contrast theme');
  await expect(root).toHaveAttribute('data-theme', 'high-contrast');
  await ide.runCommand('Toggle theme');
  await expect(root).toHaveAttribute('data-theme', 'high-contrast-light');
  await page.emulateMedia({ colorScheme: 'dark', contrast: 'no-preference' });
  await ide.runCommand('System theme');
  await expect(root).toHaveAttribute('data-theme', 'dark');
});

test('a file is found from the palette by its path [B2]', async ({ ide }) => {
  const { page } = ide;
  await ide.write('by-path/deep/found.ipynb', notebookOf('1'));
  await ide.signIn();
  await page.keyboard.press('ControlOrMeta+Shift+P');
  const field = page.getByRole('combobox', { name: 'Command' });
  await field.fill('/by-path/de');
  await page.getByRole('option', { name: /^deep/ }).click();
  await expect(field).toHaveValue('/by-path/deep/');
  await expect(page.getByRole('option', { name: /^found\.ipynb/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Notebook found.ipynb' })).toBeVisible();
});

test('an error names its cell and goes there; it is copied as text [J1]', async ({ ide }) => {
  const { page } = ide;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await ide.write('places.ipynb', notebookWithOutputs());
  const notebook = await ide.openNotebook('places.ipynb');
  await notebook.output(1).getByRole('button', { name: 'cell 2, line 1' }).click();
  await expect(notebook.cell(1)).toHaveAttribute('aria-selected', 'true');
  await notebook.output(1).getByRole('button', { name: 'Copy error' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('In[2], line 1');
});

const drawing = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40">${content}</svg>`;
const line = '<path d="M10 30 70 10" stroke="#222" stroke-width="4"/>';
const paper = drawing(`<rect width="80" height="40" fill="#fff"/>${line}`);
const ink = drawing(line);
const photo = drawing('<rect width="80" height="40" fill="#345"/>');

/** Outputs of every look: text with colours, an error, a table, a formula, a drawing. */
function notebookWithOutputs(): string {
  const cell = (n: number, source: string, ...outputs: object[]) => ({
    cell_type: 'code',
    id: `axe-${n}`,
    metadata: {},
    execution_count: n,
    source,
    outputs,
  });
  const shown = (data: Record<string, string>) => ({ output_type: 'display_data', metadata: {}, data });
  const text = 'plain \u001b[32mgreen\u001b[0m \u001b[1;31mred\u001b[0m \u001b[38;5;28mown\u001b[0m\n';
  return JSON.stringify({
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
    nbformat: 4,
    nbformat_minor: 5,
    cells: [
      cell(1, 'print(text)  # said', { output_type: 'stream', name: 'stdout', text }),
      cell(2, 'int("x")', {
        output_type: 'error',
        ename: 'ValueError',
        evalue: 'invalid literal',
        traceback: ['\u001b[31mValueError\u001b[39m  Traceback', 'Cell \u001b[32mIn[2], line 1\u001b[39m'],
      }),
      cell(3, 'table', shown({ 'text/html': '<table><tr><th>a</th></tr><tr><td>1</td></tr></table>' })),
      cell(4, 'formula', shown({ 'text/latex': '$\\frac{1}{2}$' })),
      cell(6, 'paper', shown({ 'image/svg+xml': paper })),
      cell(7, 'ink', shown({ 'image/svg+xml': ink })),
      cell(8, 'photo', shown({ 'image/svg+xml': photo })),
      cell(5, 'tree', shown({ 'application/json': '{"a": [1, 2]}' })),
      {
        cell_type: 'markdown',
        id: 'axe-md',
        metadata: {},
        source: '# Title\n\nA [link](https://example.org), `code`.',
      },
    ],
  });
}
