/** What a server knows when it was ended, or killed, and started again with the same data folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDriver } from '../src/drivers/create-driver.ts';
import { testConfig } from '../src/drivers/local/local.fixture.ts';
import { attachCursor, printed, textOf } from './cursor-client.ts';
import { bindNew, environment, submit, untilBound, untilState } from './document-steps.ts';
import { type TestJupyter, startJupyter } from './jupyter.ts';
import { type ServerFront, openServerFront, startServerFront } from './server-front.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const outDir = join(repository, 'node_modules/.cache/atelier-restart-test');

const trials = process.env['ATELIER_LONG'] === undefined ? 2 : 20;

describe('a server over a Jupyter Server that goes on', () => {
  let folder: string;
  let jupyter: TestJupyter;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    const configFile = join(repository, 'tools/vite.server.config.ts');
    await build({ configFile, logLevel: 'error', build: { outDir } });
    jupyter = await startJupyter({ overTcp: true });
  });
  afterAll(async () => {
    await jupyter.close();
    rmSync(outDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-restart-'));
    mkdirSync(join(folder, 'home'));
  });
  afterEach(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async function start(): Promise<ServerFront> {
    const { target } = jupyter.endpoint;
    if (!('host' in target)) throw new Error('over TCP was asked for');
    const url = `http://${target.host}:${target.port}${jupyter.endpoint.basePath}`;
    const places = ['--root', join(folder, 'home'), '--data', join(folder, 'data'), '--port', '0'];
    const over = ['--jupyter-url', url, '--jupyter-token', jupyter.endpoint.token];
    const python = ['--python', '/nowhere/python', '--python-package', join(repository, 'server/python')];
    const args = [join(outDir, 'main.js'), ...places, ...over, ...python, '--no-open'];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (!child.stdout) throw new Error('a pipe was asked for');
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const front = await openServerFront(line.replace('Ready: ', ''), kill);
    await front.client.call('createApp', { body: { type: 'JupyterServer' } });
    return front;
  }

  it('killed while a cell prints and others wait: finds the kernel again and goes on [F7]', async () => {
    const first = await start();
    const { id, binding } = await bindNew(first);
    const count = 'n = globals().get("n", 0) + 1; print("runs", n)';
    const slow = `${count}\nimport time\nfor i in range(20):\n    print("line", i, flush=True); time.sleep(0.15)`;
    const [printing = '', second = '', third = ''] = await submit(first, id, slow, count, count);
    const { kernelId = '', appId = '' } = binding;
    const before = await attachCursor(first.wsUrl(appId), kernelId, { after: 0 }, first.headers);
    await before.until((entry) => textOf(entry).includes('line 5'));
    await kill();

    const again = await start();
    const bound = await untilBound(again, id);
    expect([bound.kernelId, bound.generation]).toEqual([kernelId, binding.generation]);
    for (const one of [second, third]) await untilState(again, id, one, 'done');
    const place = { after: 0, epoch: before.hello.epoch };
    const after = await attachCursor(again.wsUrl(bound.appId ?? ''), kernelId, place, again.headers);
    expect(after.hello).toMatchObject({ epoch: before.hello.epoch, reset: false });
    await after.until(({ seq }) => seq === after.hello.head);
    expect(after.entries.some(({ message }) => message.content['reason'] === 'restart')).toBe(true);
    expect(after.entries.map(({ seq }) => seq)).toEqual(after.entries.map((_entry, index) => index + 1));
    // What a plain Jupyter Server had on its way may be lost; what is there is there once, in order.
    const lines = [...printed(after.entries, printing).matchAll(/line (\d+)/g)].map(([, n]) => Number(n));
    expect(lines).toEqual([...new Set(lines)].toSorted((a, b) => a - b));
    expect(lines.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(lines.length).toBeGreaterThanOrEqual(15);
    // Each cell ran once, one after the other.
    expect(printed(after.entries, second)).toBe('runs 2\n');
    expect(printed(after.entries, third)).toBe('runs 3\n');
    const items = await again.client.all('listExecutions', { params: { id } });
    expect(items.map((one) => one.id)).toEqual([printing, second, third]);
    after.cut();
    await again.close();
  });

  it(
    'killed in a flood, anywhere: what a browser has seen is there again, byte for byte [F7]',
    { timeout: trials * 60_000 },
    async () => {
      const flood =
        'for i in range(20000):\n    print("line", i)\n    if i % 20 == 0: __import__("sys").stdout.flush()';
      const seed = Number(process.env['ATELIER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
      const places = fc.sample(fc.integer({ min: 5, max: 250 }), { seed, numRuns: trials });
      let front = await start();
      const { id, binding } = await bindNew(front);
      const { kernelId = '' } = binding;
      let { appId = '' } = binding;
      for (const place of places) {
        const before = await attachCursor(front.wsUrl(appId), kernelId, {}, front.headers);
        const [run = ''] = await submit(front, id, flood);
        await before.until(({ seq }) => seq >= before.hello.head + place);
        await kill();
        const seen = new Map(before.entries.map((entry) => [entry.seq, entry.frame]));
        front = await start();
        appId = (await untilBound(front, id)).appId ?? '';
        await untilState(front, id, run, 'done', 'unknown');
        const { head, epoch } = before.hello;
        const after = await attachCursor(front.wsUrl(appId), kernelId, { after: head, epoch }, front.headers);
        expect(after.hello, `seed ${seed}`).toMatchObject({ epoch, reset: false });
        await after.until(({ seq }) => seq >= after.hello.head);
        expect(after.entries.map(({ seq }) => seq)).toEqual(
          after.entries.map((_one, index) => head + 1 + index),
        );
        const lost = [...seen].filter(([seq, frame]) => {
          const again = after.entries[seq - head - 1]?.frame ?? new Uint8Array();
          return Buffer.compare(again, frame) !== 0;
        });
        expect(lost, `seed ${seed}`).toEqual([]);
        const lines = [...printed(after.entries, run).matchAll(/line (\d+)/g)].map(([, n]) => Number(n));
        expect(lines, `seed ${seed}`).toEqual([...new Set(lines)].toSorted((a, b) => a - b));
        after.cut();
      }
      await front.close();
    },
  );

  it('says what ended while it was away, and keeps what was over', async () => {
    const first = await start();
    const { id, binding } = await bindNew(first);
    const { kernelId = '' } = binding;
    const [over = '', running = '', waiting = ''] = await submit(first, id, '1', 'input()', '2');
    await untilState(first, id, over, 'done');
    await untilState(first, id, running, 'running');
    await kill();
    await jupyter.call('DELETE', `api/kernels/${kernelId}`);
    const again = await start();
    await untilState(again, id, waiting, 'aborted');
    const items = await again.client.all('listExecutions', { params: { id } });
    expect(items.map(({ state }) => state)).toEqual(['done', 'kernel-died', 'aborted']);
    expect(items[0]?.executionCount).toBe(1);
    expect(items[1]?.cause).toContain('while the server was away');
    const { binding: now } = await again.client.call('getDocument', { params: { id } });
    expect(now).toMatchObject({ state: 'ended', generation: binding.generation });
    await again.close();
  });
});

describe('a server whose apps end with it', () => {
  it('knows after a restart what was run, what was cut short, and that the kernel has ended [F7]', async () => {
    const config = await testConfig();
    const first = await startServerFront(config, createDriver);
    const { id, binding } = await bindNew(first);
    const [over = '', running = '', waiting = ''] = await submit(first, id, '40 + 2', 'input()', '2');
    await untilState(first, id, running, 'running');
    await first.close();
    const again = await startServerFront(config, createDriver);
    const items = await again.client.all('listExecutions', { params: { id } });
    expect(items.map((one) => one.id)).toEqual([over, running, waiting]);
    expect(items.map(({ state }) => state)).toEqual(['done', 'kernel-died', 'aborted']);
    expect(items[1]?.cause).toContain('started again');
    const { binding: now } = await again.client.call('getDocument', { params: { id } });
    expect(now).toMatchObject({ state: 'ended', generation: binding.generation });
    const next = await again.client.call('putBinding', {
      params: { id },
      ifMatch: now.generation,
      body: { environment },
    });
    expect(next.binding.generation).toBe(now.generation + 1);
    await again.close();
    rmSync(join(config.root, '..'), { recursive: true, force: true });
  });
});
