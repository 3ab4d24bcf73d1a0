/**
 * What the hub and the journal cost, with kernel and browser in processes of their own. `--long` runs full counts and
 * writes docs/reports/journal-cost.json; otherwise a smaller count shows that the figures are of the right size.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  write,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Interface, createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { CURSOR_SUBPROTOCOL } from '@atelier-ide/core/wire/cursor.ts';
import { V1_SUBPROTOCOL } from '@atelier-ide/core/wire/frame.ts';
import { createMessage } from '@atelier-ide/core/wire/message.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { AppEndpoint } from '../src/drivers/driver.ts';
import { headOf } from '../src/kernels/frame.ts';
import { type KernelFront, isKernelEvent, startKernelFront, testAppId, testUser } from './kernel-front.ts';

const isLong = process.env['ATELIER_LONG'] !== undefined;
const floodCount = isLong ? 60_000 : 10_000;
const roundTrips = isLong ? 2000 : 300;
const replayed = 8000;

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const children: ChildProcess[] = [];
const figures: Record<string, number> = {};
let front: KernelFront;
let port: number;
let kernelId: string;
let epoch: string;

function start(script: string, ...args: string[]): { child: ChildProcess; lines: Interface } {
  const child = spawn(process.execPath, [here(script), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  if (!child.stdout) throw new Error('a pipe was asked for');
  return { child, lines: createInterface({ input: child.stdout }) };
}

const nextLine = async (lines: Interface): Promise<string> => String((await once(lines, 'line'))[0]);

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}

/** A browser that counts; `after` = from where it reads the journal. */
async function attach(after?: number): Promise<{ child: ChildProcess; lines: Interface }> {
  const query = after === undefined ? '' : `&after=${after}&epoch=${epoch}`;
  const url = `${front.wsUrl}api/kernels/${kernelId}/channels?session_id=${randomUUID()}${query}`;
  const browser = start('./count-frames.mjs', url, CURSOR_SUBPROTOCOL);
  expect(await nextLine(browser.lines)).toBe('open');
  return browser;
}

function request(channel: 'shell' | 'control', type: string, content = {}): Uint8Array {
  const date = new Date().toISOString();
  return encodeV1(createMessage({ channel, type, id: randomUUID(), session: 'measure', date, content }));
}

/** Sends a flood through the hub; µs of CPU of this process a message. */
async function floodCost(hasBrowser: boolean): Promise<number> {
  const browser = hasBrowser ? await attach() : undefined;
  const flood = request('shell', 'execute_request', { code: `flood ${floodCount} 100` });
  const { id } = headOf(flood);
  const over = new Promise<void>((resolve) => {
    const stop = front.kernels.onDidSignal((_kernel, signal) => {
      if (signal.type !== 'frame' || signal.head.parentId !== id || signal.head.type !== 'status') return;
      if (signal.head.channel !== 'iopub' || ++statuses < 2) return;
      stop();
      resolve();
    });
  });
  let statuses = 0;
  const cpu = process.cpuUsage();
  const sent = browser && nextLine(browser.lines);
  browser?.child.stdin?.write(`${floodCount + 4}\n`);
  front.kernels.channel(testAppId, kernelId)?.send(flood);
  await over;
  await sent;
  const { user, system } = process.cpuUsage(cpu);
  if (browser) await ended(browser.child);
  return (user + system) / floodCount;
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** ms until a control request is answered, one after the other. */
async function roundTrip(url: string): Promise<number> {
  const ws = new WebSocket(url, [V1_SUBPROTOCOL], { perMessageDeflate: false });
  await once(ws, 'open');
  const times: number[] = [];
  for (let n = 0; n < roundTrips; n += 1) {
    const message = request('control', 'usage_request');
    const begun = performance.now();
    const answered = new Promise<void>((resolve) => {
      const look = (data: Buffer): void => {
        if (headOf(data).parentId !== headOf(message).id) return;
        ws.off('message', look);
        resolve();
      };
      ws.on('message', look);
    });
    ws.send(message);
    await answered;
    times.push(performance.now() - begun);
  }
  ws.terminate();
  return median(times);
}

beforeAll(async () => {
  port = Number(await nextLine(start('./flood-jupyter.mjs').lines));
  const target = { protocol: 'http:' as const, host: '127.0.0.1', port };
  const endpoint: AppEndpoint = { target, basePath: '/', token: 't', extension: true };
  front = await startKernelFront(() => endpoint);
  const { kernel } = await front.kernels.start(testUser, testAppId, 'flood', 'a.ipynb');
  kernelId = kernel.id;
  await front.untilEvent(isKernelEvent(kernel, 'idle'));
  epoch = front.kernels.channel(testAppId, kernelId)?.epoch ?? '';
});
afterAll(async () => {
  await front.close();
  for (const child of children) if (child.exitCode === null && child.signalCode === null) await ended(child);
  if (!isLong) return;
  const conditions = {
    date: new Date().toISOString(),
    node: process.version,
    cpus: cpus().length,
    load: loadavg()[0],
    floodCount,
    roundTrips,
    replayed,
  };
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(3))]),
  );
  const folder = here('../../docs/reports');
  mkdirSync(folder, { recursive: true });
  const report = { conditions, figures: rounded };
  writeFileSync(join(folder, 'journal-cost.json'), `${JSON.stringify(report, null, 2)}\n`);
});

