import type { FrameLocator, Locator, Page } from '@playwright/test';
import { OUTPUTS_IMAGE, test } from './fixtures/outputs.ts';
import { expect } from './fixtures/test.ts';
import { ConsolePage } from './pages/console-page.ts';
import type { Ide } from './pages/ide.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

/**
 * The libraries that people draw with, one by one, in the tab of a cell's outputs beside its notebook, and in a console:
 * drawn, of the right height, answering to hands, and there again after a reload. The fixture allows no foreign request and no
 * error on the console.
 */
test.use({ beginsWithFile: true });
// Libraries of many megabytes are read from disk.
test.setTimeout(150_000);

const LATE = { timeout: 30_000 };

const frameIn = (region: Locator): FrameLocator => region.frameLocator('iframe[title^="Outputs of"]');

type Kind = {
  name: string;
  source: string;
  /** Waits until it is drawn. */
  drawn(frame: FrameLocator): Promise<void>;
  /** Does something in it and waits for what comes of it. */
  use(frame: FrameLocator, page: Page): Promise<void>;
};

async function drag(page: Page, target: Locator): Promise<void> {
  const box = await target.boundingBox();
  if (!box) throw new Error('It is not there.');
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
}

const sliderOf = (frame: FrameLocator) => frame.locator('.jupyter-widgets [role=slider]');
const counterOf = (frame: FrameLocator) => frame.getByRole('button', { name: /^count/ });
const chartOf = (frame: FrameLocator) => frame.locator('.vega-embed canvas');
const plotOf = (frame: FrameLocator) => frame.locator('.js-plotly-plot .nsewdrag').first();

const plotly: Kind = {
  name: 'plotly',
  source: `import plotly.graph_objects as go
display(go.Figure(go.Scatter(x=list(range(100)), y=list(range(100))))._repr_mimebundle_(), raw=True)`,
  drawn: (frame) => expect(plotOf(frame)).toBeVisible(LATE),
  async use(frame, page) {
    await drag(page, plotOf(frame));
    const left = () =>
      frame
        .locator('.js-plotly-plot')
        .evaluate(
          (plot) => (plot as unknown as { layout: { xaxis: { range: number[] } } }).layout.xaxis.range[0],
        );
    await expect.poll(left).toBeGreaterThan(20);
  },
};

const altair: Kind = {
  name: 'altair',
  source: `import altair as alt
data = alt.Data(values=[{"a": 1, "b": 2}, {"a": 3, "b": 1}])
display(alt.Chart(data).mark_circle(size=400).encode(x="a:Q", y="b:Q").interactive())`,
  drawn: (frame) => expect(chartOf(frame)).toBeVisible(LATE),
  async use(frame, page) {
    const picture = () => chartOf(frame).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const before = await picture();
    await drag(page, chartOf(frame));
    await expect.poll(picture).not.toBe(before);
  },
};

const bokeh: Kind = {
  name: 'bokeh',
  source: `from bokeh.plotting import figure, show
from bokeh.models import CustomJS, Div, Slider
from bokeh.layouts import column
from bokeh.io import output_notebook
output_notebook()
p = figure(width=300, height=200)
p.line([1, 2, 3], [1, 3, 2])
words, knob = Div(text="at 1"), Slider(start=0, end=9, value=1, step=1, title="Knob")
knob.js_on_change("value", CustomJS(args=dict(words=words), code="words.text = 'at ' + cb_obj.value"))
show(column(p, knob, words))`,
  async drawn(frame) {
    await expect(frame.locator('.bk-Figure')).toBeVisible(LATE);
    await expect(frame.getByText('at 1', { exact: true })).toBeVisible();
  },
  async use(frame) {
    await frame.locator('.noUi-handle').press('ArrowRight');
    await expect(frame.getByText('at 2', { exact: true })).toBeVisible();
  },
};

const slider: Kind = {
  name: 'slider',
  source: `import ipywidgets as w
s = w.IntSlider(3, 0, 10, description="Level")
display(s)`,
  drawn: (frame) => expect(sliderOf(frame)).toBeVisible(LATE),
  async use(frame) {
    await sliderOf(frame).press('ArrowRight');
    await expect(sliderOf(frame)).toHaveAttribute('aria-valuenow', /^4/);
  },
};

const tqdm: Kind = {
  name: 'tqdm',
  source: `from tqdm.notebook import tqdm
for i in tqdm(range(40), desc="Rows"): pass`,
  drawn: (frame) => expect(frame.getByText('40/40')).toBeVisible(LATE),
  use: (frame) => expect(frame.locator('.progress-bar-success')).toBeVisible(),
};

const anywidget: Kind = {
  name: 'anywidget',
  source: `from counters import Counter
c = Counter()
display(c)`,
  drawn: (frame) => expect(counterOf(frame)).toBeVisible(LATE),
  async use(frame) {
    await counterOf(frame).click();
    await expect(counterOf(frame)).toHaveText('count 1');
  },
};

const counters = `import anywidget, traitlets
class Counter(anywidget.AnyWidget):
    _esm = """
    export default { render({ model, el }) {
      const button = document.createElement("button");
      const show = () => { button.textContent = "count " + model.get("n"); };
      button.onclick = () => { model.set("n", model.get("n") + 1); model.save_changes(); };
      model.on("change:n", show); show(); el.append(button);
    } };
    """
    n = traitlets.Int(0).tag(sync=True)
`;

const kinds = [plotly, altair, bokeh, slider, tqdm, anywidget];

