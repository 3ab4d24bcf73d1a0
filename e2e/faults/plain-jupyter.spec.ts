/** Large saves to a plain Jupyter Server, which takes a file only whole: our server puts it together. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPlainJupyter } from '../fixtures/plain-jupyter.ts';
import { expect, test } from '../fixtures/test.ts';
import { Ide } from '../pages/ide.ts';
import { isLong } from './counted-lines.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { startFaultyProduct } from './faulty-product.ts';
import { largeNotebook } from './large-notebook.ts';

const limit = { kind: 'body-limit', bytes: 1_000_000 } as const;

test(`fault 25: plain Jupyter: a notebook of ${isLong ? 60 : 6} MB is saved through a proxy that takes 1 MB; one before Jupyter itself is told, with a download [Q2][A11]`, async ({
  page,
}) => {
  test.setTimeout(300_000);
  const jupyter = await startPlainJupyter();
  const [outer, inner] = [await startFaultProxy(), await startFaultProxy()];
  inner.aim(jupyter.port);
  const product = await startFaultyProduct(outer, jupyter.args(inner.origin));
  try {
    const ide = new Ide(page, { ...product, home: jupyter.home });
    const text = largeNotebook(isLong ? 60_000_000 : 6_000_000, 'first = 1', 'second = 1');
    const file = join(jupyter.home, 'large.ipynb');
    await writeFile(file, text);
    await ide.signIn();
    const notebook = await ide.openNotebook('large.ipynb');
    const sent: string[] = [];
    page.on('request', (request) => {
      const [, name] = /\/(contents|studio\/(?:part|patch))[/?]/.exec(request.url()) ?? [];
      if (request.method() === 'PUT' && name !== undefined) sent.push(name);
    });
    outer.begin(limit);
    await notebook.type(1, 'second = 2');
    await page.keyboard.press('ControlOrMeta+S');
    await notebook.whenIdle();
    const edited = text.replace('second = 1', 'second = 2');
    await expect.poll(async () => (await readFile(file, 'utf8')) === edited).toBe(true);
    expect(sent).toEqual(['studio/patch']);

    await ide.runCommand('Clear all outputs');
    await notebook.save();
    expect((await readFile(file, 'utf8')).length).toBeLessThan(2_000);
    sent.length = 0;
    await notebook.select(1);
    await page.keyboard.press('z');
    await page.keyboard.press('ControlOrMeta+S');
    await notebook.whenIdle();
    expect(await readFile(file, 'utf8')).toBe(edited);
    expect(sent.filter((name) => name === 'studio/part').length).toBeGreaterThan(5);

    // The link to Jupyter takes as little: no way leads to a whole file there.
    inner.begin(limit);
    await notebook.type(1, 'second = 3');
    await page.keyboard.press('ControlOrMeta+S');
    const alert = page.getByRole('alert').filter({ hasText: 'large.ipynb was not saved.' });
    await expect(alert).toContainText('no safe way to take it in parts. The file on disk is unchanged.');
    await expect(alert).toContainText('Your edits are kept in this browser.');
    const download = page.waitForEvent('download');
    await alert.getByRole('button', { name: 'Download' }).click();
    const mine = await readFile(await (await download).path(), 'utf8');
    expect(mine).toBe(text.replace('second = 1', 'second = 3'));
    expect(await readFile(file, 'utf8')).toBe(edited);
    inner.heal();
    await alert.getByRole('button', { name: 'Retry' }).click();
    await expect(alert).toBeHidden();
    await notebook.whenIdle();
    expect(await readFile(file, 'utf8')).toBe(mine);
  } finally {
    await product.stop();
    await Promise.all([outer.stop(), inner.stop()]);
    await jupyter.stop();
  }
});
