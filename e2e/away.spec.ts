/** What a notebook says when it is opened again: cells that ran meanwhile, and outputs that have no place in its file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Locator } from '@playwright/test';
import { isLong } from './faults/counted-lines.ts';
import { test as faulty } from './faults/faulty-product.ts';
import { expect, test } from './fixtures/test.ts';
import { serious } from './pages/axe.ts';
import { Ide } from './pages/ide.ts';
import { type NotebookJson, type NotebookPage, notebookOf, streamText } from './pages/notebook-page.ts';

/** A cell that goes on until the file is there. */
const waitingFor = (file: string) =>
  `import os, time\nwhile not os.path.exists(${JSON.stringify(file)}): time.sleep(0.02)\nprint("waited")`;

const diskOf = async (ide: Ide, path: string) =>
  JSON.parse(await readFile(join(ide.product.home, path), 'utf8')) as NotebookJson;

type DocumentJson = { id: string; lease: { holder?: string } };

async function documentOf(ide: Ide, path: string): Promise<DocumentJson | undefined> {
  const documents = await ide.call('GET', `/documents?path=${encodeURIComponent(path)}`);
  return (documents.json as { items: DocumentJson[] }).items[0];
}

/** The page is closed, and the server has noticed. */
async function close(ide: Ide, path: string): Promise<void> {
  await ide.page.close();
  await expect.poll(async () => (await documentOf(ide, path))?.lease).not.toHaveProperty('holder');
}

/** All executions of a notebook, as the server tells them to any page. */
async function executionsOf(ide: Ide, path: string): Promise<Record<string, unknown>[]> {
  const document = await documentOf(ide, path);
  const executions = await ide.call('GET', `/documents/${document?.id ?? ''}/executions`);
  return (executions.json as { items: Record<string, unknown>[] }).items;
}

/** A browser that knows nothing of what was before. */
async function newBrowser(ide: Ide, browser: Browser): Promise<Ide> {
  const context = await browser.newContext();
  const other = new Ide(await context.newPage(), ide.product);
  await other.takeSession();
  return other;
}

const noteOf = ({ region }: NotebookPage): Locator =>
  region.getByRole('status', { name: 'While you were away', exact: true });
const offerOf = ({ region }: NotebookPage): Locator =>
  region.getByRole('region', { name: 'Outputs without a place', exact: true });

