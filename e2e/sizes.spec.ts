import { expect, test } from './fixtures/test.ts';
import { notebookOf } from './pages/notebook-page.ts';

test.use({ beginsWithFile: true });

test('1,000 cells open: at most 3,000 DOM nodes [E4]', async ({ ide }) => {
  const cells = Array.from(
    { length: 1000 },
    (_, i) => `# cell ${i}\nvalue_${i} = [n for n in range(${i})]\nlen(value_${i})`,
  );
  await ide.write('thousand.ipynb', notebookOf(...cells));
  const notebook = await ide.openNotebook('thousand.ipynb');
  await expect(notebook.cell(0)).toContainText('cell 0');
  await expect(notebook.cell(0)).toHaveAttribute('aria-setsize', '1000');
  const nodes = () => ide.page.evaluate(() => document.querySelectorAll('*').length);
  expect(await nodes()).toBeLessThanOrEqual(3000);
  await ide.page.keyboard.press('End');
  await notebook.region.getByRole('list', { name: 'Cells' }).hover();
  await ide.page.mouse.wheel(0, 1_000_000);
  await expect(notebook.cell(999)).toBeVisible();
  expect(await nodes()).toBeLessThanOrEqual(3000);
});

type TraceEvent = { name: string; args: { elementCount?: number } };

test('a key in the middle of 1,000 cells styles its own line, not the cells in sight [E4]', async ({
  ide,
  context,
}) => {
  const { page } = ide;
  const cells = Array.from({ length: 1000 }, (_, i) => `# cell ${i}\nvalue_${i} = ${i}`);
  await ide.write('typed.ipynb', notebookOf(...cells));
  const notebook = await ide.openNotebook('typed.ipynb');
  await notebook.region.getByRole('list', { name: 'Cells' }).hover();
  await page.mouse.wheel(0, 30_000);
  // A turn of the wheel arrives late on a busy machine: until then the cells in sight are those that go away.
  await expect
    .poll(() => notebook.region.locator('.at-cells-scroll').evaluate((list) => list.scrollTop))
    .toBeGreaterThanOrEqual(30_000);
  await expect(notebook.cell(0)).toHaveCount(1);
  const seen = notebook.region.locator('[data-cell-index]').nth(8);
  const index = Number(await seen.getAttribute('data-cell-index'));
  const editor = await notebook.edit(index);
  await page.keyboard.type('warm');
  const devtools = await context.newCDPSession(page);
  const events: TraceEvent[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const traceConfig = { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] };
  await devtools.send('Tracing.start', { traceConfig, transferMode: 'ReportEvents' });
  const text = 'thequickbrownfoxjumps';
  await page.keyboard.type(text);
  await expect(editor).toHaveValue(new RegExp(text));
  const ended = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await ended;
  const styled = events.filter(({ name }) => name === 'UpdateLayoutTree');
  expect(styled.length).toBeGreaterThan(0);
  const count = styled.reduce((sum, { args }) => sum + (args.elementCount ?? 0), 0);
  // About 40 as it is; a rule that looks for something with :has() in each cell made it 700.
  expect(count / text.length).toBeLessThan(200);
});

test('no request while idle for 60 s but the event stream’s [P4]', async ({ ide, watched }) => {
  test.setTimeout(150_000);
  await ide.write('idle.ipynb', notebookOf('print("idle")'));
  const notebook = await ide.openNotebook('idle.ipynb');
  await notebook.chooseEnvironment();
  await notebook.whenKernel('idle');
  await notebook.select(0);
  await ide.page.keyboard.press('ControlOrMeta+Enter');
  await notebook.whenCell(0, 'done');
  await notebook.whenIdle();
  await ide.page.waitForLoadState('networkidle');
  const before = watched.requests.length;
  // The promise itself is about time: 60 s without a request.
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  expect(watched.requests.slice(before)).toEqual([]);
});

test('ten tabs open: each lists files and runs a cell [A5]', async ({ ide, context }) => {
  test.setTimeout(180_000);
  const { Ide } = await import('./pages/ide.ts');
  for (let i = 0; i < 10; i += 1) await ide.write(`tabs/tab-${i}.ipynb`, notebookOf(`print("tab", ${i})`));
  const pages = await Promise.all(Array.from({ length: 10 }, () => context.newPage()));
  const notebooks = [];
  for (const [i, page] of pages.entries()) {
    const notebook = await new Ide(page, ide.product).openNotebook(`tabs/tab-${i}.ipynb`);
    await notebook.chooseEnvironment();
    notebooks.push(notebook);
  }
  for (const [i, notebook] of notebooks.entries()) {
    await notebook.page.bringToFront();
    await notebook.whenKernel('idle');
    await expect(
      notebook.page.getByRole('tree', { name: 'Files' }).getByRole('treeitem').first(),
    ).toBeVisible();
    await notebook.select(0);
    await notebook.page.keyboard.press('ControlOrMeta+Enter');
    await expect(notebook.output(0)).toContainText(`tab ${i}`);
  }
  for (const page of pages) await page.close();
});
