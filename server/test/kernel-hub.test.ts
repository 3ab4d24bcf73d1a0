import { randomUUID } from 'node:crypto';
import type { Execution, Kernel, StudioEvent } from '@atelier-ide/contract';
import { V1_SUBPROTOCOL } from '@atelier-ide/core/wire/frame.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createDocumentWork } from '../src/kernels/document-work.ts';
import { createExecutionService } from '../src/kernels/create-execution-service.ts';
import type { JournalsOptions } from '../src/kernels/journal/journals.ts';
import type { ExecutionService } from '../src/kernels/execution-service.ts';
import { attachCursor, printed, textOf, untilClosed } from './cursor-client.ts';
import { type FakeJupyter, type FakeJupyterOptions, startFakeJupyter } from './fake-jupyter.ts';
import { type KernelFront, isKernelEvent, startKernelFront, testAppId, testUser } from './kernel-front.ts';

/** Retries at once, so that a test waits for what happens and not for the clock. */
const timing = { pingMs: 50, maxMissed: 40, backoffMs: [0, 10] };

type Setup = { fake: FakeJupyter; front: KernelFront; kernel: Kernel; executions: ExecutionService };
const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function setUp(
  options: FakeJupyterOptions = {},
  maxMissed = timing.maxMissed,
  limits: JournalsOptions['limits'] = {},
): Promise<Setup> {
  const fake = await startFakeJupyter(options);
  closers.push(() => fake.close());
  const front = await startKernelFront(() => fake.endpoint, { ...timing, maxMissed }, undefined, limits);
  closers.push(() => front.close());
  const { kernel } = await front.kernels.start(testUser, testAppId, 'fake', 'a.ipynb');
  const binding = { generation: 1, state: 'bound' as const, appId: testAppId, kernelId: kernel.id };
  const executions = createExecutionService({
    kernels: front.kernels,
    documents: { bindingOf: () => binding, onDidBind: () => () => undefined },
    work: createDocumentWork(),
    bus: front.bus,
  });
  closers.push(() => executions.close());
  await front.untilEvent(isKernelEvent(kernel, 'idle'));
  return { fake, front, kernel, executions };
}

const isType = (type: string) => (message: { header: { msg_type: string } }) =>
  message.header.msg_type === type;

async function submit({ fake, executions }: Setup, code = '1') {
  const id = randomUUID();
  executions.submit(testUser.id, 'doc', {
    stopOnError: true,
    items: [{ id, cellId: id, sourceHash: 'h', code }],
  });
  return fake.until((message) => message.header.msg_id === id);
}

const untilState = async ({ front }: Setup, id: string, state: Execution['state']): Promise<Execution> =>
  (
    await front.untilEvent(
      (event): event is StudioEvent & { type: 'execution' } =>
        event.type === 'execution' && event.execution.id === id && event.execution.state === state,
    )
  ).execution;

/** Resolves with the next kernel event in this state that comes after now. */
function nextState({ front, kernel }: Setup, state: Kernel['state']): Promise<Kernel> {
  return new Promise((resolve) => {
    const stop = front.bus.subscribe(testUser.id, (event) => {
      if (!isKernelEvent(kernel, state)(event)) return;
      stop();
      resolve(event.kernel);
    });
  });
}