test.describe('a notebook that is opened again', () => {
  test.use({ beginsWithFile: true });

  test('says in any browser what ran while it was closed and leads to what failed, until that is put away [F8]', async ({
    ide,
    browser,
  }) => {
    const path = 'ran meanwhile.ipynb';
    await ide.write(path, notebookOf('print("seen")', waitingFor('go'), '1 / 0', 'print("never")'));
    const notebook = await ide.openNotebook(path);
    await notebook.chooseEnvironment();
    await notebook.whenKernel('idle');
    await ide.runCommand('Run all cells');
    await notebook.whenCell(1, 'running');
    await notebook.whenCell(0, 'done');
    await close(ide, path);
    await ide.write('go', '');
    const errors = async () => (await diskOf(ide, path)).cells.map((cell) => cell.outputs?.[0]?.['ename']);
    await expect
      .poll(errors, { timeout: 30_000 })
      .toEqual([undefined, undefined, 'ZeroDivisionError', undefined]);

    const other = await newBrowser(ide, browser);
    const again = await other.openNotebook(path);
    const note = noteOf(again);
    await expect(note).toContainText(
      /2 cells ran while this notebook was closed, until \d\d:\d\d\. 1 failed\. 1 that waited was not run\./,
    );
    expect(await serious(other.page)).toEqual([]);
    await note.getByRole('button', { name: 'Show cell 3', exact: true }).click();
    await expect(again.cell(2)).toHaveAttribute('aria-selected', 'true');
    await expect(again.output(2)).toContainText('ZeroDivisionError');
    // Nobody has put it away: it is told again.
    await other.page.reload();
    await note.getByRole('button', { name: 'Dismiss', exact: true }).click();
    await expect(note).toBeHidden();
    await expect
      .poll(async () => (await executionsOf(other, path)).filter((one) => one['unseen']))
      .toEqual([]);
    await other.page.reload();
    await again.whenKernel('idle');
    await expect(again.output(1)).toContainText('waited');
    await expect(note).toBeHidden();
    await other.page.context().close();
  });

  test('offers outputs whose cell was deleted in the file, and puts them into a new cell [F7] [D5]', async ({
    ide,
    browser,
  }) => {
    const path = 'without a place.ipynb';
    const text = notebookOf('a = 1', waitingFor('go on'), 'b = 1');
    await ide.write(path, text);
    const notebook = await ide.openNotebook(path);
    await notebook.chooseEnvironment();
    await notebook.whenKernel('idle');
    await notebook.select(1);
    await ide.page.keyboard.press('ControlOrMeta+Enter');
    await notebook.whenCell(1, 'running');
    await notebook.save();
    await close(ide, path);
    const { cells, ...rest } = await diskOf(ide, path);
    await ide.write(path, `${JSON.stringify({ cells: [cells[0], cells[2]], ...rest }, null, 1)}\n`);
    await ide.write('go on', '');
    const other = await newBrowser(ide, browser);
    await expect
      .poll(async () => (await executionsOf(other, path)).map((one) => one['unplaced']), { timeout: 30_000 })
      .toEqual(['no-cell']);

    let again = await other.openNotebook(path);
    await expect(offerOf(again)).toContainText('Outputs of 1 cell have no place in the file.');
    // Nothing is lost until somebody has chosen: it is offered at each opening.
    await other.page.reload();
    again = other.notebook(path);
    const offer = offerOf(again);
    await offer.getByRole('button', { name: 'Show', exact: true }).click();
    const shown = offer.getByRole('region', { name: /^Ran at \d\d:\d\d$/ });
    await expect(shown).toContainText('while not os.path.exists("go on")');
    await expect(shown.getByRole('group', { name: /output$/ })).toContainText('waited');
    expect(await serious(other.page)).toEqual([]);
    await offer.getByRole('button', { name: 'Put in a new cell', exact: true }).click();
    await expect(offer).toBeHidden();
    await expect(again.output(2)).toContainText('waited');
    await expect(again.cell(2)).toBeFocused();
    await other.page.keyboard.press('z');
    await expect(again.cell(2)).toBeHidden();
    await expect(offer).toBeVisible();
    await other.page.keyboard.press('Shift+Z');
    await expect(again.output(2)).toContainText('waited');
    await again.save();
    await expect
      .poll(async () => (await diskOf(ide, path)).cells.map(streamText))
      .toEqual(['', '', 'waited\n']);
    await expect
      .poll(async () => (await executionsOf(other, path)).map((one) => one['recorded']))
      .toEqual([true]);
    await other.page.reload();
    await expect(again.output(2)).toContainText('waited');
    await again.whenKernel('idle');
    await expect(offer).toBeHidden();
    await other.page.context().close();
  });
});

faulty.describe(() => {
  faulty.skip(
    !isLong,
    'Two waits for writes of the server take long; the note in such a page has a unit test.',
  );

  faulty('a page that lost its connection says what ended meanwhile [F8] [Q3]', async ({ ide, line }) => {
    const path = 'cut off.ipynb';
    await ide.write(path, notebookOf(waitingFor('one'), waitingFor('two')));
    const notebook = await ide.openNotebook(path);
    await notebook.chooseEnvironment();
    await notebook.whenKernel('idle');
    await ide.runCommand('Run all cells');
    await notebook.whenCell(0, 'running');
    await notebook.save();
    const end = line.begin({ kind: 'refuse' });
    await ide.write('one', '');
    // The server writes only when it knows that the page is not there.
    const texts = async () => (await diskOf(ide, path)).cells.map(streamText);
    await expect.poll(texts, { timeout: 40_000 }).toEqual(['waited\n', '']);
    await ide.write('two', '');
    await expect.poll(texts, { timeout: 40_000 }).toEqual(['waited\n', 'waited\n']);
    end();
    await expect(noteOf(notebook)).toContainText(/[12] cells? ran while this page was not connected, until/);
    await expect(notebook.output(1)).toContainText('waited');
  });
});
