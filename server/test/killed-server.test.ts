/**
 * kill -9 of the server at any moment of a cell, with an app that counts frames: nothing is lost, nothing doubled. The
 * same over Jupyter's plain connections must lose, or the test would show nothing.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attachCursor, printed, textOf } from './cursor-client.ts';
import { bindNew, submit, untilBound, untilState } from './document-steps.ts';
import { type TestJupyter, startJupyter } from './jupyter.ts';
import { type Scene, answerAll, faults, scenes } from './kill-scenes.ts';
import { type KillableServer, buildServer, makeKillableServer } from './killable-server.ts';
import type { ServerFront } from './server-front.ts';

const isLong = process.env['ATELIER_LONG'] !== undefined;
const seed = Number(process.env['ATELIER_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const trials = isLong ? 100 : scenes.length;
const stopLines = isLong ? 60_000 : 6000;

const closers: (() => Promise<void> | void)[] = [];
let built: { main: string; remove: () => void };
beforeAll(async () => {
  built = await buildServer();
});
afterAll(() => built.remove());
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

type Setup = { server: KillableServer; start: () => Promise<ServerFront>; jupyter?: TestJupyter };

async function overJupyter(countsFrames: boolean): Promise<Setup> {
  const jupyter = await startJupyter({ overTcp: true, countsFrames });
  closers.push(() => jupyter.close());
  const { target, basePath, token } = jupyter.endpoint;
  if (!('host' in target)) throw new Error('over TCP was asked for');
  const url = `http://${target.host}:${target.port}${basePath}`;
  const server = makeKillableServer(built.main, '--jupyter-url', url, '--jupyter-token', token);
  closers.push(() => server.remove());
  closers.push(() => server.kill());
  const start = async (): Promise<ServerFront> => {
    const front = await server.start();
    await front.client.call('createApp', { body: { type: 'JupyterServer' } });
    return front;
  };
  return { server, start, jupyter };
}

function overOwnApps(): Setup {
  const server = makeKillableServer(built.main, '--keep-apps', '90');
  closers.push(() => server.remove());
  closers.push(async () => void (await server.interrupt()));
  return { server, start: () => server.start() };
}

type Trial = { scene: Scene; killAfter: number };

/** Trials through all scenes, one after the other, each killed at its own moment. */
function trialsOf(count: number, among: readonly Scene[] = scenes): Trial[] {
  let state = seed;
  return Array.from({ length: count }, (_one, index) => {
    // A linear congruence: even, which the samples of fast-check are not.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const moment = state / 2 ** 32;
    const scene = among[index % among.length];
    if (!scene) throw new Error('there are scenes');
    const [from, to] = scene.killMs;
    return { scene, killAfter: from + moment * (to - from) };
  });
}

/**
 * Runs the trials one after the other on one kernel; what was wrong with each. With a pause before the kill there is
 * always something on its way.
 */
async function run(
  { server, start }: Setup,
  all: readonly Trial[],
  pauseMs = 0,
): Promise<Record<string, number>[]> {
  let front = await start();
  const { id, binding } = await bindNew(front);
  const { kernelId = '' } = binding;
  let { appId = '' } = binding;
  const [first = ''] = await submit(front, id, '1');
  await untilState(front, id, first, 'done');
  const found: Record<string, number>[] = [];
  for (const { scene, killAfter } of all) {
    const before = await attachCursor(front.wsUrl(appId), kernelId, {}, front.headers);
    const { head, epoch } = before.hello;
    const [cell = ''] = await submit(front, id, scene.code);
    if (scene.asks === true) answerAll(before, cell);
    await new Promise((resolve) => setTimeout(resolve, killAfter));
    if (pauseMs > 0) server.pause();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await server.kill();

    front = await start();
    appId = (await untilBound(front, id)).appId ?? '';
    const after = await attachCursor(front.wsUrl(appId), kernelId, { after: head, epoch }, front.headers);
    expect(after.hello).toMatchObject({ epoch, reset: false });
    if (scene.asks === true) answerAll(after, cell);
    await untilState(front, id, cell, 'done', 'unknown', 'error', 'kernel-died');
    const isHere = (): boolean => scene.found(after.entries, cell).includes(scene.expected.at(-1) ?? '');
    // A thread goes on behind its cell. What is lost never comes.
    await Promise.race([after.until(isHere), new Promise((resolve) => setTimeout(resolve, 10_000))]);
    const [last = ''] = await submit(front, id, "print('over')");
    await after.until(
      (entry) => entry.message.parent_header.msg_id === last && textOf(entry).startsWith('over'),
    );
    await untilState(front, id, last, 'done', 'unknown');
    const items = await front.client.all('listExecutions', { params: { id } });
    const state = items.find((one) => one.id === cell)?.state;
    found.push({ ...faults(scene, after.entries, cell), ...(state === 'done' ? {} : { notDone: 1 }) });
    after.cut();
  }
  await front.close();
  return found;
}

