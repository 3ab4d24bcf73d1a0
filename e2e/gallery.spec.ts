import { expect, test } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview, type PreviewServer } from 'vite';
import { serious } from './pages/axe.ts';

const configFile = 'tools/vite.gallery.config.ts';
let folder = '';
let server: PreviewServer | null = null;
let address = '';

test.beforeAll(async () => {
  test.setTimeout(120_000);
  folder = await mkdtemp(join(tmpdir(), 'atelier-gallery-'));
  await build({ configFile, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  server = await preview({
    configFile,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const { port } = server.httpServer.address() as { port: number };
  address = `http://127.0.0.1:${port}/gallery.html`;
});

test.afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

for (const theme of ['light', 'dark', 'high-contrast', 'high-contrast-light']) {
  test(`every part of the UI in every state is without serious faults, ${theme} [B7] [Q7]`, async ({
    page,
  }) => {
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(`${address}?theme=${theme}`);
    await expect(page.locator('.at-root')).toHaveAttribute('data-theme', theme);
    await expect(page.getByRole('status', { name: 'Reading the folder' })).toBeVisible();
    expect(await serious(page), 'page').toEqual([]);

    await page.getByRole('button', { name: 'Open menu' }).click();
    await expect(page.getByRole('menu', { name: 'Cell actions' })).toBeVisible();
    expect(await serious(page), 'menu').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Open menu' })).toBeFocused();

    await page.getByRole('button', { name: 'Rename a file' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rename a file' });
    await expect(dialog.getByRole('textbox', { name: 'New name' })).toBeFocused();
    expect(await serious(page), 'dialog').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('button', { name: 'Rename a file' })).toBeFocused();
    expect(problems).toEqual([]);
  });
}

test('the menu bar is used by keys alone: arrows, letters, Escape returns the focus [B1]', async ({
  page,
}) => {
  await page.goto(address);
  const theme = page.getByRole('combobox', { name: 'Theme' });
  await theme.focus();
  const bar = page.getByRole('menubar', { name: 'Example menu' });
  await bar.getByRole('menuitem', { name: 'File' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menu', { name: 'File' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: /^Run selected cell/ })).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: /^Delete cell/ })).toBeFocused();
  await page.keyboard.press('c');
  await expect(
    page.getByRole('menuitem', { name: /^C(ut|hange)/ }).and(page.locator(':focus')),
  ).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(bar.locator('[role=menuitem]:focus')).toHaveCount(1);
});
