/** A browser that is cut off with unsaved edits, while the server writes what ran: both are in the file. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '../fixtures/test.ts';
import { type NotebookJson, notebookOf, streamText } from '../pages/notebook-page.ts';
import { isLong } from './counted-lines.ts';
import { test } from './faulty-product.ts';

test.use({ beginsWithFile: true });

const times = isLong ? 50 : 3;

const waits = (name: string) =>
  `import os, time\nprint("before")\nwhile not os.path.exists(${JSON.stringify(name)}):\n    time.sleep(0.05)\nprint("after")`;

test('asleep with unsaved edits while the server writes: both survive [D5] [F7]', async ({
  ide,
  line,
  product,
}) => {
  test.setTimeout(times * 40_000 + 60_000);
  const disk = async () =>
    JSON.parse(await readFile(join(product.home, 'asleep.ipynb'), 'utf8')) as NotebookJson;
  await ide.write('asleep.ipynb', notebookOf(waits('go'), 'typed = 0'));
  const notebook = await ide.openNotebook('asleep.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  // The editor is here before the network goes.
  await notebook.type(1, 'typed = 0');
  for (let round = 1; round <= times; round += 1) {
    await rm(join(product.home, 'go'), { force: true });
    await notebook.select(0);
    await ide.page.keyboard.press('ControlOrMeta+Enter');
    await expect(notebook.output(0)).toHaveText('before');
    await notebook.whenCell(0, 'running');
    const wake = line.begin({ kind: 'refuse' });
    await notebook.type(1, `typed = ${round}`);
    await writeFile(join(product.home, 'go'), '');
    await expect
      .poll(async () => streamText((await disk()).cells[0]), { timeout: 30_000 })
      .toBe('before\nafter\n');
    expect([(await disk()).cells[1]?.source].flat().join('')).toBe(`typed = ${round - 1}`);
    wake();
    await expect
      .poll(async () => [(await disk()).cells[1]?.source].flat().join(''), { timeout: 30_000 })
      .toBe(`typed = ${round}`);
    await notebook.whenCell(0, 'done');
    await notebook.whenIdle();
    await expect(notebook.output(0).locator('[data-mime]').first()).toHaveText('before\nafter');
    await expect(notebook.cell(1)).toContainText(`typed = ${round}`);
    // What the server wrote is what the kernel said: nobody has to be told.
    await expect(ide.page.getByRole('region', { name: 'Changes on disk' })).toBeHidden();
    const saved = await disk();
    expect(saved.cells).toHaveLength(2);
    expect(streamText(saved.cells[0])).toBe('before\nafter\n');
  }
});
