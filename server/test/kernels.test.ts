import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { V1_SUBPROTOCOL } from '@atelier-ide/core/wire/frame.ts';
import { attachCursor, isIdleOf, printed, textOf, untilClosed } from './cursor-client.ts';
import { type TestJupyter, startJupyter } from './jupyter.ts';
import { type KernelFront, isKernelEvent, startKernelFront, testAppId, testUser } from './kernel-front.ts';
import { type StockClient, connectStock } from './stock-client.ts';

let jupyter: TestJupyter;
let front: KernelFront;
let count = 0;

beforeAll(async () => {
  jupyter = await startJupyter();
  front = await startKernelFront(() => jupyter.endpoint);
});
afterAll(async () => {
  await front.close();
  await jupyter.close();
});

async function newKernel() {
  count += 1;
  const { kernel } = await front.kernels.start(testUser, testAppId, 'python3', `n${count}.ipynb`);
  return kernel;
}

const execute = (code: string) => ({
  channel: 'shell' as const,
  type: 'execute_request',
  content: {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: true,
    stop_on_error: true,
  },
});

async function pidOf(client: StockClient): Promise<number> {
  const before = client.iopub.length;
  await client.connection.requestExecute({ code: 'import os; print(os.getpid())' }).done;
  return Number(client.iopub.slice(before).find((message) => message.type === 'stream')?.text);
}

