import { OUTPUTS_IMAGE, outputsImage } from './fixtures/outputs.ts';
import { type Product, startProduct } from './fixtures/product.ts';
import { expect, test as base } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { type NotebookJson, notebookOf } from './pages/notebook-page.ts';

/** One notebook with every kind of output, as real libraries make them, for those who do not see it. */
const test = base.extend<object, { product: Product }>({
  product: [
    // The runner wants a destructured first parameter, also where there is nothing to take.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const product = await startProduct(outputsImage());
      await use(product);
      await product.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  beginsWithFile: true,
});

const display = (mime: string, data: string) => `display({${JSON.stringify(mime)}: ${data}}, raw=True)`;
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><path d="M0 0 70 30" stroke="#222"/></svg>';
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** Name of what a cell shows, and its source. */
const kinds: readonly (readonly [name: string, source: string])[] = [
  ['text', 'print("words")'],
  [
    'ansi',
    String.raw`print("plain \x1b[32mgreen\x1b[0m \x1b[1;31mred\x1b[0m \x1b[38;5;28mown\x1b[0m \x1b[7minverse\x1b[0m")`,
  ],
  ['wide text', 'print("wide " * 200)'],
  ['stderr', 'import sys; print("warning", file=sys.stderr)'],
  ['long text', 'for i in range(3_000): print(i)'],
  ['box of text', 'for i in range(60): print(i, "wide " * 60)'],
  [
    'image',
    `from IPython.display import Image\nimport base64\nImage(base64.b64decode("${pixel}"), width=80, height=40)`,
  ],
  ['svg', display('image/svg+xml', JSON.stringify(svg))],
  ['latex', display('text/latex', String.raw`r"$\frac{1}{2}$"`)],
  [
    'markdown',
    display(
      'text/markdown',
      String.raw`"## Head\n\n| a | b |\n|---|---|\n| 1 | [two](https://example.org) |\n\n- [ ] task"`,
    ),
  ],
  ['table', 'import pandas\npandas.DataFrame({f"column {n}": range(5) for n in range(40)})'],
  ['json', display('application/json', '{"a": [1, {"b": None}], "c": "text"}')],
  ['mermaid', display('text/vnd.mermaid', String.raw`"graph TD\n  A --> B"`)],
  ['html', display('text/html', String.raw`"<details><summary>More</summary>hidden</details><p>para</p>"`)],
  ['audio', 'from IPython.display import Audio\nAudio(data=bytes(2000), rate=8000)'],
  [
    'plotly',
    'import plotly.graph_objects as go\ndisplay(go.Figure(go.Scatter(x=[1, 2], y=[1, 2]))._repr_mimebundle_(), raw=True)',
  ],
  [
    'vega',
    `import altair as alt
with alt.renderers.enable("mimetype"):
    display(alt.Chart(alt.Data(values=[{"a": 1, "b": 2}])).mark_bar().encode(x="a:Q", y="b:Q"))`,
  ],
  [
    'bokeh',
    'from bokeh.plotting import figure, show\nfrom bokeh.io import output_notebook\noutput_notebook()',
  ],
  ['bokeh chart', 'p = figure(width=300, height=200)\np.line([1, 2], [1, 3])\nshow(p)'],
  [
    'script',
    'from IPython.display import Javascript\nJavascript("element.innerHTML = \'<button>drawn</button>\'")',
  ],
  ['widget', 'import ipywidgets\nipywidgets.IntSlider(description="Slider")'],
  [
    'isolated',
    'from IPython.display import HTML\nHTML("<!doctype html><html><body><h1>Whole</h1><script>document.title</script></body></html>")',
  ],
  ['error', `short = 1\nlong = ${JSON.stringify('long '.repeat(80))}\n1 / 0`],
];

/** What is drawn in frames, and the words that say so. */
const framed: readonly (readonly [kind: string, words: RegExp])[] = [
  ['plotly', /^Plotly chart, output of cell \d+\. 1 scatter\.$/],
  ['vega', /^Vega chart, output of cell \d+\. ./],
  ['bokeh', /^(?:Bokeh chart|Interactive output), output of cell \d+\./],
  ['bokeh chart', /^(?:Bokeh chart|Interactive output), output of cell \d+\./],
  ['script', /^Interactive output, output of cell \d+\. ./],
  ['widget', /^Widget, output of cell \d+\. IntSlider/],
  ['isolated', /^Interactive output, output of cell \d+\. ./],
];

test('axe finds nothing serious in a notebook with every kind of output at once, and every frame has words [J1, J2, Q7]', async ({
  ide,
}) => {
  // Libraries of many megabytes are read from disk.
  test.setTimeout(200_000);
  const { page } = ide;
  const notebookJson = JSON.parse(notebookOf(...kinds.map(([, source]) => source))) as NotebookJson;
  const text = '# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nA [link](https://example.org), `code`, $x^2$.';
  notebookJson.cells.push({ ...notebookJson.cells[0], cell_type: 'markdown', source: text });
  await ide.write('every.ipynb', JSON.stringify(notebookJson));
  // All of them in sight.
  await page.setViewportSize({ width: 1300, height: 5_400 });
  const notebook = await ide.openNotebook('every.ipynb');
  await notebook.chooseEnvironment('ml.t3.medium', OUTPUTS_IMAGE);
  await notebook.whenKernel('idle');
  await ide.runCommand('Run all cells');
  const last = kinds.length - 1;
  await notebook.whenCell(last, 'error', 90_000);
  await expect(notebook.region.locator('.at-frame-slot[data-covered]')).toHaveCount(0, { timeout: 60_000 });
  expect(await serious(page)).toEqual([]);

  // What is in a frame is said in words before it, and is a stop in the order of the cells.
  for (const [kind, words] of framed) {
    const n = kinds.findIndex(([name]) => name === kind) + 1;
    // Some kinds are more than one output.
    const stop = notebook
      .output(n - 1)
      .getByRole('button', { name: `Enter output of cell ${n}` })
      .first();
    await expect(stop).toHaveAccessibleDescription(words);
    if (kind !== 'widget' && kind !== 'isolated') continue;
    await stop.press('Enter');
    // A frame that has the keyboard is the active element, and does not match `:focus`.
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('title')))
      .toMatch(/^Outputs of every\.ipynb$|, output of cell/);
    // The page's own keys count there too.
    await page.keyboard.press('F1');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await expect(palette.getByRole('combobox', { name: 'Command' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
    await stop.press('Enter');
    await page.keyboard.press('Escape');
    await expect(notebook.cell(n - 1)).toBeFocused();
  }
  const unnamed = notebook.region.locator('iframe:not([title])');
  await expect(unnamed).toHaveCount(0);
  // A source that is wider than its box is reached and read by key.
  const wide = kinds.length;
  const source = notebook.cell(wide - 1).getByRole('group', { name: `Source of cell ${wide}` });
  await notebook.cell(wide - 1).press('Tab');
  await expect(source).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => source.evaluate((text) => text.scrollLeft)).toBeGreaterThan(0);
  await page.keyboard.press('Escape');
  await expect(notebook.cell(wide - 1)).toBeFocused();
});
