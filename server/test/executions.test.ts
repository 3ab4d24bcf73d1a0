import { randomUUID } from 'node:crypto';
import type { Binding, Execution, Kernel, StudioEvent } from '@atelier-ide/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentWork } from '../src/kernels/document-work.ts';
import { createExecutionService } from '../src/kernels/create-execution-service.ts';
import { createEmitter } from '../src/kernels/emitter.ts';
import type { ExecutionService } from '../src/kernels/execution-service.ts';
import { attachCursor, isIdleOf, printed, textOf } from './cursor-client.ts';
import { type TestJupyter, startJupyter } from './jupyter.ts';
import { type KernelFront, startKernelFront, testAppId, testUser } from './kernel-front.ts';

let jupyter: TestJupyter;
let front: KernelFront;
let executions: ExecutionService;
const bindings = new Map<string, Binding>();
const bound = createEmitter<[string, Binding]>();

beforeAll(async () => {
  jupyter = await startJupyter();
  front = await startKernelFront(() => jupyter.endpoint);
  executions = createExecutionService({
    kernels: front.kernels,
    documents: {
      bindingOf: (_userId, documentId) => bindings.get(documentId) ?? { generation: 0, state: 'none' },
      onDidBind: bound.on,
    },
    work: createDocumentWork(),
    bus: front.bus,
  });
});
afterAll(async () => {
  executions.close();
  await front.close();
  await jupyter.close();
});

function setBinding(documentId: string, binding: Binding): void {
  bindings.set(documentId, binding);
  bound.fire(documentId, binding);
}

/** A document with a kernel of its own. */
async function newDocument(): Promise<{ documentId: string; kernel: Kernel }> {
  const documentId = randomUUID();
  const { kernel } = await front.kernels.start(testUser, testAppId, 'python3', `${documentId}.ipynb`);
  front.kernels.assign(testAppId, kernel.id, documentId);
  setBinding(documentId, boundTo(kernel));
  return { documentId, kernel };
}

function boundTo(kernel: Kernel): Binding {
  return { generation: 1, state: 'bound', appId: testAppId, kernelId: kernel.id, kernelName: kernel.name };
}

function submit(documentId: string, codes: readonly string[], stopOnError = true): string[] {
  const items = codes.map((code, index) => {
    const id = randomUUID();
    return { id, cellId: `cell-${index}-${id}`, sourceHash: 'h', code };
  });
  executions.submit(testUser.id, documentId, { stopOnError, items });
  return items.map((item) => item.id);
}

const isState =
  (id: string, state: Execution['state']) =>
  (event: StudioEvent): event is StudioEvent & { type: 'execution' } =>
    event.type === 'execution' && event.execution.id === id && event.execution.state === state;

async function until(id: string | undefined, state: Execution['state']): Promise<Execution> {
  return (await front.untilEvent(isState(id ?? '', state))).execution;
}

const interrupt = async (kernel: Kernel): Promise<void> => {
  front.kernels.willControl(testAppId, kernel.id, 'interrupt');
  await jupyter.call('POST', `api/kernels/${kernel.id}/interrupt`, {});
  front.kernels.didControl(testAppId, kernel.id, 'interrupt');
};