describe('stock clients at the hub', () => {
  it('get their own replies and all iopub', async () => {
    const kernel = await newKernel();
    const a = await connectStock(front, { id: kernel.id, name: 'python3' }, 'client-a');
    const b = await connectStock(front, { id: kernel.id, name: 'python3' }, 'client-b');
    const foreign: string[] = [];
    a.connection.unhandledMessage.connect((_sender, message) => foreign.push(message.header.msg_type));
    b.connection.unhandledMessage.connect((_sender, message) => foreign.push(message.header.msg_type));
    const repliesAtB: string[] = [];
    b.connection.anyMessage.connect((_sender, { msg, direction }) => {
      if (direction === 'recv' && msg.channel === 'shell') repliesAtB.push(msg.header.msg_type);
    });
    const first = a.connection.requestExecute({ code: 'print("from a")\n1 + 1' });
    const types: string[] = [];
    first.onIOPub = (message) => void types.push(message.header.msg_type);
    const reply = await first.done;
    expect(reply.content.status).toBe('ok');
    expect(types).toEqual(['status', 'execute_input', 'stream', 'execute_result', 'status']);
    expect(repliesAtB).not.toContain('execute_reply');
    const completion = await b.connection.requestComplete({ code: 'prin', cursor_pos: 4 });
    expect(completion.content).toMatchObject({ status: 'ok' });
    await b.connection.requestExecute({ code: 'print("from b")' }).done;
    for (const client of [a, b]) {
      const texts = () =>
        client.iopub.filter((message) => message.type === 'stream').map((message) => message.text);
      // Each client has a socket of its own: one may be a moment behind the other.
      await expect.poll(texts).toEqual(['from a\n', 'from b\n']);
    }
    expect(foreign).toEqual([]);
    a.close();
    b.close();
  });

  it('are asked for input only where the cell was run', async () => {
    const kernel = await newKernel();
    const a = await connectStock(front, { id: kernel.id, name: 'python3' }, 'client-a');
    const b = await connectStock(front, { id: kernel.id, name: 'python3' }, 'client-b');
    let askedB = 0;
    b.connection.anyMessage.connect((_sender, { msg }) => {
      if (msg.channel === 'stdin') askedB += 1;
    });
    const future = a.connection.requestExecute({ code: 'print("hello " + input("name? "))' });
    future.onStdin = (message) => {
      if (message.header.msg_type !== 'input_request') return;
      a.connection.sendInputReply({ status: 'ok', value: 'Ada' }, message.header as never);
    };
    expect((await future.done).content.status).toBe('ok');
    expect(a.iopub.map((message) => message.text).join('')).toContain('hello Ada');
    expect(askedB).toBe(0);
    a.close();
    b.close();
  });

  it('exchange comms with buffers, a megabyte in each direction', async () => {
    const kernel = await newKernel();
    const a = await connectStock(front, { id: kernel.id, name: 'python3' }, 'client-a', {
      handleComms: true,
    });
    const setup = [
      'from ipykernel.comm import Comm',
      'def echo(comm, opened):',
      '    @comm.on_msg',
      '    def _(message):',
      '        comm.send({"n": len(message["buffers"])}, buffers=[b"abc", bytes(message["buffers"][1])])',
      'get_ipython().kernel.comm_manager.register_target("echo", echo)',
    ].join('\n');
    await a.connection.requestExecute({ code: setup }).done;
    const comm = a.connection.createComm('echo');
    const answer = new Promise<{ data: unknown; sizes: number[] }>((resolve) => {
      comm.onMsg = (message) => {
        const sizes = (message.buffers ?? []).map((buffer) => buffer.byteLength);
        resolve({ data: message.content.data, sizes });
      };
    });
    comm.open({});
    const big = new Uint8Array(1024 * 1024).fill(7);
    await comm.send({ hello: 1 }, {}, [new Uint8Array([1, 2, 3]).buffer, big.buffer]).done;
    expect(await answer).toEqual({ data: { n: 2 }, sizes: [3, 1024 * 1024] });
    // The client makes a subshell for its comms; closed before that, it complains.
    await (comm as unknown as { subshellStarted: Promise<void> }).subshellStarted;
    a.close();
  });

  it('see a killed kernel restart and can run again [F5]', async () => {
    const kernel = await newKernel();
    const a = await connectStock(front, { id: kernel.id, name: 'python3' }, 'client-a');
    const statuses: string[] = [];
    const isBack = new Promise<void>((resolve) => {
      a.connection.statusChanged.connect((_sender, status) => {
        statuses.push(status);
        if (status === 'idle' && statuses.includes('autorestarting')) resolve();
      });
    });
    const pid = await pidOf(a);
    const restarting = front.untilEvent(isKernelEvent(kernel, 'restarting'));
    const death = front.untilEvent(
      (event): event is typeof event & { type: 'death' } =>
        event.type === 'death' && event.kernelId === kernel.id,
    );
    process.kill(pid, 'SIGKILL');
    expect((await restarting).kernel.cause).toContain('died');
    expect((await death).cause).toContain('died');
    await isBack;
    const reply = await a.connection.requestExecute({ code: '1' }).done;
    expect(reply.content.execution_count).toBe(1);
    a.close();
  });

  it('of the older format are served beside the newer one', async () => {
    const kernel = await newKernel();
    const a = await connectStock(front, { id: kernel.id, name: 'python3' }, 'client-a');
    const ws = new WebSocket(`${front.wsUrl}api/kernels/${kernel.id}/channels?session_id=legacy`);
    await new Promise((resolve) => ws.once('open', resolve));
    expect(ws.protocol).toBe('');
    type Legacy = {
      channel: string;
      msg_type: string;
      content: { text?: string; execution_state?: string };
      parent_header: { msg_id?: string };
    };
    const seen: Legacy[] = [];
    const done = new Promise<void>((resolve) => {
      ws.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString('utf8')) as Legacy;
        if (message.parent_header.msg_id === 'legacy-1') seen.push(message);
        const isIdle = seen.some((one) => one.content.execution_state === 'idle');
        if (isIdle && seen.some((one) => one.msg_type === 'execute_reply')) resolve();
      });
    });
    const header = {
      msg_id: 'legacy-1',
      msg_type: 'execute_request',
      session: 'legacy',
      username: '',
      date: '',
      version: '5.3',
    };
    const { content } = execute('print("old")');
    ws.send(JSON.stringify({ channel: 'shell', header, parent_header: {}, metadata: {}, content }));
    await done;
    expect(seen.find((message) => message.msg_type === 'stream')?.content.text).toBe('old\n');
    await expect.poll(() => a.iopub.some((message) => message.text === 'old\n')).toBe(true);
    ws.close();
    a.close();
  });

  it('that come with a session id in use close the one before, and miss nothing when they come back', async () => {
    const kernel = await newKernel();
    const open = async (): Promise<WebSocket> => {
      const url = `${front.wsUrl}api/kernels/${kernel.id}/channels?session_id=same`;
      const ws = new WebSocket(url, [V1_SUBPROTOCOL]);
      await new Promise((resolve) => ws.once('open', resolve));
      return ws;
    };
    const first = await open();
    const closed = untilClosed(first);
    const second = await open();
    expect(await closed).toBe(1005);
    const gone = untilClosed(second);
    second.close();
    await gone;
    const watcher = await attachCursor(front.wsUrl, kernel.id);
    watcher.send({ ...execute('print("while away")'), id: 'away-1' });
    await watcher.until(isIdleOf('away-1'));
    const third = new WebSocket(`${front.wsUrl}api/kernels/${kernel.id}/channels?session_id=same`, [
      V1_SUBPROTOCOL,
    ]);
    const text = await new Promise<string>((resolve) => {
      third.on('message', (data: Buffer) => {
        if (data.includes('while away') && data.includes('"stream"')) resolve('seen');
      });
    });
    expect(text).toBe('seen');
    third.close();
    watcher.cut();
  });

  it('are told by the close code when there is no such kernel', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'not-a-uuid']) {
      const ws = new WebSocket(`${front.wsUrl}api/kernels/${id}/channels`, [V1_SUBPROTOCOL]);
      expect(await untilClosed(ws)).toBe(4404);
    }
  });
});