async function open(ide: Ide, name: string, ...cells: string[]): Promise<NotebookPage> {
  await ide.write('counters.py', counters);
  await ide.write(name, notebookOf(...cells));
  const notebook = await ide.openNotebook(name);
  await notebook.chooseEnvironment('ml.t3.medium', OUTPUTS_IMAGE);
  await notebook.whenKernel('idle');
  return notebook;
}

async function run(notebook: NotebookPage, index: number): Promise<void> {
  await notebook.select(index);
  await notebook.page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(index, 'done');
}

/** Each output of the place has the height of what is drawn for it, and none is covered. */
async function expectHeights(place: Locator, frame: FrameLocator): Promise<void> {
  await expect(async () => {
    const slots = await place
      .locator('.at-frame-slot')
      .evaluateAll((all) =>
        all.map((one) => [one.getAttribute('data-output'), one.getBoundingClientRect().height] as const),
      );
    expect(slots.length).toBeGreaterThan(0);
    await expect(place.locator('.at-frame-slot[data-covered]')).toHaveCount(0, { timeout: 1_000 });
    for (const [id, height] of slots) {
      const drawn = frame.locator(`[data-output-id="${id}"]`);
      const { box, inside } = await drawn.evaluate((one) => ({
        box: one.getBoundingClientRect().height,
        inside: one.scrollHeight,
      }));
      expect(Math.abs(height - Math.max(1, box))).toBeLessThanOrEqual(1);
      // The stop behind it hangs over by one.
      expect(inside).toBeLessThanOrEqual(Math.ceil(height) + 1);
    }
  }).toPass({ timeout: 20_000 });
}

test('plotly, Altair, Bokeh with its own code, a slider, tqdm and an anywidget work in the tab of their outputs beside the notebook [J2, J3, J4]', async ({
  ide,
}) => {
  const { page } = ide;
  const notebook = await open(
    ide,
    'kinds.ipynb',
    ...kinds.map(({ source }) => source),
    'print(s.value, c.n)',
  );
  const viewOf = (n: number) => page.getByRole('region', { name: `Outputs of cell ${n}`, exact: true });
  for (const [index, kind] of kinds.entries())
    await test.step(kind.name, async () => {
      await ide.tab('kinds.ipynb').click();
      await run(notebook, index);
      await notebook.output(index).getByRole('button', { name: 'Output actions' }).last().click();
      await page.getByRole('menuitem', { name: 'Open in a new tab' }).click();
      const view = viewOf(index + 1);
      const frame = frameIn(view);
      await expect(view).toBeVisible();
      if (index === 0) await ide.runCommand('Move tab to a split on the right');
      await kind.drawn(frame);
      await kind.use(frame, page);
      await expectHeights(view, frame);
    });
  // What was done there is in the kernel, and in the notebook beside.
  await ide.tab('kinds.ipynb').click();
  const beside = frameIn(notebook.region);
  await expect(counterOf(beside)).toHaveText('count 1');
  await notebook.select(kinds.indexOf(slider));
  await expect(sliderOf(beside)).toHaveAttribute('aria-valuenow', /^4/);
  await run(notebook, kinds.length);
  await expect(notebook.output(kinds.length)).toContainText('4 1');

  await notebook.whenIdle();
  await page.reload();
  for (const [index, kind] of kinds.entries())
    await test.step(`${kind.name} after a reload`, async () => {
      await ide.tab(`Output ${index + 1}, kinds.ipynb`).click();
      const frame = frameIn(viewOf(index + 1));
      await kind.drawn(frame);
      await expectHeights(viewOf(index + 1), frame);
    });
  await expect(counterOf(frameIn(viewOf(kinds.length)))).toHaveText('count 1');
});

test('the same in a console, and what is moved there moves in its notebook [J2, J3, J4, F9]', async ({
  ide,
}) => {
  const { page } = ide;
  const notebook = await open(ide, 'moved.ipynb', slider.source, 'print(s.value)');
  await ide.runCommand('New console');
  const own = new ConsolePage(ide, 'Console 1');
  await own.whenKernel('idle');
  const frame = frameIn(own.region);
  for (const [index, kind] of kinds.entries())
    await test.step(kind.name, async () => {
      // What is typed into a console is indented as it comes.
      const file = `kinds_${kind.name}.py`;
      await ide.write(file, kind.source);
      await own.run(`%run -i ${file}`);
      await expect(own.entry(index + 1)).toHaveAttribute('data-cell-state', 'done', LATE);
      await kind.drawn(frame);
      await kind.use(frame, page);
      await expectHeights(own.entry(index + 1), frame);
    });
  await ide.tab('moved.ipynb').click();
  await run(notebook, 0);
  await ide.runCommand('New console for this notebook');
  const attached = new ConsolePage(ide, 'Console of moved.ipynb');
  await attached.whenKernel('idle');
  await attached.run('s');
  const [here, there] = [sliderOf(frameIn(attached.region)), sliderOf(frameIn(notebook.region))];
  await expect(there).toHaveAttribute('aria-valuenow', /^3/, LATE);
  await expect(here).toBeVisible(LATE);
  await here.press('ArrowRight');
  await expect(there).toHaveAttribute('aria-valuenow', /^4/);
  await there.press('End');
  await expect(here).toHaveAttribute('aria-valuenow', /^10/);
  await run(notebook, 1);
  await expect(notebook.output(1)).toContainText('10');

  await page.reload();
  await ide.tab('Console 1').click();
  await own.whenKernel('idle');
  await expect(counterOf(frame)).toHaveText('count 1', LATE);
  await expect(sliderOf(frame)).toHaveAttribute('aria-valuenow', /^4/, LATE);
  await own.entry(1).scrollIntoViewIfNeeded();
  await plotly.drawn(frame);
});