describe('executions on real kernels', () => {
  it('run one after the other with no browser there, and all outputs are kept [F8]', async () => {
    const { documentId, kernel } = await newDocument();
    const codes = Array.from({ length: 5 }, (_one, n) => `import time\ntime.sleep(1)\nprint("cell", ${n})`);
    const ids = submit(documentId, codes);
    expect(executions.list(documentId).map((one) => [one.state, one.position])).toEqual(
      ids.map((_id, index) => ['queued', index]),
    );
    const last = await until(ids[4], 'done');
    expect(last.executionCount).toBe(5);
    const all = executions.list(documentId);
    expect(all.map((one) => one.state)).toEqual(ids.map(() => 'done'));
    for (const [index, one] of all.entries()) {
      expect(Date.parse(one.endedAt ?? '') - Date.parse(one.startedAt ?? '')).toBeGreaterThan(900);
      const next = all[index + 1];
      if (next)
        expect(Date.parse(next.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(one.endedAt ?? ''));
    }
    const late = await attachCursor(front.wsUrl, kernel.id, {
      after: (all[0]?.journal?.seq ?? 0) - 1,
      epoch: all[0]?.journal?.epoch ?? '',
    });
    await late.until(isIdleOf(ids[4] ?? ''));
    expect(printed(late.entries)).toBe('cell 0\ncell 1\ncell 2\ncell 3\ncell 4\n');
    expect(late.entries[0]?.message.header.msg_id).toBe(ids[0]);
    expect(late.entries[0]?.message.metadata).toMatchObject({
      cellId: all[0]?.cellId,
      atelier: { documentId },
    });
    late.cut();
  });

  it('are sent once: the same id again gives the same execution', async () => {
    const { documentId } = await newDocument();
    const item = {
      id: randomUUID(),
      cellId: 'c',
      sourceHash: 'h',
      code: 'n = globals().get("n", 0) + 1\nprint(n)',
    };
    executions.submit(testUser.id, documentId, { stopOnError: true, items: [item] });
    executions.submit(testUser.id, documentId, { stopOnError: true, items: [item] });
    await until(item.id, 'done');
    const [again] = executions.submit(testUser.id, documentId, { stopOnError: true, items: [item] });
    expect(again).toMatchObject({ id: item.id, state: 'done', executionCount: 1 });
    const [check] = submit(documentId, ['assert n == 1']);
    await until(check, 'done');
  });

  it('behind a failed one of the same submission are aborted; other submissions run', async () => {
    const { documentId } = await newDocument();
    const failing = submit(documentId, ['1 / 0', 'print("never")', 'print("never")']);
    const other = submit(documentId, ['print("other")']);
    expect((await until(failing[0], 'error')).executionCount).toBe(1);
    expect((await until(failing[1], 'aborted')).cause).toBe('An earlier cell failed');
    await until(failing[2], 'aborted');
    expect((await until(other[0], 'done')).executionCount).toBe(2);
    const tolerant = submit(documentId, ['1 / 0', 'print("goes on")'], false);
    await until(tolerant[0], 'error');
    await until(tolerant[1], 'done');
  });

  it('are interrupted together: the running one fails, the queued ones are aborted', async () => {
    const { documentId, kernel } = await newDocument();
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const code = 'import time\nprint("in", flush=True)\ntime.sleep(60)';
    const running = submit(documentId, [code, 'print("same")'], false);
    const queued = submit(documentId, ['print("other submission")'], false);
    // A signal between the kernel's "busy" and the first line of the cell hits neither.
    await browser.until((entry) => textOf(entry) === 'in\n');
    browser.cut();
    await interrupt(kernel);
    await until(running[0], 'error');
    expect((await until(running[1], 'aborted')).cause).toBe('Interrupted');
    await until(queued[0], 'aborted');
    const [after] = submit(documentId, ['print("usable")']);
    await until(after, 'done');
  });

  it('that an interrupt hits within the kernel itself end, though it gives no reply', async () => {
    const { documentId, kernel } = await newDocument();
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const patch = [
      'import time',
      'kernel = get_ipython().kernel',
      'execute = kernel.do_execute',
      'async def stuck(*args, **named):',
      '    kernel.do_execute = execute',
      '    print("in", flush=True)',
      '    while True: time.sleep(0.01)',
      'kernel.do_execute = stuck',
    ].join('\n');
    await until(submit(documentId, [patch])[0], 'done');
    const [broken, behind] = submit(documentId, ['1', '2']);
    await browser.until((entry) => textOf(entry) === 'in\n');
    browser.cut();
    await interrupt(kernel);
    expect((await until(broken, 'error')).cause).toBe('Interrupted');
    await until(behind, 'aborted');
    const [after] = submit(documentId, ['print("usable")']);
    await until(after, 'done');
  });

  it('that an interrupt has overtaken on the way never begin [F1]', async () => {
    const { documentId, kernel } = await newDocument();
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const [running] = submit(documentId, [
      'import time\nprint("in", flush=True)\nwhile True: time.sleep(0.01)',
    ]);
    await browser.until((entry) => textOf(entry) === 'in\n');
    browser.cut();
    const late = { id: randomUUID(), cellId: 'late', sourceHash: 'h', code: 'late = 1' };
    const drop = (ids: string[]) => executions.drop(testUser.id, documentId, ids);
    expect(drop([late.id, running ?? '']).map(({ id, state }) => [id, state])).toEqual([
      [running, 'running'],
    ]);
    await interrupt(kernel);
    await until(running, 'error');
    const [arrived] = executions.submit(testUser.id, documentId, { stopOnError: true, items: [late] });
    expect(arrived).toMatchObject({ id: late.id, state: 'aborted', cause: 'Interrupted' });
    expect((await until(late.id, 'aborted')).journal).toBeUndefined();
    // Sent again it stays what it was, and what is submitted behind the interrupt runs.
    const [again] = executions.submit(testUser.id, documentId, { stopOnError: true, items: [late] });
    expect(again?.state).toBe('aborted');
    const [after] = submit(documentId, ['assert "late" not in globals()']);
    expect((await until(after, 'done')).executionCount).toBe(2);
  });

  it('are dropped while they wait, also for a kernel that starts; of others none is [F1]', async () => {
    const { documentId, kernel } = await newDocument();
    const [running = '', waiting = '', kept = ''] = submit(documentId, [
      'import time\ntime.sleep(1)',
      'a = 1',
      'b = 2',
    ]);
    expect(executions.drop('another-user', documentId, [waiting])).toEqual([]);
    expect(executions.drop(testUser.id, randomUUID(), [waiting])).toEqual([]);
    const dropped = executions.drop(testUser.id, documentId, [waiting]);
    expect(dropped).toMatchObject([{ id: waiting, state: 'aborted', cause: 'Interrupted' }]);
    expect((await until(kept, 'done')).executionCount).toBe(2);
    expect(executions.get(testUser.id, running).state).toBe('done');
    setBinding(documentId, { generation: 2, state: 'starting' });
    const [early = '', other = ''] = submit(documentId, ['c = 3', 'd = 4']);
    executions.drop(testUser.id, documentId, [early]);
    setBinding(documentId, { ...boundTo(kernel), generation: 3 });
    expect((await until(other, 'done')).executionCount).toBe(3);
    expect(executions.get(testUser.id, early)).toMatchObject({ state: 'aborted', cause: 'Interrupted' });
  });

  it('of a killed kernel fail with the cause, queued ones too, and the kernel can be used again', async () => {
    const { documentId } = await newDocument();
    const ids = submit(documentId, ['import os, signal\nos.kill(os.getpid(), signal.SIGKILL)', '1', '2']);
    const dead = await until(ids[0], 'kernel-died');
    expect(dead.cause).toContain('The kernel died');
    for (const id of ids.slice(1)) expect((await until(id, 'aborted')).cause).toContain('The kernel died');
    const [after] = submit(documentId, ['print("alive")']);
    expect((await until(after, 'done')).executionCount).toBe(1);
  });

  it('of a restarted kernel end with that cause', async () => {
    const { documentId, kernel } = await newDocument();
    const ids = submit(documentId, ['import time\ntime.sleep(60)', '1']);
    await until(ids[0], 'running');
    front.kernels.willControl(testAppId, kernel.id, 'restart');
    await jupyter.call('POST', `api/kernels/${kernel.id}/restart`, {});
    front.kernels.didControl(testAppId, kernel.id, 'restart');
    expect((await until(ids[1], 'aborted')).cause).toBe('The kernel was restarted');
    // Jupyter interrupts before it ends the process: which of both the running cell shows is the kernel's speed.
    const ended = await Promise.race([until(ids[0], 'kernel-died'), until(ids[0], 'error')]);
    expect(ended.state === 'error' || ended.cause === 'The kernel was restarted').toBe(true);
    const [after] = submit(documentId, ['print("fresh")']);
    expect((await until(after, 'done')).executionCount).toBe(1);
  });

  it('wait while the kernel starts, and are aborted with the cause when it cannot', async () => {
    const { documentId, kernel } = await newDocument();
    setBinding(documentId, { generation: 2, state: 'starting' });
    const [early, second] = submit(documentId, ['print("early")', 'print("second")']);
    expect(executions.list(documentId).map((one) => [one.id, one.state, one.position])).toEqual([
      [early, 'queued', 0],
      [second, 'queued', 1],
    ]);
    setBinding(documentId, boundTo(kernel));
    await until(second, 'done');
    setBinding(documentId, { generation: 3, state: 'starting' });
    const [never] = submit(documentId, ['1']);
    const failure = { code: 'app-failed', message: 'The image could not be started.' };
    setBinding(documentId, { generation: 3, state: 'none', failure });
    expect((await until(never, 'aborted')).cause).toBe('The image could not be started.');
    expect(() => submit(documentId, ['1'])).toThrow('no kernel');
  });

  it('can be removed and reordered while they wait', async () => {
    const { documentId } = await newDocument();
    const ids = submit(documentId, ['import time\ntime.sleep(1)', 'a = 1', 'b = 2', 'c = 3']);
    const [first = '', a = '', b = '', c = ''] = ids;
    await until(first, 'running');
    executions.remove(testUser.id, b);
    expect((await until(b, 'aborted')).cause).toBe('Removed from the queue');
    expect(executions.move(testUser.id, c, { position: 1 }).position).toBe(1);
    expect(() => executions.remove(testUser.id, first)).toThrow('runs already');
    expect(() => executions.remove('another-user', c)).toThrow('no such execution');
    const [endA, endC] = await Promise.all([until(a, 'done'), until(c, 'done')]);
    expect([endC.executionCount, endA.executionCount]).toEqual([2, 3]);
  });

  it('of two documents on one kernel stand in one queue, and are moved only as they were seen [F2]', async () => {
    const { documentId: one, kernel } = await newDocument();
    const other = randomUUID();
    setBinding(other, boundTo(kernel));
    const [first = '', a = '', b = ''] = submit(one, ['import time\ntime.sleep(1.5)', 'a = 1', 'b = 2']);
    const [c = '', d = ''] = submit(other, ['c = 3', 'd = 4']);
    await until(first, 'running');
    const idsOf = (documentId: string) => executions.queue(testUser.id, documentId).items.map(({ id }) => id);
    expect(idsOf(one)).toEqual([first, a, b, c, d]);
    const seen = idsOf(other);
    expect(seen).toEqual(idsOf(one));
    // Each page moves one of its own: the second one has not seen the first move.
    expect(executions.move(testUser.id, d, { position: 1, seen }).position).toBe(1);
    const stale = expect.objectContaining({ problem: expect.objectContaining({ code: 'stale-generation' }) });
    expect(() => executions.move(testUser.id, b, { position: 1, seen })).toThrow(stale);
    expect(idsOf(one)).toEqual([first, d, a, b, c]);
    expect(executions.move(testUser.id, b, { position: 2, seen: idsOf(one) }).position).toBe(2);
    expect(executions.queue('another-user', one)).toEqual({ items: [], total: 0 });
    const ends = await Promise.all([d, b, a, c].map((id) => until(id, 'done')));
    expect(ends.map(({ executionCount }) => executionCount)).toEqual([2, 3, 4, 5]);
    expect(executions.queue(testUser.id, one)).toEqual({ items: [], total: 0 });
  });

  it('are moved while the kernel starts, and then run in that order [F2]', async () => {
    const { documentId, kernel } = await newDocument();
    setBinding(documentId, { generation: 2, state: 'starting' });
    const [a = '', b = ''] = submit(documentId, ['a = 1', 'b = 2']);
    expect(executions.move(testUser.id, b, { position: 0, seen: [a, b] }).position).toBe(0);
    expect(() => executions.move(testUser.id, a, { position: 0, seen: [a, b] })).toThrow(
      'Changed in the meantime',
    );
    expect(executions.queue(testUser.id, documentId).items.map(({ id, position }) => [id, position])).toEqual(
      [
        [b, 0],
        [a, 1],
      ],
    );
    setBinding(documentId, { ...boundTo(kernel), generation: 3 });
    const ends = await Promise.all([b, a].map((id) => until(id, 'done')));
    expect(ends.map(({ executionCount }) => executionCount)).toEqual([1, 2]);
  });

  it('that may fail abort nothing behind them [F1]', async () => {
    const { documentId } = await newDocument();
    const items = ['1 / 0', 'print("goes on")'].map((code, index) => ({
      id: randomUUID(),
      cellId: `cell-${index}`,
      sourceHash: 'h',
      code,
      mayFail: index === 0,
    }));
    executions.submit(testUser.id, documentId, { stopOnError: true, items });
    await until(items[0]?.id, 'error');
    await until(items[1]?.id, 'done');
  });

  it('say what they ask for, until it is answered', async () => {
    const { documentId, kernel } = await newDocument();
    const [id = ''] = submit(documentId, ['print("hi " + input("Name: "))']);
    const asks = await front.untilEvent(
      (event): event is StudioEvent & { type: 'execution' } =>
        event.type === 'execution' &&
        event.execution.id === id &&
        event.execution.waitingForInput !== undefined,
    );
    expect(asks.execution.waitingForInput).toEqual({ prompt: 'Name: ', password: false });
    const browser = await attachCursor(front.wsUrl, kernel.id, { after: 0 });
    const question = await browser.until(({ message }) => message.header.msg_type === 'input_request');
    const parentId = question.message.header.msg_id;
    const content = { status: 'ok', value: 'Ada' };
    browser.send({ channel: 'stdin', type: 'input_reply', id: randomUUID(), parentId, content });
    expect(await until(id, 'done')).not.toHaveProperty('waitingForInput');
    await browser.until(isIdleOf(id));
    expect(printed(browser.entries, id)).toBe('hi Ada\n');
    browser.cut();
  });

  it('that a browser sent by itself are listed without a cell', async () => {
    const { documentId, kernel } = await newDocument();
    const browser = await attachCursor(front.wsUrl, kernel.id);
    const id = randomUUID();
    const content = {
      code: '1 / 0',
      silent: false,
      user_expressions: {},
      store_history: true,
      allow_stdin: true,
      stop_on_error: true,
    };
    browser.send({ channel: 'shell', type: 'execute_request', id, content });
    expect(await until(id, 'error')).toMatchObject({ documentId, cellId: null, executionCount: 1 });
    expect(executions.list(documentId).map((one) => one.id)).toEqual([id]);
    browser.cut();
  });

  it('are marked when their outputs are in the file', async () => {
    const { documentId } = await newDocument();
    const [id = ''] = submit(documentId, ['1']);
    await until(id, 'done');
    executions.recorded(documentId, [id, 'unknown']);
    expect(executions.list(documentId)[0]?.recorded).toBe(true);
  });

  it('end with what is known when the app stops', async () => {
    const { documentId } = await newDocument();
    const ids = submit(documentId, ['import time\ntime.sleep(60)', '1']);
    await until(ids[0], 'running');
    front.setApp('Deleting');
    expect((await until(ids[0], 'kernel-died')).cause).toBe('The app was stopped');
    expect((await until(ids[1], 'aborted')).cause).toBe('The app was stopped');
  });
});
