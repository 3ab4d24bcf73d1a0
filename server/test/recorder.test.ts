/** Outputs of notebooks without a page reach their files, on our own apps and on a plain Jupyter Server. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Execution, StudioEvent } from '@atelier-ide/contract';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../src/config.ts';
import { createDriver } from '../src/drivers/create-driver.ts';
import { testConfig } from '../src/drivers/local/local.fixture.ts';
import { startJupyter } from './jupyter.ts';
import { type ServerFront, startServerFront } from './server-front.ts';

type EventOf<T extends StudioEvent['type']> = Extract<StudioEvent, { type: T }>;
type CellJson = {
  id: string;
  source: string;
  execution_count: number | null;
  outputs: Record<string, unknown>[];
};

const environment = { imageId: null, kernelName: 'python3', instanceType: null };

function notebookText(sources: readonly string[]): string {
  const cells = sources.map((source, index) => ({
    cell_type: 'code',
    execution_count: null,
    id: `cell-${index}`,
    metadata: {},
    outputs: [],
    source,
  }));
  return `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

/** A notebook of the user with a kernel. */
class Notebook {
  readonly id: string;
  readonly file: string;
  readonly #front: ServerFront;
  readonly #sources: readonly string[];

  constructor(front: ServerFront, at: { id: string; file: string; sources: readonly string[] }) {
    this.#front = front;
    this.id = at.id;
    this.file = at.file;
    this.#sources = at.sources;
  }

  get cells(): CellJson[] {
    return (JSON.parse(readFileSync(this.file, 'utf8')) as { cells: CellJson[] }).cells;
  }

  get text(): string[] {
    return this.cells.map(({ outputs }) => outputs.map(({ text }) => [text].flat().join('')).join(''));
  }

  /** Runs these cells, or all; answers the executions. */
  async run(indexes = this.#sources.map((_source, index) => index)): Promise<string[]> {
    const items = indexes.map((index) => {
      const code = this.#sources[index] ?? '';
      return { id: randomUUID(), cellId: `cell-${index}`, sourceHash: hashSource(code), code };
    });
    const params = { id: this.id };
    await this.#front.client.call('createExecutions', { params, body: { stopOnError: false, items } });
    return items.map(({ id }) => id);
  }

  async until(id: string, fits: (one: Execution) => boolean): Promise<Execution> {
    const { execution } = await this.#front.untilEvent(
      (event): event is EventOf<'execution'> =>
        event.type === 'execution' && event.execution.id === id && fits(event.execution),
    );
    return execution;
  }

  whenRecorded = (id: string): Promise<Execution> => this.until(id, ({ recorded }) => recorded);

  lease(holder: string, change: { release?: true; take?: true } = {}) {
    const body = { holder, ...change };
    return this.#front.client.call('leaseDocument', { params: { id: this.id }, body });
  }
}

async function openNotebook(front: ServerFront, root: string, sources: readonly string[]): Promise<Notebook> {
  const path = `${randomUUID()}.ipynb`;
  const file = join(root, path);
  writeFileSync(file, notebookText(sources));
  const { id } = await front.client.call('putDocument', { body: { path } });
  await front.client.call('putBinding', { params: { id }, ifMatch: 0, body: { environment } });
  await front.untilEvent(
    (event): event is EventOf<'document'> =>
      event.type === 'document' && event.document.id === id && event.document.binding.state === 'bound',
  );
  return new Notebook(front, { id, file, sources });
}

/** A page of this name listens to events; the answer closes it. */
async function openPage(front: ServerFront, origin: string, page: string): Promise<() => void> {
  const { headers } = front;
  const ws = new WebSocket(`${origin.replace('http', 'ws')}/api/studio/v1/events?page=${page}`, { headers });
  await once(ws, 'open');
  return () => ws.terminate();
}

async function onOurApps() {
  const config = await testConfig();
  return { config, end: async () => rmSync(dirname(config.root), { recursive: true, force: true }) };
}

async function onPlainJupyter() {
  const jupyter = await startJupyter({ overTcp: true });
  const base = await testConfig();
  const { target, token, basePath } = jupyter.endpoint;
  const address = 'host' in target ? `http://${target.host}:${target.port}${basePath}` : '';
  const config: ServerConfig = { ...base, driver: { kind: 'jupyter', url: address, token } };
  const end = async (): Promise<void> => {
    await jupyter.close();
    rmSync(dirname(base.root), { recursive: true, force: true });
  };
  return { config: { ...config, root: jupyter.root }, end };
}

