import { startJupyterLab } from './fixtures/peers.ts';
import { expect, test } from './fixtures/test.ts';
import { streamText } from './pages/notebook-page.ts';

const numbers = 'import os\nprint("sum", sum(n * n for n in range(5)))\nprint("pid", os.getpid())';
const plot = `import xml.etree.ElementTree as ET
from IPython.display import SVG, display
svg = ET.Element('svg', xmlns='http://www.w3.org/2000/svg', width='240', height='120')
ET.SubElement(svg, 'polyline', points='0,120 120,90 240,0', fill='none', stroke='teal')
display(SVG(data=ET.tostring(svg, encoding='unicode')))`;

test('a notebook made here opens and runs in JupyterLab unasked [C1, E3]', async ({ ide, browser }) => {
  test.setTimeout(180_000);
  const { page } = ide;
  await page.getByRole('button', { name: 'New notebook', exact: true }).first().click();
  const notebook = await ide.untitled();
  await notebook.type(0, numbers);
  await notebook.chooseEnvironment('ml.t3.medium');
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await page.keyboard.press('Shift+Enter');
  await notebook.whenCell(0, 'done');
  await notebook.type(1, plot);
  await page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(1, 'done');
  await expect(notebook.output(1).locator('[data-mime="image/svg+xml"] img')).toBeVisible();
  await notebook.save();
  const text = streamText((await notebook.onDisk()).cells[0]);
  const pid = /^pid (\d+)$/m.exec(text)?.[1];
  expect(text).toBe(`sum 30\npid ${pid}\n`);

  const lab = await startJupyterLab(ide.product.home);
  const context = await browser.newContext();
  try {
    const other = await context.newPage();
    const errors: string[] = [];
    other.on('pageerror', (error) => errors.push(error.message));
    await other.goto(`${lab.origin}/lab/tree/${notebook.path}?token=${lab.token}`);
    const panel = other.locator('.jp-NotebookPanel');
    const outputs = panel.locator('.jp-CodeCell .jp-OutputArea-output');
    const picture = panel.locator('.jp-RenderedSVG').locator('svg, img');
    const prompts = panel.locator('.jp-CodeCell .jp-InputPrompt');
    await expect(outputs.first()).toContainText(`pid ${pid}`, { timeout: 60_000 });
    // JupyterLab shows pictures of SVG only of what it ran itself; before that, the text that lies beside them.
    await expect(outputs.nth(1)).toContainText('<IPython.core.display.SVG object>');
    // The file names its kernel so that JupyterLab finds it: its start is awaited, then nobody was asked.
    await expect(panel.locator('.jp-Toolbar-kernelName')).toContainText('Python 3');
    await expect(panel.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).toBeVisible({
      timeout: 60_000,
    });
    await expect(other.locator('.jp-Dialog')).toHaveCount(0);

    await other.getByRole('menuitem', { name: 'Run', exact: true }).click();
    await other.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
    // A process of its own has run it: the saved number gives way to another.
    await expect(outputs.first()).toContainText(/^sum 30\s+pid \d+\s*$/);
    await expect(outputs.first()).not.toContainText(`pid ${pid}`);
    await expect(prompts.nth(0)).toHaveText('[1]:');
    await expect(prompts.nth(1)).toHaveText('[2]:');
    await expect(picture.first()).toBeVisible();
    await expect(other.locator('.jp-Dialog')).toHaveCount(0);
    await expect(panel.locator('.jp-OutputArea-output[data-mime-type*="error"]')).toHaveCount(0);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    await lab.stop();
  }
});
