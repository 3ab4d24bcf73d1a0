/** Binary messages of widgets through a line that is cut: none is lost, none comes twice, and states are those of the kernel. */
import type { FrameLocator } from '@playwright/test';
import { setTimeout as after } from 'node:timers/promises';
import { OUTPUTS_IMAGE, outputsImage } from '../fixtures/outputs.ts';
import type { Product } from '../fixtures/product.ts';
import { expect } from '../fixtures/test.ts';
import type { Ide } from '../pages/ide.ts';
import { type NotebookPage, notebookOf, streamText } from '../pages/notebook-page.ts';
import { createChance, isLong, tell } from './counted-lines.ts';
import { startFaultyProduct, test as base } from './faulty-product.ts';

const test = base.extend<object, { product: Product }>({
  product: [
    async ({ line }, use) => {
      const product = await startFaultyProduct(line, outputsImage());
      await use(product);
      await product.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});
test.use({ beginsWithFile: true });

const times = isLong ? 20 : 3;
const kernel = /\/channels/;

/** A slider, a picture, and a widget that notes each message whose buffer came whole. */
const widgets = `import anywidget, os, struct, time, zlib
import ipywidgets as w

class Ticker(anywidget.AnyWidget):
    _esm = """
    export default { render({ model, el }) {
      const text = document.createElement("pre");
      text.className = "ticker";
      text.textContent = "got";
      model.on("msg:custom", ({ n, size }, [view]) => {
        const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
        const isWhole = bytes.length === size && bytes.every((byte, i) => byte === (n + i) % 251);
        text.textContent += isWhole ? " " + n : " broken";
      });
      el.append(text);
    } };
    """

def picture(width):
    """A PNG of noise, so many pixels wide."""
    rows = b"".join(b"\\0" + os.urandom(3 * width) for _ in range(100))
    def part(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    head = struct.pack(">IIBBBBB", width, 100, 8, 2, 0, 0, 0)
    return b"\\x89PNG\\r\\n\\x1a\\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")

pattern = bytes(i % 251 for i in range(60_000))
ticker, slider = Ticker(), w.IntSlider(0, 0, 100_000, description="Level")
image = w.Image(value=picture(50), format="png", width="auto")
w.VBox([ticker, slider, image])`;

const busy = `n = 0
while not os.path.exists("widgets-end"):
    ticker.send({"n": n, "size": 50_000}, [pattern[n % 251:n % 251 + 50_000]])
    slider.value = n
    image.value = picture(100 + n % 200)
    n += 1
    time.sleep(0.05)
print("total", n)`;

async function openOn(ide: Ide, name: string, ...cells: string[]): Promise<NotebookPage> {
  await ide.write(name, notebookOf(...cells));
  const notebook = await ide.openNotebook(name);
  await notebook.chooseEnvironment('ml.t3.medium', OUTPUTS_IMAGE);
  await notebook.whenKernel('idle');
  return notebook;
}

const run = async (notebook: NotebookPage, index: number) => {
  await notebook.select(index);
  await notebook.page.keyboard.press('ControlOrMeta+Enter');
};

const numbersIn = async (frame: FrameLocator) =>
  ((await frame.locator('.ticker').textContent()) ?? '').split(' ').slice(1).map(Number);

test('fault: the line is cut in a stream of binary widget messages: states and buffers are whole [J4, Q3]', async ({
  ide,
  line,
}) => {
  test.setTimeout(isLong ? 1_200_000 : 300_000);
  const notebook = await openOn(ide, 'widgets.ipynb', widgets, busy, 'print("level", slider.value)');
  const frame = ide.page.frameLocator('iframe.at-output-frame');
  const chance = createChance('widgets');
  await run(notebook, 0);
  await notebook.whenCell(0, 'done');
  await expect(frame.locator('.ticker')).toHaveText('got', { timeout: 30_000 });
  await run(notebook, 1);
  let recoverMs = 0;
  for (let i = 0; i < times; i += 1) {
    const before = (await numbersIn(frame)).length;
    await expect
      .poll(async () => (await numbersIn(frame)).length, { timeout: 60_000 })
      .toBeGreaterThan(before + 3);
    await after(200 * chance());
    const isOpened = line.whenOpened(kernel);
    if (isLong && i % 5 === 4) expect(line.halfOpen(kernel)).toBe(1);
    else expect(line.cut(kernel)).toBe(1);
    const begin = performance.now();
    await isOpened;
    recoverMs = Math.max(recoverMs, performance.now() - begin);
  }
  await ide.write('widgets-end', '');
  await notebook.whenCell(1, 'done');
  // The state is told at once, what the cell printed comes behind the binary messages.
  await expect(notebook.output(1)).toContainText('total', { timeout: 60_000 });
  await notebook.whenIdle();
  const total = Number(/total (\d+)/.exec(streamText((await notebook.onDisk()).cells[1]))?.[1]);
  const expected = Array.from({ length: total }, (_, i) => i);
  await expect(frame.locator('.ticker')).toHaveText(new RegExp(`\\b${total - 1}$`));
  const got = await numbersIn(frame);
  tell({
    row: '-',
    fault: 'cuts in binary widget messages',
    times,
    expected: total,
    lost: total - new Set(got).size,
    doubled: got.length - new Set(got).size,
    outOfOrder: got.filter((n, i) => i > 0 && n < (got[i - 1] ?? 0)).length,
    recoverMs,
  });
  expect(got).toEqual(expected);
  const slider = frame.getByRole('slider');
  await expect(slider).toHaveAttribute('aria-valuetext', String(total - 1));
  await expect
    .poll(() => frame.locator('img').evaluate((one: HTMLImageElement) => one.naturalWidth))
    .toBe(100 + ((total - 1) % 200));
  // The way to the kernel stands as well.
  await notebook.whenKernel('idle');
  await slider.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', String(total));
  await run(notebook, 2);
  await expect(notebook.output(2)).toContainText(`level ${total}`);
  // What is set while there is no line gets there with the next one, also where the page moved on before it was told.
  const back = line.begin({ kind: 'refuse' }, kernel);
  await notebook.whenKernel('reconnecting');
  await slider.press('ArrowRight');
  await slider.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', String(total + 2));
  back();
  await notebook.whenKernel('idle');
  // The second step goes when the kernel is done with the first.
  await expect(async () => {
    await run(notebook, 2);
    await expect(notebook.output(2)).toContainText(`level ${total + 2}`, { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
});
