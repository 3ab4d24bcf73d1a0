import type { Binding, StudioDocument } from '@atelier-ide/contract';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import { describe, expect, it } from 'vitest';
import { Emitter } from '@/base/emitter.ts';
import { createFakeLog, createFakeStorage } from '../fake-backend.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createDocumentsStore } from '../documents/documents-store.ts';
import { createChannelStore } from '../jupyter/channel-store.ts';
import { answer, reply, request, status, stream } from '../jupyter/fake-hub.ts';
import type { KernelChannel, KernelsService, ReceivedMessage } from '../jupyter/kernels-service.ts';
import { createBrowserExecutions } from './browser-executions.ts';

type Attach = { appId: string; kernelId: string; after: { epoch: string; seq: number } | undefined };

function createKernel() {
  const store = createChannelStore(0);
  const received = new Emitter<ReceivedMessage>();
  const executed: string[] = [];
  const attaches: Attach[] = [];
  let seq = 0;
  let isCut = false;
  const kernel = {
    executed,
    attaches,
    become: (state: 'idle' | 'busy' | 'dead' | 'reconnecting') => store.setState({ state }),
    cut: (now: boolean) => {
      isCut = now;
    },
    say: (message: JupyterMessage, direction: 'in' | 'out' = 'out') =>
      received.fire({ message, seq: ++seq, direction, isReplay: false }),
    /** What a kernel says of a cell that runs. */
    begin(id: string) {
      kernel.say(request(id), 'in');
      kernel.say(status('busy', id));
      kernel.become('busy');
    },
    end(id: string, state = 'ok', extra: Record<string, string> = {}) {
      kernel.say(reply(state, id, extra));
      kernel.say(status('idle', id));
      kernel.become('idle');
    },
  };
  const kernels: Pick<KernelsService, 'attach'> = {
    async attach(appId, kernelId, after) {
      attaches.push({ appId, kernelId, after });
      const channel: KernelChannel = {
        appId,
        kernelId,
        get place() {
          return { epoch: 'e1', seq };
        },
        isCatchingUp: false,
        store,
        onDidReceive: received.event,
        onDidReset: () => ({ dispose() {} }),
        execute({ id }) {
          if (isCut) throw new Error('cut');
          executed.push(id);
        },
        assist: {
          complete: async () => ({ ok: false, why: 'cut' }),
          inspect: async () => ({ ok: false, why: 'cut' }),
          history: async () => ({ ok: false, why: 'cut' }),
        },
        answerInput() {},
        sendComm: () => false,
        interrupt: async () => {},
        restart: async () => {},
        shutdown: async () => {},
        dispose() {},
      };
      return channel;
    },
  };
  return { kernel, kernels };
}

function start(storage = createFakeStorage(), made = createKernel()) {
  const documents = createDocumentsStore();
  const clock = createFakeClock();
  const bind = (binding: Partial<Binding>) => {
    const document = {
      id: 'd1',
      path: 'a.ipynb',
      kind: 'notebook',
      binding: { generation: 1, state: 'none', ...binding },
    };
    documents.setState({ byId: { d1: document as StudioDocument } });
  };
  bind({ state: 'bound', appId: 'a', kernelId: 'k' });
  const { kernel, kernels } = made;
  kernel.become('idle');
  const executions = createBrowserExecutions({
    documentId: 'd1',
    documents: { store: documents },
    kernels,
    storage,
    clock,
    log: createFakeLog(),
  });
  const states = () =>
    Object.fromEntries(Object.values(executions.store.getState().byId).map((one) => [one.id, one.state]));
  const get = (id: string) => executions.store.getState().byId[id];
  return { executions, kernel, made, storage, clock, bind, states, get };
}

const item = (id: string) => ({ id, cellId: `cell-${id}`, sourceHash: 'h', code: id });