const described = (all: readonly Trial[]): string =>
  `seed ${seed}: ${all.map(({ scene, killAfter }) => `${scene.name} ${killAfter.toFixed(1)}`).join(', ')}`;

describe('a server that is killed', { timeout: isLong ? 3_600_000 : 180_000 }, () => {
  it(`at random in every kind of cell, ${trials} times: all lines once and in order, with reply and idle [F7] [F8]`, async () => {
    const all = trialsOf(trials);
    const found = await run(await overJupyter(true), all);
    expect(found, described(all)).toEqual(all.map(() => ({})));
  });

  it('at random, over apps of its own, which it finds again: the same [F7]', async () => {
    const all = trialsOf(
      isLong ? 30 : 2,
      isLong ? scenes : [...scenes].filter(({ name }) => ['flood', 'input'].includes(name)),
    );
    const found = await run(overOwnApps(), all);
    expect(found, described(all)).toEqual(all.map(() => ({})));
  });

  it('over plain connections loses lines, and says so with a gap', async () => {
    const all = trialsOf(
      isLong ? 20 : 2,
      scenes.filter(({ name }) => name === 'flood'),
    );
    const found = await run(await overJupyter(false), all, 200);
    expect(found.filter(({ lost = 0 }) => lost > 0).length, described(all)).toBe(all.length);
    expect(
      found.map(({ gaps = 0 }) => gaps),
      described(all),
    ).toEqual(all.map(() => 1));
  });
});

describe('an app that stands still', { timeout: isLong ? 1_200_000 : 180_000 }, () => {
  /** Prints while the app is stopped, all the time; the lines that came. */
  async function whileStopped(
    countsFrames: boolean,
    count: number,
  ): Promise<{ lines: number; isInOrder: boolean }> {
    const { start, jupyter } = await overJupyter(countsFrames);
    if (!jupyter) throw new Error('there is a Jupyter Server');
    const front = await start();
    const { id, binding } = await bindNew(front);
    const client = await attachCursor(
      front.wsUrl(binding.appId ?? ''),
      binding.kernelId ?? '',
      {},
      front.headers,
    );
    const code = `import os, signal, threading, time
def go_on():
    time.sleep(3)
    done.wait()
    os.kill(${jupyter.process.pid}, signal.SIGCONT)
done = threading.Event()
threading.Thread(target=go_on).start()
os.kill(${jupyter.process.pid}, signal.SIGSTOP)
for n in range(${count}): print('line', n, flush=True)
done.set()`;
    const [cell = ''] = await submit(front, id, code);
    const [last = ''] = await submit(front, id, "print('over')");
    await client.until(
      (entry) => entry.message.parent_header.msg_id === last && textOf(entry).startsWith('over'),
    );
    const numbers = [...printed(client.entries, cell).matchAll(/line (\d+)\n/g)].map(([, n]) => Number(n));
    client.cut();
    await front.close();
    const isInOrder = numbers.every((n, index) => index === 0 || n > (numbers[index - 1] ?? 0));
    return { lines: numbers.length, isInOrder };
  }

  it(`loses none of ${stopLines} flushed lines [F8]`, async () => {
    expect(await whileStopped(true, stopLines)).toEqual({ lines: stopLines, isInOrder: true });
  });

  it('loses lines where connection and kernel are plain', async () => {
    // Buffers of the system take thousands of lines before the first one is dropped.
    const count = Math.max(stopLines, 30_000);
    expect((await whileStopped(false, count)).lines).toBeLessThan(count);
  });
});