describe('a connection that breaks', () => {
  it('is reconnecting, never dead, leaves a gap in the journal, and comes back with the same session', async () => {
    const setup = await setUp();
    const { fake, front, kernel } = setup;
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const reconnecting = nextState(setup, 'reconnecting');
    fake.accepts = false;
    fake.cut();
    await reconnecting;
    const idle = nextState(setup, 'idle');
    fake.accepts = true;
    expect((await idle).cause).toBeUndefined();
    await browser.until(({ message }) => message.header.msg_type === 'atelier_gap');
    expect(fake.connections).toBe(2);
    expect(front.events.some((event) => event.type === 'death')).toBe(false);
    fake.send({ channel: 'iopub', type: 'stream', content: { name: 'stdout', text: 'after' } });
    await browser.until(({ message }) => message.content['text'] === 'after');
    const numbers = browser.entries.map((entry) => entry.seq);
    expect(numbers).toEqual(numbers.map((_seq, index) => (numbers[0] ?? 0) + index));
    browser.cut();
  });

  it('half-open is found by pings', async () => {
    const setup = await setUp({}, 3);
    const { fake } = setup;
    const reconnecting = nextState(setup, 'reconnecting');
    fake.freeze();
    await reconnecting;
  });

  it('ends an execution whose reply was lost as unknown, and goes on', async () => {
    const setup = await setUp();
    const { fake } = setup;
    const request = await submit(setup);
    fake.send({ channel: 'iopub', type: 'status', content: { execution_state: 'busy' }, parent: request });
    await untilState(setup, request.header.msg_id, 'running');
    fake.cut();
    const lost = await untilState(setup, request.header.msg_id, 'unknown');
    expect(lost.cause).toContain('not seen');
    const next = await submit(setup);
    fake.run(next);
    await untilState(setup, next.header.msg_id, 'done');
  });

  it('does not end an execution that still runs', async () => {
    const setup = await setUp();
    const { fake } = setup;
    const request = await submit(setup);
    fake.send({ channel: 'iopub', type: 'status', content: { execution_state: 'busy' }, parent: request });
    await untilState(setup, request.header.msg_id, 'running');
    fake.answersInfo = false;
    fake.restState = 'busy';
    const again = nextState(setup, 'busy');
    fake.cut();
    await again;
    fake.run(request, ['late']);
    await untilState(setup, request.header.msg_id, 'done');
  });

  it('keeps what is sent meanwhile, in order', async () => {
    const setup = await setUp();
    const { fake, front, kernel } = setup;
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const reconnecting = nextState(setup, 'reconnecting');
    fake.accepts = false;
    fake.cut();
    await reconnecting;
    for (const id of ['first-one', 'second-one'])
      browser.send({ channel: 'control', type: 'debug_request', id, content: {} });
    await browser.until(({ message }) => message.header.msg_id === 'second-one');
    fake.accepts = true;
    await fake.until((message) => message.header.msg_id === 'second-one');
    const sent = fake.requests.filter(isType('debug_request')).map((message) => message.header.msg_id);
    expect(sent).toEqual(['first-one', 'second-one']);
    browser.cut();
  });
});