describe.each([
  { name: 'our own apps', make: onOurApps },
  { name: 'a plain Jupyter Server', make: onPlainJupyter },
])('on $name', ({ make }) => {
  let config: ServerConfig;
  let end: () => Promise<void>;
  let front: ServerFront;
  beforeAll(async () => {
    ({ config, end } = await make());
    front = await startServerFront(config, createDriver);
  });
  afterAll(async () => {
    await front.close();
    await end();
  });

  it('cells that ran with no page there have their outputs in the file, each its own [F8]', async () => {
    const display = [
      'from IPython.display import display, clear_output',
      'print("gone"); clear_output(wait=True)',
      'shown = display({"text/plain": "first"}, raw=True, display_id=True)',
    ].join('\n');
    const update = 'shown.update({"text/plain": "second"}, raw=True)\n{"a": 1.0}';
    const notebook = await openNotebook(front, config.root, [display, update, '1 / 0', 'unrun']);
    const ids = await notebook.run([0, 1, 2]);
    await Promise.all(ids.map(notebook.whenRecorded));
    const { cells } = notebook;
    expect(cells.map((cell) => cell.execution_count)).toEqual([1, 2, 3, null]);
    expect(cells.map(({ outputs }) => outputs.map((one) => one['output_type']))).toEqual([
      ['display_data'],
      ['execute_result'],
      ['error'],
      [],
    ]);
    expect(cells[0]?.outputs[0]).toMatchObject({ data: { 'text/plain': 'second' } });
    expect(cells[2]?.outputs[0]).toMatchObject({ ename: 'ZeroDivisionError' });
  });

  it('a page that is there is left alone; when it goes, what it did not write is written', async () => {
    const notebook = await openNotebook(front, config.root, ['print("by whom")']);
    const closePage = await openPage(front, new URL(front.headers['Origin'] ?? '').origin, 'tab-1');
    expect((await notebook.lease('tab-1')).lease.holder).toBe('tab-1');
    const [id = ''] = await notebook.run();
    await notebook.until(id, ({ state }) => state === 'done');
    expect(notebook.text).toEqual(['']);
    closePage();
    await notebook.whenRecorded(id);
    expect(notebook.text).toEqual(['by whom\n']);
    const back = await notebook.lease('tab-1');
    expect(back.lease.fence).toBe(3);
    expect(back.lease.written).toMatch(/^[0-9a-f]{64}$/);
  });

  it('cells that were deleted or edited meanwhile are not touched, and their executions say so', async () => {
    const sources = ['print("deleted")', 'print("edited")', 'print("there")'];
    const notebook = await openNotebook(front, config.root, sources);
    await notebook.lease('tab-1');
    const [deleted = '', edited = '', there = ''] = await notebook.run();
    await notebook.until(there, ({ state }) => state === 'done');
    const changed = notebookText(sources).replaceAll('cell-0', 'another').replace('edited', 'otherwise');
    writeFileSync(notebook.file, changed);
    await notebook.lease('tab-1', { release: true });
    await notebook.whenRecorded(there);
    expect(notebook.text).toEqual(['', '', 'there\n']);
    expect(await notebook.until(deleted, ({ unplaced }) => unplaced !== undefined)).toMatchObject({
      unplaced: 'no-cell',
      recorded: false,
    });
    expect(await notebook.until(edited, ({ unplaced }) => unplaced !== undefined)).toMatchObject({
      unplaced: 'source-changed',
    });
  });

  it('what an earlier server did not come to write is written by the next one [F7]', async () => {
    const notebook = await openNotebook(front, config.root, ['print("before the end")']);
    await notebook.lease('tab-1');
    const [id = ''] = await notebook.run();
    await notebook.until(id, ({ state }) => state === 'done');
    await front.close();
    expect(notebook.text).toEqual(['']);
    front = await startServerFront(config, createDriver);
    const again = new Notebook(front, { id: notebook.id, file: notebook.file, sources: [] });
    // Pages of before have 20 s to say that they are there; one that comes and goes is not waited for so long.
    await again.lease('tab-1');
    await again.lease('tab-1', { release: true });
    await again.whenRecorded(id);
    expect(again.text).toEqual(['before the end\n']);
  });
});
