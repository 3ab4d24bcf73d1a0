import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { type JupyterLab, startJupyterLab } from '../e2e/fixtures/peers.ts';
import { type Product, startProduct } from '../e2e/fixtures/product.ts';
import { ourCells, type ScrollPlaces } from '../e2e/pages/scroll-watch.ts';

/** What is measured, with the places where a person looks. The selectors of JupyterLab are those of version 4.6. */
export type Subject = {
  name: 'Atelier' | 'JupyterLab';
  /** Address of the workbench, or of a file open in it. */
  url(path?: string): string;
  /** A name in the file browser: the shell can be used. */
  file: string;
  firstCell: string;
  cells: string;
  scrolled: ScrollPlaces;
  /** The number of a run beside its cell. */
  count: string;
  output: string;
};

export type Peers = {
  atelier: Subject;
  lab: Subject;
  product: Product;
  jupyter: JupyterLab;
  stop(): Promise<void>;
};

/** Starts both over homes with the same files. */
export async function startPeers(fill: (home: string) => Promise<void>): Promise<Peers> {
  const product = await startProduct(['--no-data-science']);
  await fill(product.home);
  // Without its limit JupyterLab would drop lines of the flood, which would not be the same work.
  const limits = ['--ZMQChannelsWebsocketConnection.limit_rate=False'];
  const jupyter = await startJupyterLab(product.home, limits);
  const { origin } = product;
  const token = `token=${jupyter.token}`;
  return {
    product,
    jupyter,
    atelier: {
      name: 'Atelier',
      url: (path) => (path === undefined ? `${origin}/?test=1` : `${origin}/?test=1&path=${path}`),
      file: '[role=tree][aria-label=Files] [role=treeitem]',
      firstCell: '[data-cell-index="0"] [data-part=source]',
      cells: '[data-cell-id]',
      scrolled: ourCells,
      count: '.at-cell-count',
      output: '[data-mime]',
    },
    lab: {
      name: 'JupyterLab',
      url: (path) =>
        path === undefined
          ? `${jupyter.origin}/lab?reset&${token}`
          : `${jupyter.origin}/lab/tree/${path}?reset&${token}`,
      file: '.jp-DirListing-item',
      firstCell: '.jp-Notebook .jp-Cell .cm-content .cm-line',
      cells: '.jp-Notebook .jp-Cell',
      scrolled: {
        scroller: '.jp-WindowedPanel-outer',
        cells: '.jp-Cell',
        drawn: '.cm-line, .jp-MarkdownOutput > *',
      },
      count: '.jp-InputPrompt',
      output: '.jp-OutputArea-output',
    },
    async stop() {
      await jupyter.stop();
      await product.stop();
    },
  };
}

/** A browser without a cache, signed in. */
export async function freshContext(browser: Browser, peers: Peers): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await signIn(context, peers);
  return context;
}

/** Takes the session without loading the page, so that nothing of it is in the cache. */
async function signIn(context: BrowserContext, { product }: Peers): Promise<void> {
  const token = new URL(product.loginUrl).searchParams.get('token');
  const answer = await context.request.post(`${product.origin}/login`, {
    data: { token },
    headers: { Origin: product.origin },
  });
  expect(answer.status()).toBe(200);
}

/** Notes, on the page's own clock, when each selector is first on the screen. Put in before the page loads. */
export async function watchFor(page: Page, selectors: Record<string, string>): Promise<void> {
  await page.addInitScript((wanted) => {
    const seen: Record<string, number> = {};
    Object.assign(globalThis, { benchSeen: seen });
    const look = () => {
      for (const [name, selector] of Object.entries(wanted)) {
        const element = seen[name] === undefined ? document.querySelector(selector) : null;
        if (element && element.getClientRects().length > 0 && element.textContent !== '')
          seen[name] = performance.now();
      }
      if (Object.keys(seen).length < Object.keys(wanted).length) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, selectors);
}

/** Milliseconds from the start of the navigation until the selector was seen. */
export async function seen(page: Page, name: string): Promise<number> {
  const handle = await page.waitForFunction(
    (wanted) => (globalThis as unknown as { benchSeen?: Record<string, number> }).benchSeen?.[wanted],
    name,
    { timeout: 120_000 },
  );
  return (await handle.jsonValue()) as number;
}