describe('the state of a kernel', () => {
  it('stays busy when a usage request is answered while a cell runs', async () => {
    const setup = await setUp();
    const { fake, front, kernel } = setup;
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const request = await submit(setup);
    const busy = nextState(setup, 'busy');
    fake.send({ channel: 'iopub', type: 'status', content: { execution_state: 'busy' }, parent: request });
    await busy;
    browser.send({ channel: 'control', type: 'usage_request', id: 'usage-1', content: {} });
    const usage = await fake.until(isType('usage_request'));
    for (const state of ['busy', 'idle'])
      fake.send({ channel: 'iopub', type: 'status', content: { execution_state: state }, parent: usage });
    await browser.until(
      ({ message }) =>
        message.parent_header.msg_id === 'usage-1' && message.content['execution_state'] === 'idle',
    );
    expect(front.kernels.get(testAppId, kernel.id)?.state).toBe('busy');
    fake.run(request);
    await untilState(setup, request.header.msg_id, 'done');
    expect(front.kernels.get(testAppId, kernel.id)?.state).toBe('idle');
    browser.cut();
  });

  it('is a restart when the kernel’s own session changes without a word', async () => {
    const setup = await setUp();
    const { fake, front } = setup;
    const request = await submit(setup);
    fake.send({ channel: 'iopub', type: 'status', content: { execution_state: 'busy' }, parent: request });
    await untilState(setup, request.header.msg_id, 'running');
    fake.session = 'kernel-session-2';
    fake.send({ channel: 'iopub', type: 'status', content: { execution_state: 'starting' } });
    expect((await untilState(setup, request.header.msg_id, 'kernel-died')).cause).toBe(
      'The kernel was restarted',
    );
    expect(front.events.some((event) => event.type === 'death')).toBe(false);
    const next = await submit(setup);
    fake.run(next);
    await untilState(setup, next.header.msg_id, 'done');
  });

  it('is a restart when the app says so, also where the first question met neither process [F5]', async () => {
    const setup = await setUp();
    const { fake, front, kernel } = setup;
    const request = await submit(setup);
    fake.send({ channel: 'iopub', type: 'status', content: { execution_state: 'busy' }, parent: request });
    await untilState(setup, request.header.msg_id, 'running');
    fake.answersInfo = false;
    fake.requests.length = 0;
    front.kernels.didControl(testAppId, kernel.id, 'restart');
    await fake.until(isType('kernel_info_request'));
    fake.session = 'kernel-session-2';
    fake.answersInfo = true;
    expect((await untilState(setup, request.header.msg_id, 'kernel-died')).cause).toBe(
      'The kernel was restarted',
    );
    const next = await submit(setup);
    fake.run(next);
    await untilState(setup, next.header.msg_id, 'done');
  });

  it('holds the queue from the death until the kernel stands again', async () => {
    const setup = await setUp();
    const { fake, front } = setup;
    fake.sendServerStatus('restarting');
    await front.untilEvent((event): event is StudioEvent & { type: 'death' } => event.type === 'death');
    fake.session = 'kernel-session-2';
    fake.send({ channel: 'iopub', type: 'status', content: { execution_state: 'starting' } });
    const next = await submit(setup);
    fake.run(next);
    await untilState(setup, next.header.msg_id, 'done');
    expect(front.events.filter((event) => event.type === 'death')).toHaveLength(1);
  });

  it('lets nothing through to a new kernel before it was heard on iopub too', async () => {
    const setup = await setUp();
    const { fake } = setup;
    fake.answersInfo = false;
    fake.requests.length = 0;
    fake.sendServerStatus('restarting');
    fake.session = 'kernel-session-2';
    const first = await fake.until(isType('kernel_info_request'));
    const id = randomUUID();
    setup.executions.submit(testUser.id, 'doc', {
      stopOnError: true,
      items: [{ id, cellId: id, sourceHash: 'h', code: '1' }],
    });
    // Its shell socket has found the new process, the iopub one has not.
    fake.send({ channel: 'shell', type: 'kernel_info_reply', content: { status: 'ok' }, parent: first });
    const second = await fake.until(
      (message) => isType('kernel_info_request')(message) && message.header.msg_id !== first.header.msg_id,
    );
    expect(fake.requests.some((message) => message.header.msg_id === id)).toBe(false);
    fake.answerInfo(second);
    fake.run(await fake.until((message) => message.header.msg_id === id));
    await untilState(setup, id, 'done');
  });

  it('is dead, with its sockets closed, when the app has no such kernel any more', async () => {
    const setup = await setUp();
    const { fake, front, kernel } = setup;
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const request = await submit(setup);
    fake.hasKernel = false;
    const closed = untilClosed(browser.ws);
    fake.cut();
    expect(await closed).toBe(4404);
    expect((await untilState(setup, request.header.msg_id, 'kernel-died')).cause).toBe('The kernel is gone');
    expect(front.kernels.list(testUser)).toEqual([]);
  });

  it('ends with the app: sockets are closed with 4503', async () => {
    const { front, kernel } = await setUp();
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const closed = untilClosed(browser.ws);
    front.setApp('Deleting');
    expect(await closed).toBe(4503);
  });
});

describe('a submission', () => {
  it('that names an id twice runs it once', async () => {
    const setup = await setUp();
    const item = { id: randomUUID(), cellId: 'c', sourceHash: 'h', code: '1' };
    const request = { stopOnError: true, items: [item, item] };
    const told = setup.executions.submit(testUser.id, 'doc', request);
    expect(told.map(({ id }) => id)).toEqual([item.id, item.id]);
    setup.fake.run(await setup.fake.until((message) => message.header.msg_id === item.id));
    await untilState(setup, item.id, 'done');
    const next = await submit(setup);
    setup.fake.run(next);
    await untilState(setup, next.header.msg_id, 'done');
    expect(setup.fake.requests.filter((message) => message.header.msg_id === item.id)).toHaveLength(1);
    expect(setup.executions.list('doc').every(({ state }) => state === 'done')).toBe(true);
  });
});

describe('order of reply and idle', () => {
  it('does not matter; the next request goes out when both are here', async () => {
    const setup = await setUp();
    const { fake } = setup;
    const request = await submit(setup);
    const id = randomUUID();
    setup.executions.submit(testUser.id, 'doc', {
      stopOnError: true,
      items: [{ id, cellId: id, sourceHash: 'h', code: '2' }],
    });
    const status = (execution_state: string): void =>
      fake.send({ channel: 'iopub', type: 'status', content: { execution_state }, parent: request });
    fake.send({ channel: 'shell', type: 'execute_reply', content: { status: 'ok' }, parent: request });
    status('busy');
    await untilState(setup, request.header.msg_id, 'running');
    expect(fake.requests.some((message) => message.header.msg_id === id)).toBe(false);
    status('idle');
    await fake.until((message) => message.header.msg_id === id);
    await untilState(setup, request.header.msg_id, 'done');
  });
});