describe('cursor clients at the hub', () => {
  it('resume after a cut with nothing lost, nothing twice, in order [N8]', async () => {
    const kernel = await newKernel();
    const first = await attachCursor(front.wsUrl, kernel.id);
    const code = 'import time\nfor i in range(40):\n    print(i, flush=True)\n    time.sleep(0.02)';
    first.send({ ...execute(code), id: 'slow-run' });
    await first.until((entry) => textOf(entry).startsWith('10'));
    first.cut();
    const after = first.entries.at(-1)?.seq ?? 0;
    const second = await attachCursor(front.wsUrl, kernel.id, { after, epoch: first.hello.epoch });
    expect(second.hello).toMatchObject({ reset: false, from: after + 1 });
    await second.until(isIdleOf('slow-run'));
    const all = [...first.entries, ...second.entries];
    expect(printed(all, 'slow-run')).toBe(Array.from({ length: 40 }, (_one, i) => `${i}\n`).join(''));
    const numbers = all.map((entry) => entry.seq);
    expect(numbers).toEqual(numbers.map((_seq, index) => (numbers[0] ?? 0) + index));
    second.cut();
  });

  it('new ones replay everything, with the requests; another epoch means a reset', async () => {
    const kernel = await newKernel();
    const first = await attachCursor(front.wsUrl, kernel.id);
    first.send({ ...execute('print("once")'), id: 'replayed' });
    await first.until(isIdleOf('replayed'));
    const late = await attachCursor(front.wsUrl, kernel.id, { after: 0 });
    expect(late.hello).toMatchObject({ from: 1, reset: false });
    await late.until(isIdleOf('replayed'));
    expect(printed(late.entries, 'replayed')).toBe('once\n');
    const request = late.entries.find(({ message }) => message.header.msg_id === 'replayed');
    expect(request).toMatchObject({ inward: true, replayed: true });
    const stranger = await attachCursor(front.wsUrl, kernel.id, { after: 3, epoch: 'another' });
    expect(stranger.hello).toMatchObject({ reset: true, from: 1 });
    for (const client of [first, late, stranger]) client.cut();
  });

  it('one answers the question that another one’s cell asks; the second answer is dropped', async () => {
    const kernel = await newKernel();
    const a = await attachCursor(front.wsUrl, kernel.id);
    const b = await attachCursor(front.wsUrl, kernel.id);
    a.send({ ...execute('print("got " + input("? "))'), id: 'asking' });
    const question = await b.until(({ message }) => message.header.msg_type === 'input_request');
    a.cut();
    const parentId = question.message.header.msg_id;
    const answer = { channel: 'stdin' as const, type: 'input_reply', parentId };
    b.send({ ...answer, id: 'answer-1', content: { status: 'ok', value: 'one' } });
    b.send({ ...answer, id: 'answer-2', content: { status: 'ok', value: 'two' } });
    await b.until(isIdleOf('asking'));
    expect(printed(b.entries, 'asking')).toBe('got one\n');
    const answers = b.entries.filter(({ message }) => message.header.msg_type === 'input_reply');
    expect(answers.map(({ message }) => message.header.msg_id)).toEqual(['answer-1']);
    b.cut();
  });

  it('never see the text of a password in the journal', async () => {
    const kernel = await newKernel();
    const a = await attachCursor(front.wsUrl, kernel.id);
    a.send({ ...execute('import getpass\nprint(len(getpass.getpass()))'), id: 'secret-run' });
    const question = await a.until(({ message }) => message.header.msg_type === 'input_request');
    const parentId = question.message.header.msg_id;
    const content = { status: 'ok', value: 'open sesame' };
    a.send({ channel: 'stdin', type: 'input_reply', id: 'answer-3', parentId, content });
    await a.until(isIdleOf('secret-run'));
    expect(printed(a.entries, 'secret-run')).toBe('11\n');
    const kept = await attachCursor(front.wsUrl, kernel.id, { after: 0 });
    await kept.until(isIdleOf('secret-run'));
    for (const { frame } of kept.entries) expect(Buffer.from(frame).includes('open sesame')).toBe(false);
    a.cut();
    kept.cut();
  });

  it('run a msg_id once, however often it is sent', async () => {
    const kernel = await newKernel();
    const a = await attachCursor(front.wsUrl, kernel.id);
    for (let n = 0; n < 3; n += 1) a.send({ ...execute('print("ran")'), id: 'only-once' });
    a.send({ ...execute('print("after")'), id: 'afterwards' });
    await a.until(isIdleOf('afterwards'));
    expect(printed(a.entries)).toBe('ran\nafter\n');
    a.cut();
  });
});

describe('kernels that end', () => {
  it('close their sockets with 4404 when they are deleted', async () => {
    const kernel = await newKernel();
    const a = await attachCursor(front.wsUrl, kernel.id);
    const closed = untilClosed(a.ws);
    await jupyter.call('DELETE', `api/kernels/${kernel.id}`);
    front.kernels.didControl(testAppId, kernel.id, 'delete');
    expect(await closed).toBe(4404);
    expect(front.kernels.get(testAppId, kernel.id)).toBeUndefined();
  });

  it('are found out when they were deleted behind our back', async () => {
    const kernel = await newKernel();
    const a = await attachCursor(front.wsUrl, kernel.id);
    // Until it has answered, the app may not pass on that it shuts down.
    await front.untilEvent(isKernelEvent(kernel, 'idle'));
    const closed = untilClosed(a.ws);
    await jupyter.call('DELETE', `api/kernels/${kernel.id}`);
    expect(await closed).toBe(4404);
    await front.untilEvent(isKernelEvent(kernel, 'dead'));
  });
});