describe('hub and journal', () => {
  it('take few µs of CPU a message in a flood', async () => {
    await floodCost(false);
    figures['floodCpuMicrosNoBrowser'] = await floodCost(false);
    figures['floodCpuMicrosOneBrowser'] = await floodCost(true);
    // The goal is 20 on a calm machine; this one may be busy.
    expect(figures['floodCpuMicrosOneBrowser']).toBeLessThan(100);
  });

  it('add little to a round trip', async () => {
    const path = `api/kernels/${kernelId}/channels?session_id=rtt`;
    const [direct, hub] = [`ws://127.0.0.1:${port}/${path}`, `${front.wsUrl}${path}`];
    await roundTrip(hub);
    figures['roundTripMsDirect'] = await roundTrip(direct);
    figures['roundTripMsHub'] = await roundTrip(hub);
    figures['roundTripMsAdded'] = figures['roundTripMsHub'] - figures['roundTripMsDirect'];
    expect(figures['roundTripMsAdded']).toBeLessThan(5);
  });

  it('replay thousands of messages in a moment', async () => {
    const cpu = process.cpuUsage();
    const browser = await attach(1);
    browser.child.stdin?.write(`${replayed}\n`);
    figures['replayMs'] = Number(await nextLine(browser.lines));
    const { user, system } = process.cpuUsage(cpu);
    figures['replayCpuMs'] = (user + system) / 1000;
    expect(figures['replayMs']).toBeLessThan(3000);
    await ended(browser.child);
  });
});

describe('a browser that does not read', () => {
  it('costs no memory, whatever the kernel prints', { timeout: 300_000 }, async () => {
    const megabytes = isLong ? 1000 : 100;
    const stalled = await attach();
    stalled.child.kill('SIGSTOP');
    const flood = request('shell', 'execute_request', { code: `flood ${megabytes} 1000000` });
    const { id } = headOf(flood);
    const before = process.memoryUsage.rss();
    let most = before;
    await new Promise<void>((resolve) => {
      const stop = front.kernels.onDidSignal((_kernel, signal) => {
        most = Math.max(most, process.memoryUsage.rss());
        const isReply = signal.type === 'frame' && signal.head.type === 'execute_reply';
        if (!isReply || signal.head.parentId !== id) return;
        stop();
        resolve();
      });
      front.kernels.channel(testAppId, kernelId)?.send(flood);
    });
    stalled.child.kill('SIGCONT');
    await ended(stalled.child);
    figures['stalledGrowthMiB'] = (most - before) / 1024 ** 2;
    // 32 is the goal; the collector of a busy machine may lag by some frames.
    expect(figures['stalledGrowthMiB']).toBeLessThan(64);
  });
});

describe('ways to write a frame', () => {
  const frame = Buffer.alloc(600, 7);
  const frames = isLong ? 40_000 : 4000;
  const together = 40;

  /** µs of CPU of this process a frame, threads of the pool included, and µs until a frame is written. */
  async function measured(run: (fd: number) => Promise<number[]>): Promise<{ cpu: number; wait: number }> {
    const folder = mkdtempSync(join(tmpdir(), 'atelier-writes-'));
    const fd = openSync(join(folder, 'file'), 'w');
    const before = process.cpuUsage();
    const waits = await run(fd);
    const { user, system } = process.cpuUsage(before);
    closeSync(fd);
    rmSync(folder, { recursive: true });
    return { cpu: (user + system) / frames, wait: median(waits) * 1000 };
  }

  async function timed(step: (position: number) => unknown, size: number): Promise<number[]> {
    const waits: number[] = [];
    for (let n = 0; n < frames; n += size) {
      const begun = performance.now();
      await step(n * frame.length);
      waits.push(performance.now() - begun);
    }
    return waits;
  }

  it('in the turn, together, costs least CPU and least time', async () => {
    const batch = Buffer.concat(Array.from({ length: together }, () => frame));
    const asynchronous = (fd: number, bytes: Buffer, position: number): Promise<void> =>
      new Promise((resolve, reject) => {
        write(fd, bytes, 0, bytes.length, position, (error) => (error ? reject(error) : resolve()));
      });
    const ways = {
      syncOne: await measured((fd) => timed((at) => writeSync(fd, frame, 0, frame.length, at), 1)),
      syncTogether: await measured((fd) =>
        timed((at) => writeSync(fd, batch, 0, batch.length, at), together),
      ),
      asyncOne: await measured((fd) => timed((at) => asynchronous(fd, frame, at), 1)),
      asyncTogether: await measured((fd) => timed((at) => asynchronous(fd, batch, at), together)),
    };
    for (const [name, { cpu, wait }] of Object.entries(ways)) {
      figures[`write.${name}.cpuMicrosAFrame`] = cpu;
      figures[`write.${name}.waitMicros`] = wait;
    }
    expect(ways.syncTogether.cpu).toBeLessThan(ways.asyncOne.cpu);
    expect(ways.syncOne.wait).toBeLessThan(ways.asyncOne.wait);
  });
});
