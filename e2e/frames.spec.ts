import type { Frame, FrameLocator } from '@playwright/test';
import { OUTPUTS_IMAGE, outputsImage } from './fixtures/outputs.ts';
import { type Product, startProduct } from './fixtures/product.ts';
import { expect, test as base } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import type { Ide } from './pages/ide.ts';
import { type NotebookJson, type NotebookPage, notebookOf } from './pages/notebook-page.ts';

/** Outputs that need script, as real libraries draw them, in the sandboxed frame behind the cells. */
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

async function openWithKernel(ide: Ide, path: string): Promise<NotebookPage> {
  const notebook = await ide.openNotebook(path);
  await notebook.kernelBadge.click();
  const dialog = ide.page.getByRole('dialog', { name: 'Change environment' });
  await dialog.getByRole('combobox', { name: 'Image' }).selectOption({ label: OUTPUTS_IMAGE });
  await dialog.getByRole('combobox', { name: 'Kernel' }).selectOption({ index: 1 });
  await dialog.getByRole('button', { name: 'Select', exact: true }).click();
  await notebook.whenKernel('idle');
  return notebook;
}

async function run(notebook: NotebookPage, index: number): Promise<void> {
  await notebook.select(index);
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
go.Figure(go.Scatter(x=list(range(100)), y=list(range(100))))`;

test('plotly draws in the frame and keeps its zoom after 100 cells away and back [J2, J3]', async ({
  ide,
}) => {
  const cells = Array.from({ length: 120 }, (_, i) => `${i}\n# some\n# lines\n# more`);
  await ide.write('zoom.ipynb', notebookOf(plotly, ...cells));
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

  const list = notebook.region.getByRole('list', { name: 'Cells' });
  await notebook.select(1);
  const scroller = notebook.region.locator('.at-cells-scroll');
  await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(notebook.cell(115)).toBeVisible();
  await notebook.select(115);
  await expect(list.locator('[data-cell-index="0"]')).toHaveCount(0);
  await scroller.evaluate((element) => element.scrollTo(0, 0));
  await expect(shown(notebook, 0)).toBeVisible();
  expect(await range()).toEqual(zoomed);
  const again = await plot.locator('.nsewdrag').first().boundingBox();
  expect(Math.abs((again?.y ?? 0) - box.y)).toBeLessThan(3);
});