describe('browsers that are too slow or too loud', () => {
  const chunk = 'x'.repeat(256 * 1024);

  it('a stalled one is fed later and misses nothing, others are not held up', async () => {
    const { fake, front, kernel } = await setUp();
    const stalled = await attachCursor(front.wsUrl, kernel.id);
    const healthy = await attachCursor(front.wsUrl, kernel.id);
    stalled.ws.pause();
    const total = 160;
    for (let n = 0; n < total; n += 1)
      fake.send({ channel: 'iopub', type: 'stream', content: { name: 'stdout', text: `${n} ${chunk}` } });
    await healthy.until((entry) => textOf(entry).startsWith(`${total - 1} `));
    stalled.ws.resume();
    await stalled.until((entry) => textOf(entry).startsWith(`${total - 1} `));
    expect(printed(stalled.entries)).toBe(printed(healthy.entries));
    expect(stalled.entries.some((entry) => entry.replayed)).toBe(true);
    stalled.cut();
    healthy.cut();
  });

  it('one that the journal has left behind is closed with 1013 and resumes with a reset', async () => {
    const limits = { segmentBytes: 8_000_000, maxBytes: 64_000_000 };
    const { fake, front, kernel } = await setUp({}, timing.maxMissed, limits);
    const stalled = await attachCursor(front.wsUrl, kernel.id);
    const healthy = await attachCursor(front.wsUrl, kernel.id);
    stalled.ws.pause();
    const total = 400;
    for (let n = 0; n < total; n += 1) {
      fake.send({ channel: 'iopub', type: 'stream', content: { name: 'stdout', text: `${n} ${chunk}` } });
      // Now and then it is let through, so that only the stalled one is left behind.
      const isHere = String(n);
      if (n % 20 === 19) await healthy.until((entry) => textOf(entry).startsWith(`${isHere} `));
    }
    const closed = untilClosed(stalled.ws);
    stalled.ws.resume();
    expect(await closed).toBe(1013);
    const after = stalled.entries.at(-1)?.seq ?? 0;
    const again = await attachCursor(front.wsUrl, kernel.id, { after, epoch: stalled.hello.epoch });
    expect(again.hello.reset).toBe(true);
    await again.until((entry) => textOf(entry).startsWith(`${total - 1} `));
    const [first] = again.entries;
    expect(first?.seq).toBe(again.hello.from);
    expect(first?.message.header.msg_type).toBe('atelier_gap');
    expect(first?.message.content['lost']).toBe(again.hello.from);
    again.cut();
    healthy.cut();
  });

  it('one that sends more than a foreign server takes is closed with 1009, the others stay', async () => {
    const { fake, front, kernel } = await setUp({ isOwn: false });
    const loud = await attachCursor(front.wsUrl, kernel.id);
    const quiet = await attachCursor(front.wsUrl, kernel.id);
    const closed = untilClosed(loud.ws);
    loud.send({
      channel: 'shell',
      type: 'comm_msg',
      id: 'too-large',
      content: { data: 'x'.repeat(11_000_000) },
    });
    expect(await closed).toBe(1009);
    fake.send({ channel: 'iopub', type: 'stream', content: { name: 'stdout', text: 'still here' } });
    await quiet.until(({ message }) => message.content['text'] === 'still here');
    expect(fake.connections).toBe(1);
    quiet.cut();
  });

  it('one that sends no messages of Jupyter is closed, the others stay', async () => {
    const { fake, front, kernel } = await setUp();
    const ws = new WebSocket(`${front.wsUrl}api/kernels/${kernel.id}/channels`, [V1_SUBPROTOCOL]);
    await new Promise((resolve) => ws.once('open', resolve));
    const closed = untilClosed(ws);
    ws.send(Buffer.from('nonsense'));
    expect(await closed).toBe(1007);
    expect(fake.connections).toBe(1);
  });
});

describe('a server that knows only the older format', () => {
  it('is translated in both directions', async () => {
    const setup = await setUp({ isLegacy: true });
    const { fake, front, kernel } = setup;
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const request = await submit(setup, 'print("ä")');
    expect(request.content['code']).toBe('print("ä")');
    fake.run(request, ['ä\n']);
    await untilState(setup, request.header.msg_id, 'done');
    await browser.until(({ message }) => message.header.msg_type === 'stream');
    expect(printed(browser.entries)).toBe('ä\n');
    browser.cut();
  });
});
