import { decodeV1, encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import type { JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beat } from '@atelier-ide/contract';
import { createFakeLog } from '../fake-backend.ts';
import { createFakeLineWorld } from '../fake-line-world.ts';
import type { FakeSocket } from '../fake-socket.ts';
import { createFakeHub, kernelInfo, reply, request, status, stream } from './fake-hub.ts';
import type { JournalPlace } from './journal-socket.ts';
import { createKernelChannel } from './kernel-channel.ts';
import type { ReceivedMessage } from './kernels-service.ts';

function start(
  options: { after?: JournalPlace; hasJournal?: boolean; hub?: ReturnType<typeof createFakeHub> } = {},
) {
  const { world, sockets, clock, page, told, comeBack } = createFakeLineWorld();
  const log = createFakeLog();
  const hub = options.hub ?? createFakeHub();
  const calls: string[] = [];
  const server = { state: 'idle' as string | null, isAppGone: false };
  let ids = 0;
  const channel = createKernelChannel({
    appId: 'a',
    kernelId: 'k',
    url: 'ws://studio.test/jupyter/u/a/api/kernels/k/channels',
    after: options.after,
    hasJournal: options.hasJournal ?? true,
    world,
    log,
    newId: () => `id-${ids++}`,
    api: {
      state: async () => server.state,
      interrupt: async () => void calls.push('interrupt'),
      restart: async () => void calls.push('restart'),
      shutdown: async () => void calls.push('shutdown'),
    },
    isAppGone: () => server.isAppGone,
  });
  const received: ReceivedMessage[] = [];
  const resets: number[] = [];
  channel.onDidReceive((one) => received.push(one));
  channel.onDidReset(() => resets.push(received.length));
  const attach = () => hub.accept(sockets.last());
  return { sockets, clock, page, log, hub, calls, server, channel, received, resets, attach, told, comeBack };
}

type Started = ReturnType<typeof start>;
const stateOf = ({ channel }: Started) => channel.store.getState().state;
const texts = ({ received }: Started) =>
  received
    .filter((one) => one.message.header.msg_type === 'stream')
    .map((one) => one.message.content['text']);
const sentBy = (socket: FakeSocket): JupyterMessage[] =>
  socket.sent.map((one) => decodeV1(typeof one === 'string' ? new TextEncoder().encode(one) : one));

describe('kernel channel over the journal', () => {
  it('attaches to now, with the cursor subprotocol', () => {
    const world = start();
    world.hub.write(stream('before', 'x'));
    expect(world.sockets.last().protocols).toEqual(['v1.cursor.atelier']);
    world.attach();
    world.hub.write(stream('after', 'x'));
    expect(texts(world)).toEqual(['after']);
    expect(world.received[0]).toMatchObject({ seq: 2, direction: 'out', isReplay: false });
    expect(world.channel.place).toEqual({ epoch: 'e1', seq: 2 });
  });

  it('gets what it missed since a place, marked as replay, then what is new', () => {
    const hub = createFakeHub();
    for (const text of ['1', '2', '3']) hub.write(stream(text, 'x'));
    const world = start({ hub, after: { epoch: 'e1', seq: 1 } });
    expect(new URL(world.sockets.last().url).searchParams.get('after')).toBe('1');
    world.attach();
    hub.write(stream('4', 'x'));
    expect(texts(world)).toEqual(['2', '3', '4']);
    expect(world.received.map((one) => one.isReplay)).toEqual([true, true, false]);
  });

  it('hands over a frame once that is sent twice', () => {
    const world = start();
    world.attach();
    world.hub.write(stream('1', 'x'));
    world.attach();
    world.hub.frames.pop();
    world.hub.write(stream('1', 'x'));
    expect(texts(world)).toEqual(['1']);
  });

  it('tells requests from answers', () => {
    const world = start();
    world.attach();
    world.hub.write(request('r1'), true);
    expect(world.received[0]).toMatchObject({ direction: 'in', message: { header: { msg_id: 'r1' } } });
  });

  it('loses and doubles nothing, whenever and however often the line is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('line', 'cut', 'cutAndWait', 'lose'), { maxLength: 60 }),
        async (steps) => {
          const world = start();
          world.attach();
          let written = 0;
          for (const step of steps) {
            if (step === 'line') world.hub.write(stream(String(written++), 'x'));
            else if (step === 'lose') {
              world.page.maybeLose();
              world.attach();
            } else {
              world.sockets.last().cut(step === 'cut' ? 1000 : 1006);
              if (step === 'cutAndWait') world.hub.write(stream(String(written++), 'x'));
              await world.clock.advance(60_000);
              world.attach();
            }
          }
          expect(texts(world)).toEqual(Array.from({ length: written }, (_, index) => String(index)));
          expect(world.resets).toEqual([]);
          // What came while the page was there and only the line was cut is no replay.
          expect(world.received.some((one) => one.isReplay)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says so when the journal no longer has what is missing', async () => {
    const world = start();
    world.attach();
    world.hub.write(stream('1', 'x'));
    world.sockets.last().cut();
    world.hub.write(stream('2', 'x'));
    world.hub.write(stream('3', 'x'));
    world.hub.forget(2);
    await world.clock.advance(0);
    world.attach();
    expect(world.resets).toEqual([1]);
    expect(texts(world)).toEqual(['1', '3']);
  });

  it('starts anew in another epoch', async () => {
    const world = start();
    world.attach();
    for (let i = 0; i < 5; i++) world.hub.write(stream(`old ${i}`, 'x'));
    world.sockets.last().cut();
    world.hub.epoch = 'e2';
    world.hub.frames.splice(0);
    world.hub.write(stream('new', 'x'));
    await world.clock.advance(0);
    world.attach();
    expect(world.resets).toEqual([5]);
    expect(texts(world).at(-1)).toBe('new');
    expect(world.channel.place?.epoch).toBe('e2');
  });

  it('tells of a hole in the numbers and of a gap that the server wrote', () => {
    const world = start();
    world.attach();
    world.hub.frames.push({ inward: false, message: stream('lost', 'x') });
    world.hub.write(stream('later', 'x'));
    expect(world.resets).toEqual([0]);
    world.hub.write({ ...stream('', 'x'), header: { ...stream('', 'x').header, msg_type: 'atelier_gap' } });
    expect(world.resets).toEqual([0, 1]);
    expect(texts(world)).toEqual(['later']);
  });

  it.each([1000, 1001, 1005, 1006, 1011, 1012, 1013, 4403])(
    'comes back after close code %i',
    async (code) => {
      const world = start();
      world.attach();
      world.sockets.last().cut(code);
      await world.clock.advance(0);
      expect(world.sockets.all).toHaveLength(2);
    },
  );

  it('tries for hours, and says when it is disconnected', async () => {
    const world = start();
    world.attach();
    world.sockets.last().cut();
    expect(stateOf(world)).toBe('reconnecting');
    for (let i = 0; i < 200; i++) {
      const before = world.sockets.all.length;
      await world.clock.advance(30_000);
      expect(world.sockets.all.length).toBeGreaterThan(before);
      world.sockets.last().cut();
    }
    expect(stateOf(world)).toBe('disconnected');
    await world.clock.advance(30_000);
    world.attach();
    expect(stateOf(world)).toBe('idle');
  });

  it('is dead only when the server says so', async () => {
    const world = start();
    world.attach();
    world.sockets.last().cut(4404);
    expect(stateOf(world)).toBe('dead');
    await world.clock.advance(120_000);
    expect(world.sockets.all).toHaveLength(1);
  });

  it('waits for an app that does not run, and gives up when it is gone', async () => {
    const world = start();
    world.attach();
    world.sockets.last().cut(4503);
    expect(stateOf(world)).toBe('disconnected');
    await world.clock.advance(1_000);
    expect(world.sockets.all.length).toBe(2);
    world.server.isAppGone = true;
    world.sockets.last().cut(4503);
    expect(stateOf(world)).toBe('dead');
  });

  it('pauses when the session has ended and goes on when told', async () => {
    const world = start();
    world.attach();
    world.sockets.last().cut(4401);
    expect(world.told.rejects).toBe(1);
    await world.clock.advance(120_000);
    expect(world.sockets.all).toHaveLength(1);
    world.comeBack();
    world.attach();
    expect(stateOf(world)).toBe('idle');
  });

  it('shows the state of now, not of the past that is replayed', () => {
    const hub = createFakeHub();
    hub.write(status('restarting', 'x'));
    hub.write(status('starting', 'x'));
    hub.write(status('busy', 'r1'));
    hub.state = 'busy';
    const world = start({ hub, after: { epoch: 'e1', seq: 0 } });
    const states: string[] = [];
    world.channel.store.subscribe(({ state }) => states.push(state));
    world.attach();
    expect(stateOf(world)).toBe('busy');
    expect(new Set(states)).toEqual(new Set(['busy']));
    hub.write(status('idle', 'other'));
    expect(stateOf(world)).toBe('busy');
    hub.write(status('idle', 'r1'));
    expect(stateOf(world)).toBe('idle');
  });

  it('stays busy when a request on the control channel says idle', () => {
    const world = start();
    world.hub.state = 'busy';
    world.attach();
    world.hub.write(request('c1', 'control', 'kernel_info_request'), true);
    const idle = status('idle', 'c1');
    world.hub.write({ ...idle, parent_header: { msg_id: 'c1', msg_type: 'kernel_info_request' } });
    expect(stateOf(world)).toBe('busy');
  });

  it('learns the language once and asks only while it does not know it', async () => {
    const world = start();
    world.attach();
    expect(sentBy(world.sockets.last()).map((one) => one.header.msg_type)).toEqual(['kernel_info_request']);
    world.hub.write(kernelInfo());
    expect(world.channel.store.getState().language).toEqual({
      name: 'python',
      mimetype: 'text/x-python',
      version: '3.11.2',
      info: { name: 'python', mimetype: 'text/x-python', version: '3.11.2' },
    });
    world.sockets.last().cut();
    await world.clock.advance(0);
    world.attach();
    expect(world.sockets.last().sent).toEqual([]);
  });

  it('sends nothing while the kernel is idle', async () => {
    const world = start();
    world.attach();
    world.hub.write(kernelInfo());
    const before = world.sockets.last().sent.length;
    await world.clock.advance(600_000);
    expect(world.sockets.last().sent.length).toBe(before);
    expect(world.sockets.all).toHaveLength(1);
    expect(world.clock.pending).toBe(0);
  });

  it('finds a half-open line within 10 s, and loses nothing', async () => {
    const world = start();
    world.attach();
    world.hub.write(kernelInfo());
    world.sockets.last().receive(beat.text);
    expect(texts(world)).toEqual([]);
    world.hub.leaveAll();
    world.hub.write(stream('meanwhile', 'x'));
    await world.clock.advance(10_000);
    expect(world.sockets.all).toHaveLength(2);
    expect(stateOf(world)).toBe('reconnecting');
    world.attach();
    expect(texts(world)).toEqual(['meanwhile']);
    expect(world.resets).toEqual([]);
  });

  it('answers input() again when the line it was answered on was dead, and not when it had arrived', async () => {
    const world = start();
    world.attach();
    const question = request('question', 'stdin', 'input_request');
    const replies = () =>
      sentBy(world.sockets.last()).filter(({ header }) => header.msg_type === 'input_reply');
    world.channel.answerInput(question, 'Ann');
    const [answer] = replies();
    world.page.maybeLose();
    world.attach();
    expect(replies().map(({ header }) => header.msg_id)).toEqual([answer?.header.msg_id]);
    world.sockets.last().cut();
    if (answer) world.hub.write(answer, true);
    await world.clock.advance(0);
    world.attach();
    expect(replies()).toEqual([]);
  });

  it('sends an execution with its cell, and throws when it cannot', () => {
    const world = start();
    world.attach();
    world.channel.execute({ id: 'x1', code: 'print(1)', cellId: 'c1' });
    expect(sentBy(world.sockets.last()).at(-1)).toMatchObject({
      channel: 'shell',
      header: { msg_id: 'x1', msg_type: 'execute_request' },
      metadata: { cellId: 'c1' },
      content: { code: 'print(1)', allow_stdin: true, stop_on_error: false },
    });
    world.sockets.last().cut();
    expect(() => world.channel.execute({ id: 'x2', code: '', cellId: 'c1' })).toThrow('nothing was sent');
  });

  it('keeps an answer to input() until the line is back', async () => {
    const world = start();
    world.attach();
    world.sockets.last().cut();
    world.channel.answerInput(request('question', 'stdin', 'input_request'), 'Ann');
    await world.clock.advance(0);
    world.attach();
    expect(sentBy(world.sockets.last()).find((one) => one.header.msg_type === 'input_reply')).toMatchObject({
      channel: 'stdin',
      content: { value: 'Ann' },
      parent_header: { msg_id: 'question' },
    });
  });

  it('is restarting from the click until the kernel answers [F5]', async () => {
    const world = start();
    world.attach();
    world.hub.write(kernelInfo());
    await world.channel.restart();
    expect(world.calls).toEqual(['restart']);
    expect(stateOf(world)).toBe('restarting');
    world.hub.write(kernelInfo());
    expect(stateOf(world)).toBe('idle');
  });

  it('is restarted once more only when the restart before is over [F4]', async () => {
    const world = start();
    world.attach();
    world.hub.write(kernelInfo());
    const [first, second] = [world.channel.restart(), world.channel.restart()];
    await first;
    expect(world.calls).toEqual(['restart']);
    await second;
    expect(world.calls).toEqual(['restart', 'restart']);
  });

  it('goes on handing over messages when a listener throws or a frame is broken', () => {
    const world = start();
    world.attach();
    world.channel.onDidReceive(() => {
      throw new Error('listener');
    });
    world.hub.write(stream('1', 'x'));
    world.sockets.last().receive(new Uint8Array([1, 2, 3]));
    world.hub.write(stream('2', 'x'));
    expect(texts(world)).toEqual(['1', '2']);
    expect(world.log.lines.filter((line) => line.startsWith('error')).length).toBe(3);
  });

  it('hears nothing more after it was disposed of', () => {
    const world = start();
    world.attach();
    const socket = world.sockets.last();
    world.channel.dispose();
    expect(socket.isClosedByPage).toBe(true);
    world.page.wake();
    world.page.maybeLose();
    expect(world.sockets.all).toHaveLength(1);
    expect(world.clock.pending).toBe(0);
  });
});

describe('kernel channel of a plain Jupyter Server', () => {
  const v1 = 'v1.kernel.websocket.jupyter.org';

  it('asks while a cell runs in silence, and makes the line anew when nothing answers', async () => {
    const world = start({ hasJournal: false });
    world.sockets.last().open();
    await world.clock.settle();
    world.sockets.last().receive(encodeV1(status('busy', 'r1')));
    await world.clock.advance(5_000);
    expect(sentBy(world.sockets.last()).at(-1)).toMatchObject({
      channel: 'control',
      header: { msg_type: 'kernel_info_request' },
    });
    world.sockets.last().receive(encodeV1(kernelInfo('control')));
    await world.clock.advance(20_000);
    expect(world.sockets.all).toHaveLength(1);
    await world.clock.advance(5_000);
    expect(world.sockets.all).toHaveLength(2);
  });

  it('asks the server for the state that no message tells', async () => {
    const world = start({ hasJournal: false });
    world.server.state = 'busy';
    expect(world.sockets.last().protocols).toEqual([v1]);
    world.sockets.last().open();
    await world.clock.settle();
    expect(stateOf(world)).toBe('busy');
    expect(world.channel.place).toBeNull();
  });

  it('keeps its session id when it reconnects, so that the server’s buffer is its own', async () => {
    const world = start({ hasJournal: false });
    world.sockets.last().open();
    const id = new URL(world.sockets.last().url).searchParams.get('session_id');
    world.sockets.last().cut();
    await world.clock.advance(0);
    expect(new URL(world.sockets.last().url).searchParams.get('session_id')).toBe(id);
  });

  it('reads both forms of messages', async () => {
    const world = start({ hasJournal: false });
    world.sockets.last().open('');
    const { channel, header, parent_header, metadata, content } = reply('ok', 'r1');
    world.sockets.last().receive(JSON.stringify({ channel, header, parent_header, metadata, content }));
    expect(world.received[0]).toMatchObject({ seq: null, direction: 'out', isReplay: false });
    world.channel.execute({ id: 'x1', code: '', cellId: 'c' });
    expect(typeof world.sockets.last().sent.at(-1)).toBe('string');
  });

  it('believes the server that the kernel is gone', async () => {
    const world = start({ hasJournal: false });
    world.sockets.last().open();
    world.sockets.last().cut();
    world.server.state = null;
    await world.clock.advance(0);
    world.sockets.last().open();
    await world.clock.settle();
    expect(stateOf(world)).toBe('dead');
    expect(world.sockets.last().isClosedByPage).toBe(true);
  });
});

it('messages of comms wait until the past has been told', () => {
  const hub = createFakeHub();
  hub.write(status('busy', 'r1'));
  hub.write(status('idle', 'r1'));
  const world = start({ after: { epoch: 'e1', seq: 0 }, hub });
  const { channel, sockets } = world;
  const move = { id: 'm1', type: 'comm_msg' as const, content: { comm_id: 'c', data: {} } };
  let sentBefore = -1;
  channel.onDidReceive(({ seq }) => {
    if (seq !== 1) return;
    expect(channel.sendComm(move)).toBe(true);
    sentBefore = sentBy(sockets.last()).filter(({ header }) => header.msg_id === 'm1').length;
  });
  world.attach();
  const sent = sentBy(sockets.last()).filter(({ header }) => header.msg_id === 'm1');
  expect([sentBefore, sent.length]).toEqual([0, 1]);
});

describe('messages of comms over lines that are cut', () => {
  const move = (id: string) => ({ id, type: 'comm_msg' as const, content: { comm_id: 'c', data: {} } });

  /** What the page sent over its line gets to the kernel, and into the journal. */
  function arrive({ sockets, hub }: Started, taken: Map<FakeSocket, number>, isHeard: boolean): void {
    const socket = sockets.last();
    const sent = sentBy(socket);
    if (!isHeard) hub.leaveAll();
    for (const message of sent.slice(taken.get(socket) ?? 0))
      if (message.header.msg_type === 'comm_msg') hub.write(message, true);
    taken.set(socket, sent.length);
  }
  const arrived = (hub: Started['hub']) => hub.frames.map(({ message }) => message.header.msg_id);

  it('arrive in order and once, whatever was cut, heard or on its way [J4, Q3]', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('send', 'arrive', 'arriveUnheard', 'cut', 'comeBack'), { maxLength: 40 }),
        async (steps) => {
          const world = start();
          world.attach();
          const sent: string[] = [];
          const taken = new Map<FakeSocket, number>();
          const comeBack = async () => {
            await world.clock.advance(60_000);
            world.attach();
          };
          for (const step of [...steps, 'cut', 'comeBack', 'arrive']) {
            if (step === 'send') {
              sent.push(`m${sent.length}`);
              expect(world.channel.sendComm(move(sent.at(-1) ?? ''))).toBe(true);
            } else if (step === 'cut') world.sockets.last().cut();
            else if (step === 'comeBack') await comeBack();
            else arrive(world, taken, step === 'arrive');
          }
          expect(arrived(world.hub)).toEqual(sent);
          world.channel.dispose();
        },
      ),
      { numRuns: 80 },
    );
  });

  it('that a hole in the journal hides are not sent again; those that never went are', async () => {
    const world = start();
    world.attach();
    world.channel.sendComm(move('on its way'));
    world.sockets.last().cut();
    world.channel.sendComm(move('later'));
    world.hub.write(stream('1', 'x'));
    world.hub.write(stream('2', 'x'));
    world.hub.forget(1);
    await world.clock.advance(0);
    world.attach();
    const again = sentBy(world.sockets.last()).filter(({ header }) => header.msg_type === 'comm_msg');
    expect(again.map(({ header }) => header.msg_id)).toEqual(['later']);
  });

  it('end with the kernel that they were for', async () => {
    const world = start();
    world.attach();
    world.channel.sendComm(move('old'));
    world.hub.write(status('restarting', 'x'));
    world.sockets.last().cut();
    await world.clock.advance(0);
    world.attach();
    expect(sentBy(world.sockets.last()).some(({ header }) => header.msg_id === 'old')).toBe(false);
    await world.channel.shutdown();
    expect(world.channel.sendComm(move('late'))).toBe(false);
  });

  it('are refused where no journal would show that they arrived', () => {
    const world = start({ hasJournal: false });
    world.sockets.last().open();
    world.sockets.last().cut();
    expect(world.channel.sendComm(move('one'))).toBe(false);
  });
});
