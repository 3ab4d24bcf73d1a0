import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test as base } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';
import { type NotebookJson, notebookOf } from './pages/notebook-page.ts';

/** 2 × 1. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGPQiDgPRAwoFABOnAfb1CcTSQAAAABJRU5ErkJggg==',
  'base64',
);

type Elsewhere = { origin: string; seen: { url: string; headers: IncomingHttpHeaders }[] };

const test = base.extend<{ elsewhere: Elsewhere }>({
  elsewhere: async ({ page }, use) => {
    void page;
    const seen: Elsewhere['seen'] = [];
    const server: Server = createServer((request, response) => {
      seen.push({ url: request.url ?? '', headers: request.headers });
      const isThere = request.url?.endsWith('.png') ?? false;
      response.writeHead(isThere ? 200 : 404, { 'Content-Type': 'image/png' });
      response.end(isThere ? png : undefined);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    await use({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen });
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  },
});

test('images of other servers load when a person asks, all of a notebook at once, and tell nobody who reads [P4, J2]', async ({
  page,
  product,
  elsewhere,
}) => {
  // Not the `ide` of the fixture: requests to the other server are what this is about.
  const ide = new Ide(page, product);
  await ide.signIn();
  const notebook = JSON.parse(notebookOf('x = 1')) as NotebookJson;
  const { origin } = elsewhere;
  notebook.cells.unshift({
    cell_type: 'markdown',
    id: 'words',
    metadata: {},
    source: `![first](${origin}/a.png) and <img src="${origin}/b.png" width="40" alt="second">`,
  } as never);
  (notebook.cells[1] as { outputs: object[] }).outputs = [
    {
      output_type: 'display_data',
      data: { 'text/html': `<img src="${origin}/c.png"><img src="${origin}/gone.gif">` },
      metadata: {},
    },
  ];
  await ide.write('remote.ipynb', `${JSON.stringify(notebook, null, 1)}\n`);
  const shown = await ide.openNotebook('remote.ipynb');
  await expect(shown.region.getByRole('button', { name: 'Load' })).toHaveCount(4);
  await expect(shown.region).toContainText(`first: ${origin}/a.png`);
  expect(elsewhere.seen).toEqual([]);

  await shown.cell(0).getByRole('button', { name: 'Load' }).first().click();
  await expect(shown.region.getByRole('button', { name: 'Load' })).toHaveCount(0);
  const first = shown.region.locator('iframe[title="first"]');
  await expect(first).toHaveCSS('width', '2px');
  await expect(first).toHaveCSS('height', '3px');
  await expect(shown.region.locator('iframe[title="second"]')).toHaveCSS('width', '40px');
  await expect(shown.output(1)).toContainText(`${origin}/gone.gif could not be loaded`);
  expect(elsewhere.seen.map(({ url }) => url).toSorted()).toEqual([
    '/a.png',
    '/b.png',
    '/c.png',
    '/gone.gif',
  ]);
  for (const { headers } of elsewhere.seen)
    // A document without an origin says `null`, which is everybody's.
    expect([headers.referer, headers.cookie, headers['origin'] ?? 'null']).toEqual([
      undefined,
      undefined,
      'null',
    ]);

  // The frame can go nowhere else: its page names one address.
  const frame = page.frames().find((one) => one.url().includes('remote-image.html'));
  await frame?.evaluate((url) => {
    location.href = `${url}/stolen.png`;
  }, origin);
  await expect.poll(() => page.frames().filter((one) => one.url().startsWith('chrome-error')).length).toBe(1);
  expect(elsewhere.seen.some(({ url }) => url.includes('stolen'))).toBe(false);
});
