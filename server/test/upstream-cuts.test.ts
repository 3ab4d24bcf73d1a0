/** The one connection of a kernel: cut at the end of cells, and shared by all browsers. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Socket, connect, createServer } from 'node:net';
import type { Execution, StudioEvent } from '@atelier-ide/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { createDocumentWork } from '../src/kernels/document-work.ts';
import { createExecutionService } from '../src/kernels/create-execution-service.ts';
import { attachCursor, isIdleOf, printed } from './cursor-client.ts';
import { startFakeJupyter } from './fake-jupyter.ts';
import { startJupyter } from './jupyter.ts';
import { isKernelEvent, startKernelFront, testAppId, testUser } from './kernel-front.ts';

const isLong = process.env['ATELIER_LONG'] !== undefined;
const cuts = isLong ? 200 : 8;
const seed = Number(process.env['ATELIER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Between server and app: all that is connected can be cut, as a network does it, with what is under way. */
async function startCutter(port: number): Promise<{ port: number; cut: () => void }> {
  const pairs = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      pairs.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        pairs.delete(one);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cut = (): void => {
    for (const socket of pairs) socket.resetAndDestroy();
  };
  return { port: address.port, cut };
}

describe('a connection that is cut', () => {
  it(
    `in the last 100 ms of a cell, ${cuts} times: every cell ends in its true state with all of its lines [F8] [N8]`,
    { timeout: isLong ? 900_000 : 120_000 },
    async () => {
      const jupyter = await startJupyter({ overTcp: true, countsFrames: true });
      closers.push(() => jupyter.close());
      const { target } = jupyter.endpoint;
      if (!('host' in target)) throw new Error('over TCP was asked for');
      const cutter = await startCutter(target.port);
      const endpoint = { ...jupyter.endpoint, target: { ...target, port: cutter.port } };
      const front = await startKernelFront(() => endpoint, {
        pingMs: 5000,
        maxMissed: 2,
        backoffMs: [0, 50],
      });
      closers.push(() => front.close());
      const { kernel } = await front.kernels.start(testUser, testAppId, 'python3', 'a.ipynb');
      await front.untilEvent(isKernelEvent(kernel, 'idle'));
      const binding = { generation: 1, state: 'bound' as const, appId: testAppId, kernelId: kernel.id };
      const executions = createExecutionService({
        kernels: front.kernels,
        documents: { bindingOf: () => binding, onDidBind: () => () => undefined },
        work: createDocumentWork(),
        bus: front.bus,
      });
      closers.push(() => executions.close());
      const browser = await attachCursor(front.wsUrl, kernel.id);
      closers.push(() => browser.cut());
      const ended = async (id: string): Promise<Execution> =>
        (
          await front.untilEvent(
            (event): event is StudioEvent & { type: 'execution' } =>
              event.type === 'execution' &&
              event.execution.id === id &&
              !['queued', 'running'].includes(event.execution.state),
          )
        ).execution;

      const expected = Array.from({ length: 15 }, (_one, n) => `line ${n}\n`).join('');
      let chance = seed;
      for (let n = 0; n < cuts; n += 1) {
        chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0;
        const fails = n % 2 === 1;
        // One write a line: `print` writes its words one by one, and a slow machine sends them so.
        const write = "sys.stdout.write(f'line {n}\\n'); sys.stdout.flush()";
        const code = `import sys, time\nfor n in range(15):\n    ${write}; time.sleep(0.01)\n${fails ? '1 / 0' : ''}`;
        const id = randomUUID();
        const items = [{ id, cellId: id, sourceHash: 'h', code }];
        executions.submit(testUser.id, 'doc', { stopOnError: true, items });
        // About 100 ms before its end.
        await browser.until(
          ({ message }) => message.parent_header.msg_id === id && message.content['text'] === 'line 5\n',
        );
        setTimeout(cutter.cut, (chance / 2 ** 32) * 110);
        const { state } = await ended(id);
        await browser.until(isIdleOf(id));
        expect([n, state, printed(browser.entries, id)], `seed ${seed}`).toEqual([
          n,
          fails ? 'error' : 'done',
          expected,
        ]);
      }
      expect(browser.entries.some(({ message }) => message.header.msg_type === 'atelier_gap')).toBe(false);
      const events = front.events.filter((event) => event.type === 'execution');
      expect(events.some(({ execution }) => execution.state === 'unknown')).toBe(false);
    },
  );
});

it('twenty browsers of one kernel share one connection to the app', async () => {
  const fake = await startFakeJupyter();
  closers.push(() => fake.close());
  const front = await startKernelFront(() => fake.endpoint);
  closers.push(() => front.close());
  const { kernel } = await front.kernels.start(testUser, testAppId, 'fake', 'a.ipynb');
  await front.untilEvent(isKernelEvent(kernel, 'idle'));
  const browsers = await Promise.all(
    Array.from({ length: 20 }, () => attachCursor(front.wsUrl, kernel.id, { after: 0 })),
  );
  fake.send({ channel: 'iopub', type: 'stream', content: { name: 'stdout', text: 'for all' } });
  await Promise.all(browsers.map((one) => one.until(({ message }) => message.content['text'] === 'for all')));
  expect(fake.connections).toBe(1);
  for (const one of browsers) one.cut();
});
