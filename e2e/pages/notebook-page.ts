import { expect, type Locator, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Ide } from './ide.ts';

export type CellJson = {
  cell_type: string;
  source: string | string[];
  outputs?: Record<string, unknown>[];
  execution_count?: number | null;
};
export type NotebookJson = {
  cells: CellJson[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
};

/** One open notebook. */
export class NotebookPage {
  readonly ide: Ide;
  readonly page: Page;
  readonly path: string;
  readonly region: Locator;

  constructor(ide: Ide, path: string) {
    this.ide = ide;
    this.page = ide.page;
    this.path = path;
    this.region = this.page.getByRole('region', { name: `Notebook ${basename(path)}`, exact: true });
  }

  button(name: string): Locator {
    return this.region
      .getByRole('toolbar', { name: 'Notebook toolbar' })
      .getByRole('button', { name, exact: true });
  }

  get instanceBadge(): Locator {
    return this.region.getByRole('button', { name: /^Instance/ });
  }

  get kernelBadge(): Locator {
    return this.region.getByRole('button', { name: /^Kernel/ });
  }

  /** `index` starts at 0. */
  cell(index: number): Locator {
    return this.region.getByRole('list', { name: 'Cells' }).locator(`[data-cell-index="${index}"]`);
  }

  output(index: number): Locator {
    return this.region.getByRole('group', { name: `Cell ${index + 1} output`, exact: true });
  }

  async select(index: number): Promise<void> {
    await this.cell(index).locator('[data-part="source"]').first().click();
    await this.page.keyboard.press('Escape');
  }

  /** Puts the keyboard behind the last character of a cell; the answer is its editor. */
  async edit(index: number): Promise<Locator> {
    await this.select(index);
    await this.page.keyboard.press('Enter');
    const editor = this.page.getByRole('textbox', { name: `Cell ${index + 1} source`, exact: true });
    await expect(editor).toBeFocused({ timeout: 30_000 });
    await this.page.keyboard.press('ControlOrMeta+End');
    return editor;
  }

  /** Replaces a cell's source by typing it. */
  async type(index: number, text: string): Promise<void> {
    await this.cell(index).click();
    await this.page.keyboard.press('Enter');
    const editor = this.page.getByRole('textbox', { name: `Cell ${index + 1} source`, exact: true });
    await expect(editor).toBeFocused({ timeout: 30_000 });
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.insertText(text);
    await this.page.keyboard.press('Escape');
  }

  /** Chooses image, kernel and type in "Change environment". `image`: its name; absent = the one that is proposed. */
  async chooseEnvironment(type = 'ml.t3.medium', image?: string): Promise<void> {
    await this.kernelBadge.click();
    const dialog = this.page.getByRole('dialog', { name: 'Change environment' });
    const kernel = dialog.getByRole('combobox', { name: 'Kernel' });
    if (image !== undefined) {
      await dialog.getByRole('combobox', { name: 'Image' }).selectOption({ label: image });
      // The dialog remembers the last choice, which may be a kernel of another language.
      await kernel.selectOption({ index: 1 });
    } else if (
      (await kernel.inputValue()) === '' ||
      (await kernel.locator('option:checked').textContent()) === 'No kernel'
    ) {
      await kernel.selectOption({ index: 1 });
    }
    await dialog.getByRole('combobox', { name: 'Instance type' }).selectOption(type);
    await dialog.getByRole('button', { name: 'Select', exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  async whenKernel(state: string, timeout = 60_000): Promise<void> {
    await expect(this.region).toHaveAttribute('data-kernel-state', state, { timeout });
  }

  async whenCell(index: number, state: string, timeout = 60_000): Promise<void> {
    await expect(this.cell(index)).toHaveAttribute('data-cell-state', state, { timeout });
  }

  /** Waits until nothing is queued and everything is saved. */
  async whenIdle(): Promise<void> {
    await this.page.evaluate(() =>
      (globalThis as unknown as { studioTest: { idle(): Promise<void> } }).studioTest.idle(),
    );
  }

  async save(): Promise<void> {
    await this.button('Save').click();
    await expect(this.ide.tab(basename(this.path))).not.toHaveAttribute('data-dirty', 'true');
  }

  async onDisk(): Promise<NotebookJson> {
    return JSON.parse(await readFile(join(this.ide.product.home, this.path), 'utf8')) as NotebookJson;
  }
}

/** Text of all stream outputs of a cell. */
export function streamText(cell: CellJson | undefined): string {
  const parts = (cell?.outputs ?? []).filter((output) => output['output_type'] === 'stream');
  return parts.map((output) => [output['text']].flat().join('')).join('');
}

/** A small valid notebook with these code cells. */
export function notebookOf(...sources: readonly string[]): string {
  const cells = sources.map((source, i) => ({
    cell_type: 'code',
    execution_count: null,
    id: `cell-${i}`,
    metadata: {},
    outputs: [],
    source,
  }));
  return `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}
