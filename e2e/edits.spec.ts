/** What is typed outlives the page: a browser that is killed, a server that is away, a sign-out. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OwnBrowser, startBrowser } from './fixtures/own-browser.ts';
import type { Product } from './fixtures/product.ts';
import { cutSaves } from './fixtures/saves.ts';
import { expect, test } from './fixtures/test.ts';
import { Ide } from './pages/ide.ts';
import { type NotebookPage, notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

const isLong = process.env['ATELIER_LONG'] === '1';
const TRIALS = isLong ? 50 : 3;
const seed = Number(process.env['ATELIER_SEED'] ?? 1);

/** Numbers in [0, 1) that are the same for the same seed. */
function numbersFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A browser of its own on a profile, and how to kill it and start it again. */
async function killable(product: Product) {
  const profile = await mkdtemp(join(tmpdir(), 'atelier-profile-'));
  const running: OwnBrowser[] = [];
  return {
    async open(path: string): Promise<NotebookPage> {
      const browser = await startBrowser(profile);
      running.push(browser);
      const page = browser.context.pages()[0] ?? (await browser.context.newPage());
      const ide = new Ide(page, product);
      await ide.takeSession();
      return ide.openNotebook(path);
    },
    kill: () => running.pop()?.kill(),
    async end() {
      for (const browser of running) await browser.kill();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const note = (notebook: NotebookPage) => notebook.region.getByRole('status', { name: 'Unsaved edits' });

test(`a browser killed 1 s after typing, ${TRIALS} times: the text is back, nothing runs twice [Q1]`, async ({
  product,
}) => {
  test.setTimeout(90_000 + TRIALS * 20_000);
  const random = numbersFrom(seed);
  const file = join(product.home, 'killed.ipynb');
  const count = 'with open("runs.txt", "a") as runs: _ = runs.write("x")';
  await writeFile(file, notebookOf(count, 'start = 1'));
  const browser = await killable(product);
  try {
    let notebook = await browser.open('killed.ipynb');
    await notebook.chooseEnvironment();
    await notebook.whenKernel('idle');
    await notebook.select(0);
    await notebook.page.keyboard.press('Control+Enter');
    await notebook.whenCell(0, 'done');
    await notebook.whenIdle();
    for (let trial = 0; trial < TRIALS; trial++) {
      const text = `trial ${trial}: ${Math.floor(random() * 1e9)}`;
      // However slow the machine is, nothing but the journal has it.
      await cutSaves(notebook.page);
      await notebook.edit(1);
      await notebook.page.keyboard.type(`\n# ${text}`);
      // The time is what is tested.
      await notebook.page.waitForTimeout(1_000 + random() * 400);
      expect(await readFile(file, 'utf8')).not.toContain(text);
      await browser.kill();
      notebook = await browser.open('killed.ipynb');
      await expect(notebook.cell(1), `seed ${seed}`).toContainText(text);
      await expect(note(notebook)).toContainText('that were not saved are back');
      await notebook.whenIdle();
      expect(await readFile(file, 'utf8')).toContain(text);
    }
    expect(await readFile(join(product.home, 'runs.txt'), 'utf8')).toBe('x');
    await notebook.ide.endCompute();
  } finally {
    await browser.end();
  }
});

test.describe('the server cannot be reached', () => {
  test.use({ allowRefusals: true });

  test('what is typed is back after a reload that asks nothing, and gets into the file; discarding it can be undone [Q1, Q3]', async ({
    ide,
    page,
  }) => {
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await ide.write('offline.ipynb', notebookOf('a = 1', 'b = 2'));
    const notebook = await ide.openNotebook('offline.ipynb');
    const reach = await cutSaves(page);
    await notebook.edit(1);
    await page.keyboard.type(' + offline');
    await expect(notebook.region.getByRole('alert')).toContainText('was not saved');
    await page.reload();
    await expect(notebook.cell(1)).toContainText('b = 2 + offline');
    await expect(note(notebook)).toContainText('that were not saved are back');
    expect(asked).toEqual([]);

    await note(notebook).getByRole('button', { name: 'Discard' }).click();
    await expect(notebook.cell(1)).not.toContainText('offline');
    await expect(note(notebook)).toContainText('were discarded');
    await note(notebook).getByRole('button', { name: 'Undo' }).click();
    await expect(notebook.cell(1)).toContainText('b = 2 + offline');
    await reach();
    await notebook.save();
    expect([(await notebook.onDisk()).cells[1]?.source].flat().join('')).toBe('b = 2 + offline');
    await page.reload();
    await expect(notebook.cell(1)).toContainText('b = 2 + offline');
    await expect(note(notebook)).toHaveCount(0);
  });

  test('a text file closes with its edits kept, which a start names and opens [Q1]', async ({
    ide,
    page,
  }) => {
    await ide.write('prepare.py', 'one = 1\n');
    await ide.open('prepare.py');
    const editor = page.getByRole('region', { name: 'Editor prepare.py' });
    const text = editor.getByRole('textbox', { name: 'Text of prepare.py' });
    await text.focus();
    const reach = await cutSaves(page);
    await page.keyboard.type('# kept ');
    await expect(editor.getByRole('alert')).toContainText('was not saved');
    await ide.runCommand('Close tab');
    await expect(ide.tab('prepare.py')).toHaveCount(0);
    await page.goto(`${ide.product.origin}/?test=1`);
    const told = page.getByRole('region', { name: 'Notifications' });
    await told.getByText('prepare.py has edits that were not saved').first().waitFor();
    await told.getByRole('button', { name: 'Open it' }).first().click();
    await expect(editor.locator('.view-lines')).toContainText('# kept one = 1');
    await expect(editor.getByRole('status', { name: 'Unsaved edits' })).toContainText('are back');
    await reach();
    await ide.runCommand('Save');
    await expect.poll(() => readFile(join(ide.product.home, 'prepare.py'), 'utf8')).toBe('# kept one = 1\n');
  });

  test('a file that is gone is made again from its edits [Q1]', async ({ ide, page }) => {
    await ide.write('gone.ipynb', notebookOf('a = 1'));
    const notebook = await ide.openNotebook('gone.ipynb');
    await cutSaves(page);
    await notebook.edit(0);
    await page.keyboard.type('  # mine');
    await expect(notebook.region.getByRole('alert')).toContainText('was not saved');
    await rm(join(ide.product.home, 'gone.ipynb'));
    await page.unrouteAll();
    await page.reload();
    await notebook.region.getByRole('button', { name: 'Save as a new file' }).click();
    await expect(notebook.cell(0)).toContainText('a = 1  # mine');
    expect((await notebook.onDisk()).cells[0]?.source).toEqual(['a = 1  # mine']);
  });

  test('a sign-out asks what becomes of edits that are in no file [Q1]', async ({ ide, page }) => {
    await ide.write('secret.ipynb', notebookOf('a = 1'));
    const notebook = await ide.openNotebook('secret.ipynb');
    await cutSaves(page);
    await notebook.edit(0);
    await page.keyboard.type('  # secret');
    await expect(notebook.region.getByRole('alert')).toContainText('was not saved');
    const question = page.getByRole('alertdialog', { name: '1 file has edits that are not saved' });
    await ide.runCommand('Sign out');
    await expect(question.getByRole('listitem')).toHaveText(['secret.ipynb']);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      question.getByRole('button', { name: 'Download edits' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('secret.ipynb');
    expect(await readFile(await download.path(), 'utf8')).toContain('# secret');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await expect(notebook.cell(0)).toContainText('# secret');

    await ide.runCommand('Sign out');
    await question.getByRole('button', { name: 'Delete and sign out' }).click();
    await expect(question).toHaveCount(0);
    await expect(notebook.region).toHaveCount(0);
    await page.unrouteAll();
    await ide.takeSession();
    await ide.openNotebook('secret.ipynb');
    await expect(notebook.cell(0)).toContainText('a = 1');
    await expect(notebook.cell(0)).not.toContainText('secret');
  });
});