describe('executions of a browser', () => {
  it('sends one request at a time, in order', async () => {
    const { executions, kernel, clock, states, get } = start();
    await clock.settle();
    await executions.submit([item('a'), item('b'), item('c')], true);
    expect(kernel.executed).toEqual(['a']);
    expect([get('b')?.position, get('c')?.position]).toEqual([1, 2]);
    kernel.begin('a');
    expect(states()).toEqual({ a: 'running', b: 'queued', c: 'queued' });
    kernel.end('a');
    expect(kernel.executed).toEqual(['a', 'b']);
    kernel.begin('b');
    kernel.end('b');
    kernel.begin('c');
    kernel.end('c');
    expect(states()).toEqual({ a: 'done', b: 'done', c: 'done' });
    expect(executions.endsWithPage).toBe(true);
  });

  it('waits for reply and idle, in any order', async () => {
    const { executions, kernel, clock, get } = start();
    await clock.settle();
    await executions.submit([item('a')], true);
    kernel.say(reply('ok', 'a'));
    expect(get('a')?.state).toBe('running');
    kernel.say(status('busy', 'a'));
    kernel.say(stream('x', 'a'));
    kernel.say(status('idle', 'a'));
    expect(get('a')).toMatchObject({ state: 'done', executionCount: 1 });
  });

  it('stops what came with a cell that failed, and nothing else', async () => {
    const { executions, kernel, clock, states } = start();
    await clock.settle();
    await executions.submit([item('a'), item('b')], true);
    await executions.submit([item('c')], true);
    kernel.begin('a');
    kernel.end('a', 'error', { ename: 'ValueError' });
    expect(states()).toEqual({ a: 'error', b: 'aborted', c: 'queued' });
    expect(kernel.executed).toEqual(['a', 'c']);
  });

  it('goes on after a failure when it was asked to', async () => {
    const { executions, kernel, clock } = start();
    await clock.settle();
    await executions.submit([item('a'), item('b')], false);
    kernel.end('a', 'error');
    expect(kernel.executed).toEqual(['a', 'b']);
  });

  it('empties the queue at an interrupt', async () => {
    const { executions, kernel, clock, states } = start();
    await clock.settle();
    await executions.submit([item('a'), item('b')], false);
    await executions.submit([item('c')], false);
    kernel.begin('a');
    kernel.end('a', 'error', { ename: 'KeyboardInterrupt' });
    expect(states()).toEqual({ a: 'error', b: 'aborted', c: 'aborted' });
  });

  it('drops what waits before the interrupt is sent, sends nothing meanwhile, and keeps what comes behind [F1]', async () => {
    const { executions, kernel, clock, states } = start();
    await clock.settle();
    await executions.submit([item('a'), item('b')], true);
    kernel.begin('a');
    let end = () => {};
    const done = executions.dropAndThen(() => new Promise((resolve) => (end = resolve)));
    expect(states()).toEqual({ a: 'running', b: 'aborted' });
    await executions.submit([item('c')], true);
    kernel.end('a', 'error', { ename: 'KeyboardInterrupt' });
    expect([kernel.executed, states()['c']]).toEqual([['a'], 'queued']);
    end();
    await done;
    expect(kernel.executed).toEqual(['a', 'c']);
  });

  it('fails what ran and what waited when the kernel dies, with the cause', async () => {
    const { executions, kernel, clock, get } = start();
    await clock.settle();
    await executions.submit([item('a'), item('b')], true);
    kernel.begin('a');
    kernel.say(status('restarting', ''));
    expect(get('a')).toMatchObject({ state: 'kernel-died', cause: 'The kernel died and was started again.' });
    expect(get('b')?.state).toBe('aborted');
    kernel.become('idle');
    await executions.submit([item('c')], true);
    expect(kernel.executed).toEqual(['a', 'c']);
  });

  it('says that nobody knows when the kernel is idle and no reply comes', async () => {
    const { executions, kernel, clock, get } = start();
    await clock.settle();
    await executions.submit([item('a'), item('b')], true);
    kernel.begin('a');
    kernel.become('reconnecting');
    kernel.become('idle');
    await clock.advance(4_000);
    expect(get('a')?.state).toBe('running');
    await clock.advance(1_000);
    expect(get('a')?.state).toBe('unknown');
    expect(kernel.executed).toEqual(['a', 'b']);
  });

  it('waits for a kernel that is starting, and sends nothing while the line is cut', async () => {
    const { executions, kernel, clock, bind } = start();
    bind({ state: 'starting' });
    await executions.submit([item('a')], true);
    await clock.settle();
    expect(kernel.executed).toEqual([]);
    kernel.cut(true);
    bind({ state: 'bound', appId: 'a', kernelId: 'k2' });
    await clock.settle();
    expect(kernel.executed).toEqual([]);
    kernel.cut(false);
    kernel.become('busy');
    kernel.become('idle');
    expect(kernel.executed).toEqual(['a']);
  });

  it('refuses cells of a document without a kernel', async () => {
    const { executions, bind } = start();
    bind({ state: 'none' });
    await expect(executions.submit([item('a')], true)).rejects.toMatchObject({
      problem: { code: 'conflict' },
    });
  });

  it('ends what waits when the kernel could not be started', async () => {
    const { executions, bind, get } = start();
    bind({ state: 'starting' });
    await executions.submit([item('a')], true);
    bind({ state: 'none', failure: { code: 'limit-exceeded', message: 'ml.t3.medium is full.' } });
    expect(get('a')).toMatchObject({ state: 'aborted', cause: 'ml.t3.medium is full.' });
  });

  it('shows a question of the kernel', async () => {
    const { executions, kernel, clock, get } = start();
    await clock.settle();
    await executions.submit([item('a')], true);
    kernel.begin('a');
    kernel.say(answer('input_request', 'a', { prompt: 'Name?', password: false }, 'stdin'));
    expect(get('a')?.waitingForInput).toEqual({ prompt: 'Name?', password: false });
    kernel.say(stream('Hello', 'a'));
    expect(get('a')?.waitingForInput).toBeUndefined();
  });

  it('removes only what waits', async () => {
    const { executions, clock, get } = start();
    await clock.settle();
    await executions.submit([item('a'), item('b')], true);
    await executions.remove('b');
    expect(get('b')?.state).toBe('aborted');
    await expect(executions.remove('a')).rejects.toMatchObject({ problem: { code: 'conflict' } });
  });

  it('is put into another order only as it was seen [F2]', async () => {
    const { executions, kernel, clock, states } = start();
    await clock.settle();
    await executions.submit([item('a'), item('b'), item('c'), item('d')], true);
    const seen = (await executions.queue()).items.map(({ id }) => id);
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
    await executions.move('d', 1, seen);
    await expect(executions.move('c', 1, seen)).rejects.toMatchObject({ problem: { status: 412 } });
    await expect(executions.move('a', 1, seen)).rejects.toMatchObject({ problem: { code: 'conflict' } });
    expect((await executions.queue()).items.map(({ id, position }) => [id, position])).toEqual([
      ['a', 0],
      ['d', 1],
      ['b', 2],
      ['c', 3],
    ]);
    for (const id of ['a', 'd', 'b', 'c']) {
      kernel.begin(id);
      kernel.end(id);
    }
    expect(kernel.executed).toEqual(['a', 'd', 'b', 'c']);
    expect(states()).toEqual({ a: 'done', b: 'done', c: 'done', d: 'done' });
  });

  it('goes on after a cell that may fail [F1]', async () => {
    const { executions, kernel, clock } = start();
    await clock.settle();
    await executions.submit([{ ...item('a'), mayFail: true }, item('b')], true);
    kernel.end('a', 'error');
    expect(kernel.executed).toEqual(['a', 'b']);
  });

  it('is followed by the page after a reload, from its place in the journal [F7]', async () => {
    const before = start();
    await before.clock.settle();
    await before.executions.submit([item('a'), item('b')], true);
    before.kernel.begin('a');
    // The page is gone now. Another one starts with what the browser keeps.
    const after = start(before.storage, before.made);
    await after.clock.settle();
    expect(after.kernel.attaches.at(-1)).toEqual({
      appId: 'a',
      kernelId: 'k',
      after: { epoch: 'e1', seq: 1 },
    });
    expect(after.states()).toEqual({ a: 'running' });
    after.kernel.end('a');
    expect(after.get('a')).toMatchObject({ state: 'done', cellId: 'cell-a', sourceHash: 'h' });
    await after.executions.recorded(['a']);
    expect(after.storage.values.size).toBe(0);
  });
});
