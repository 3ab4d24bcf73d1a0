import { expect, type Locator, type Page } from '@playwright/test';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Product } from '../fixtures/product.ts';
import { NotebookPage } from './notebook-page.ts';

/** The workbench as a person sees it; all names are those of the e2e surface. */
export class Ide {
  readonly page: Page;
  readonly product: Product;

  constructor(page: Page, product: Product) {
    this.page = page;
    this.product = product;
  }

  /** Signs in by the printed link; other parameters (`path`, `test`) survive it. */
  async signIn(query = 'test=1'): Promise<void> {
    await this.page.goto(`${this.product.loginUrl}&${query}`);
    await expect(this.page.getByRole('tablist', { name: 'Activity bar' })).toBeVisible({ timeout: 30_000 });
  }

  /** Takes the session without loading the page: for journeys that begin by opening a file. */
  async takeSession(): Promise<void> {
    const { origin, loginUrl } = this.product;
    const token = new URL(loginUrl).searchParams.get('token');
    const answer = await this.page.request.post(`${origin}/login`, {
      data: { token },
      headers: { Origin: origin },
    });
    expect(answer.status()).toBe(200);
  }

  /** Opens a path of the home by its link. */
  async open(path: string): Promise<void> {
    await this.page.goto(`${this.product.origin}/?test=1&path=${encodeURIComponent(path)}`);
    await expect(this.page.getByRole('tablist', { name: 'Activity bar' })).toBeVisible({ timeout: 30_000 });
  }

  async openNotebook(path: string): Promise<NotebookPage> {
    await this.open(path);
    const notebook = this.notebook(path);
    await expect(notebook.region).toBeVisible({ timeout: 30_000 });
    return notebook;
  }

  notebook(path: string): NotebookPage {
    return new NotebookPage(this, path);
  }

  /** Puts a file into the home, as another program would. */
  async write(path: string, content: string | Uint8Array): Promise<void> {
    const file = join(this.product.home, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  /** The notebook that was made a moment ago. Journeys before this one may have left others without a name. */
  async untitled(): Promise<NotebookPage> {
    const tab = this.page.getByRole('tab', { name: /^Untitled.*\.ipynb$/, selected: true });
    const name = await tab.getAttribute('aria-label');
    if (name === null) throw new Error('The tab has no name.');
    const notebook = this.notebook(name);
    await expect(notebook.region).toBeVisible();
    return notebook;
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name, exact: true });
  }

  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+Shift+P');
    const palette = this.page.getByRole('dialog', { name: 'Command palette' });
    await palette.getByRole('combobox', { name: 'Command' }).fill(title);
    await palette.getByRole('option', { name: title }).first().click();
  }

  /** A call of the app model with this page's session, past the page itself. */
  async call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    data?: object,
  ): Promise<{ status: number; json: unknown }> {
    const { origin } = this.product;
    const session = await this.page.request.get(`${origin}/session`);
    const { xsrfToken } = (await session.json()) as { xsrfToken: string };
    const response = await this.page.request.fetch(`${origin}/api/studio/v1${path}`, {
      method,
      headers: { 'X-XSRF-Token': xsrfToken, Origin: origin },
      ...(data === undefined ? {} : { data }),
    });
    const text = await response.text();
    return { status: response.status(), json: text === '' ? null : JSON.parse(text) };
  }

  /** Where the kernel of a notebook is: journeys before this one may have left others. */
  async kernelOf(path: string): Promise<{ appId: string; kernelId: string }> {
    const { json } = await this.call('GET', `/documents?path=${encodeURIComponent(path)}`);
    const [document] = (json as { items: { binding: { appId?: string; kernelId?: string } }[] }).items;
    const { appId, kernelId } = document?.binding ?? {};
    if (appId === undefined || kernelId === undefined) throw new Error(`${path} has no kernel`);
    return { appId, kernelId };
  }

  /** A call of Jupyter's own REST API through the relay, past the page: `api/kernels/…`. */
  async jupyter(method: 'POST' | 'DELETE', appId: string, path: string): Promise<number> {
    const { origin } = this.product;
    const session = await this.page.request.get(`${origin}/session`);
    const { xsrfToken, userId } = (await session.json()) as { xsrfToken: string; userId: string };
    const response = await this.page.request.fetch(`${origin}/jupyter/${userId}/${appId}/${path}`, {
      method,
      headers: { 'X-XSRF-Token': xsrfToken, Origin: origin },
    });
    return response.status();
  }

  /** Ends all compute: what journeys before this one left running in the same home. */
  async endCompute(): Promise<void> {
    for (const { id } of await this.apps('KernelGateway')) await this.call('DELETE', `/apps/${id}`);
    await expect.poll(async () => this.apps('KernelGateway'), { timeout: 60_000 }).toEqual([]);
  }

  /** Apps of a type, as the backend tells them. */
  async apps(type: 'KernelGateway' | 'JupyterServer'): Promise<{ id: string; status: string }[]> {
    const response = await this.page.request.get(`${this.product.origin}/api/studio/v1/apps`);
    const body = (await response.json()) as { items: { id: string; type: string; status: string }[] };
    return body.items.filter((app) => app.type === type && app.status !== 'Deleted');
  }
}
