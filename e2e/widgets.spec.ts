import type { FrameLocator, Page } from '@playwright/test';
import { OUTPUTS_IMAGE, test } from './fixtures/outputs.ts';
import { expect } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import type { Ide } from './pages/ide.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

/** Widgets of real kernels: both ways, over a reload, and without a kernel. The fixture allows no foreign request. */

test.use({ beginsWithFile: true });

const frameOf = (page: Page): FrameLocator => page.frameLocator('iframe.at-output-frame');

async function open(ide: Ide, name: string, ...cells: string[]): Promise<NotebookPage> {
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

test('a slider moves the value in the kernel; both are there after a reload [J4]', async ({ ide }) => {
  const notebook = await open(
    ide,
    'slider.ipynb',
    'import ipywidgets as w\ns = w.IntSlider(3, 0, 10, description="Level")\ndisplay(s)',
    'print("level", s.value)',
  );
  await run(notebook, 0);
  const slider = frameOf(ide.page).getByRole('slider');
  await expect(slider).toHaveAttribute('aria-valuenow', /^3/, { timeout: 30_000 });
  await slider.press('ArrowRight');
  await slider.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuenow', /^5/);
  await run(notebook, 1);
  await expect(notebook.output(1)).toContainText('level 5');
  await notebook.whenIdle();
  await ide.page.reload();
  await expect(slider).toHaveAttribute('aria-valuenow', /^5/, { timeout: 30_000 });
  await slider.press('ArrowRight');
  await run(notebook, 1);
  await expect(notebook.output(1)).toContainText('level 6');
});

test('tqdm.notebook, interact and an Output widget show what they print [J4]', async ({ ide }) => {
  const notebook = await open(
    ide,
    'bars.ipynb',
    'from tqdm.notebook import tqdm\nfor i in tqdm(range(40), desc="Rows"): pass',
    'from ipywidgets import interact\n@interact(n=(0, 9))\ndef square(n=3):\n    print("square", n * n)\n    return n',
    'import ipywidgets as w\nfrom IPython.display import HTML\nout = w.Output()\ndisplay(out)\nwith out:\n    print("inside")\n    display(HTML("<b>bold</b>"))\nprint("outside")',
    'print(out.outputs[0]["text"].strip(), len(out.outputs))',
  );
  const frame = frameOf(ide.page);
  await run(notebook, 0);
  await expect(frame.getByText('40/40')).toBeVisible({ timeout: 30_000 });
  await run(notebook, 1);
  await expect(frame.getByText('square 9')).toBeVisible();
  await frame.getByRole('slider').press('ArrowRight');
  await expect(frame.getByText('square 16')).toBeVisible();
  await expect(frame.getByText('square 9')).toHaveCount(0);
  await run(notebook, 2);
  await expect(notebook.output(2)).toContainText('outside');
  await expect(notebook.output(2)).not.toContainText('inside');
  await expect(frame.getByText('inside')).toBeVisible();
  await expect(frame.locator('b', { hasText: 'bold' })).toBeVisible();
  await run(notebook, 3);
  await expect(notebook.output(3)).toContainText('inside 2');
});

const counter = `import anywidget, traitlets
class Counter(anywidget.AnyWidget):
    _esm = """
    export default { render({ model, el }) {
      const button = document.createElement("button");
      button.className = "counter";
      const show = () => { button.textContent = "count " + model.get("n") + " of " + model.get("raw").byteLength; };
      button.onclick = () => { model.set("n", model.get("n") + 1); model.save_changes(); };
      model.on("change:n", show); show(); el.append(button);
    } };
    """
    _css = ".counter { color: rgb(1, 2, 3); }"
    n = traitlets.Int(0).tag(sync=True)
    raw = traitlets.Bytes(b"abcd").tag(sync=True)
c = Counter()
c`;

test('a page that comes back while a cell runs shows its bar and the widgets from before [J4]', async ({
  ide,
}) => {
  const notebook = await open(
    ide,
    'busy.ipynb',
    'import ipywidgets as w\ns = w.IntSlider(3, 0, 10, description="Level")\ns',
    `import os, time
from tqdm.notebook import tqdm
with tqdm(total=10, initial=3, desc="Rows") as bar:
    deadline = time.monotonic() + 90
    while not os.path.exists(os.path.expanduser("~/go")) and time.monotonic() < deadline:
        time.sleep(0.05)
    bar.update(7)`,
    'print("level", s.value)',
  );
  await run(notebook, 0);
  const frame = frameOf(ide.page);
  const slider = frame.getByRole('slider');
  await expect(slider).toBeVisible({ timeout: 30_000 });
  await notebook.whenIdle();
  await notebook.select(1);
  await ide.page.keyboard.press('ControlOrMeta+Enter');
  await expect(frame.getByText(/3\/10/)).toBeVisible();
  await ide.page.reload();
  await expect(frame.getByText(/3\/10/)).toBeVisible({ timeout: 30_000 });
  // The kernel tells the slider although a cell runs; what is moved meanwhile is heard after it.
  await expect(slider).toHaveAttribute('aria-valuenow', /^3/, { timeout: 30_000 });
  await slider.press('End');
  await ide.write('go', '');
  await notebook.whenCell(1, 'done');
  await expect(frame.getByText(/10\/10/)).toBeVisible();
  await run(notebook, 2);
  await expect(notebook.output(2)).toContainText('level 10');
});

test('an anywidget counts on both sides, without any network [J4]', async ({ ide }) => {
  const notebook = await open(ide, 'any.ipynb', counter, 'print("n is", c.n)', 'c.n = 40');
  await run(notebook, 0);
  const button = frameOf(ide.page).getByRole('button', { name: /^count/ });
  await expect(button).toHaveText('count 0 of 4', { timeout: 30_000 });
  await expect(button).toHaveCSS('color', 'rgb(1, 2, 3)');
  await button.click();
  await expect(button).toHaveText('count 1 of 4');
  await run(notebook, 1);
  await expect(notebook.output(1)).toContainText('n is 1');
  await run(notebook, 2);
  await expect(button).toHaveText('count 40 of 4');
});

test('an uploaded file reaches the kernel with its bytes; jslink joins two sliders; axe is content [J4]', async ({
  ide,
}) => {
  const notebook = await open(
    ide,
    'upload.ipynb',
    `import ipywidgets as w
a, b = w.IntSlider(3, 0, 10, description="From"), w.IntSlider(0, 0, 10, description="To")
up = w.FileUpload()
joined = w.jslink((a, "value"), (b, "value"))
w.VBox([a, b, up, w.Button(description="Press", icon="check"), w.Play(max=10)])`,
    'print(b.value, up.value[0].name, bytes(up.value[0].content)[:6])',
  );
  await run(notebook, 0);
  const frame = frameOf(ide.page);
  const sliders = frame.getByRole('slider');
  await sliders.first().press('End');
  await expect(sliders.nth(1)).toHaveAttribute('aria-valuenow', /^10/);
  const chooser = ide.page.waitForEvent('filechooser', { timeout: 15_000 });
  await frame.getByRole('button', { name: /^Upload/ }).click();
  const buffer = Buffer.from([0, 255, 1, 254, 10, 13, 7]);
  await (await chooser).setFiles({ name: 'x.bin', mimeType: 'application/octet-stream', buffer });
  await expect(frame.getByText('Upload (1)')).toBeVisible();
  await run(notebook, 1);
  await expect(notebook.output(1)).toContainText(String.raw`10 x.bin b'\x00\xff\x01\xfe\n\r'`);
  expect(await serious(ide.page)).toEqual([]);
});

test('modules of other packages come from the environment; what it does not have is said [J3]', async ({
  ide,
}) => {
  test.setTimeout(120_000);
  const foreign = `import ipywidgets as w
from traitlets import Unicode as U
class Foreign(w.DOMWidget):
    _model_name = U("FooModel").tag(sync=True)
    _model_module = U("foo-widgets").tag(sync=True)
    _model_module_version = U("1.2.0").tag(sync=True)
    _view_name = U("FooView").tag(sync=True)
    _view_module = U("foo-widgets").tag(sync=True)
    _view_module_version = U("1.2.0").tag(sync=True)
Foreign()`;
  const figure = `%matplotlib widget
import matplotlib.pyplot as plt
fig, ax = plt.subplots(num="Figure of three")
ax.plot([1, 2, 3])
plt.show()`;
  const notebook = await open(ide, 'foreign.ipynb', foreign, figure);
  await run(notebook, 0);
  const frame = frameOf(ide.page);
  await expect(frame.getByText('This widget needs foo-widgets 1.2.0')).toBeVisible({ timeout: 30_000 });
  await run(notebook, 1);
  await expect(frame.getByText('Figure of three')).toBeVisible({ timeout: 30_000 });
  await expect(frame.locator('.jupyter-matplotlib-canvas-div canvas').first()).toBeVisible();
});

test('saved widgets show without a kernel, after one click [J4]', async ({ ide }) => {
  const notebook = await open(
    ide,
    'saved.ipynb',
    'import ipywidgets as w\ns = w.IntSlider(3, 0, 10, description="Level")\nw.VBox([s, w.HTML("<b>kept</b>")])',
  );
  await run(notebook, 0);
  const frame = frameOf(ide.page);
  await frame.getByRole('slider').press('ArrowRight');
  await expect(frame.getByRole('slider')).toHaveAttribute('aria-valuenow', /^4/);
  await notebook.whenIdle();
  await notebook.save();
  const saved = JSON.stringify((await notebook.onDisk()).metadata['widgets']);
  expect(saved).toContain('"model_name":"IntSliderModel"');
  await ide.endCompute();
  await ide.openNotebook('saved.ipynb');
  await notebook.whenKernel('dead');
  await expect(notebook.output(0)).toContainText('VBox(children=(IntSlider(');
  await notebook.output(0).getByRole('button', { name: 'Run scripts of this notebook' }).click();
  await expect(frame.locator('b', { hasText: 'kept' })).toBeVisible({ timeout: 30_000 });
  await expect(frame.getByRole('slider')).toHaveAttribute('aria-valuenow', /^[34]/);
});
