import { expect, type Locator, type Page } from '@playwright/test';
import type { Ide } from './ide.ts';

/** One open console. */
export class ConsolePage {
  readonly page: Page;
  readonly region: Locator;
  readonly input: Locator;

  constructor(ide: Ide, title: string) {
    this.page = ide.page;
    this.region = this.page.getByRole('region', { name: title, exact: true });
    this.input = this.region.getByRole('textbox', { name: 'Console input', exact: true });
  }

  button(name: string): Locator {
    return this.region
      .getByRole('toolbar', { name: 'Console toolbar' })
      .getByRole('button', { name, exact: true });
  }

  /** `n` starts at 1. */
  entry(n: number): Locator {
    return this.region
      .getByRole('list', { name: 'Entries' })
      .getByRole('listitem')
      .nth(n - 1);
  }

  async whenKernel(state: string, timeout = 60_000): Promise<void> {
    await expect(this.region).toHaveAttribute('data-kernel-state', state, { timeout });
  }

  /** Writes into the input and runs it. */
  async run(code: string): Promise<void> {
    await this.input.focus();
    await expect(this.input).toBeFocused();
    await this.page.keyboard.insertText(code);
    await this.page.keyboard.press('Shift+Enter');
  }
}
