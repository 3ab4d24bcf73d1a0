import { decodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { createMessage, type JupyterMessage } from '@atelier-ide/core/wire/message.ts';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { createFakeLog } from '../fake-backend.ts';
import { createFakeLineWorld } from '../fake-line-world.ts';
import { createFakeHub, status } from './fake-hub.ts';
import { createKernelChannel } from './kernel-channel.ts';

const DATE = '2026-11-23T00:00:00.000Z';

function start({ subshells = true } = {}) {
  const { world, sockets, clock } = createFakeLineWorld();
  const hub = createFakeHub();
  let ids = 0;
  const channel = createKernelChannel({
    appId: 'a',
    kernelId: 'k',
    url: 'ws://studio.test/jupyter/u/a/api/kernels/k/channels',
    after: undefined,
    hasJournal: true,
    world,
    log: createFakeLog(),
    newId: () => `id-${ids++}`,
    api: {
      state: async () => 'idle',
      interrupt: async () => undefined,
      restart: async () => undefined,
      shutdown: async () => undefined,
    },
    isAppGone: () => false,
  });
  hub.accept(sockets.last());
  const sent = (type?: string): JupyterMessage[] =>
    sockets
      .last()
      .sent.map((one) => decodeV1(typeof one === 'string' ? new TextEncoder().encode(one) : one))
      .filter(({ header }) => type === undefined || header.msg_type === type);
  const newest = (type: string): JupyterMessage => {
    const message = sent(type).at(-1);
    if (!message) throw new Error(`No ${type} was sent`);
    return message;
  };
  let replies = 0;
  const reply = (to: JupyterMessage, content: JsonObject) =>
    hub.write(
      createMessage({
        channel: to.channel,
        type: to.header.msg_type.replace('_request', '_reply'),
        content: { status: 'ok', ...content },
        id: `reply-${replies++}`,
        session: 'kernel',
        date: DATE,
        parent: to.header,
      }),
    );
  const info = () =>
    reply(newest('kernel_info_request'), {
      language_info: { name: 'python' },
      supported_features: subshells ? ['kernel subshells'] : [],
    });
  const subshell = async (id = 's1') => {
    await clock.settle();
    reply(newest('create_subshell_request'), { subshell_id: id });
    await clock.settle();
  };
  return { sockets, clock, hub, channel, sent, newest, reply, info, subshell, assist: channel.assist };
}

const matches = (...texts: string[]) => ({ matches: texts, cursor_start: 3, cursor_end: 5, metadata: {} });

describe('questions about code', () => {
  it('are asked in a subshell, so that a running cell does not hold them up [K1]', async () => {
    const world = start();
    world.info();
    world.hub.write(status('busy', 'cell'));
    const answer = world.assist.complete('os.pa', 5);
    await world.subshell();
    const request = world.newest('complete_request');
    expect(request).toMatchObject({ channel: 'shell', header: { subshell_id: 's1' } });
    expect(request.content).toEqual({ code: 'os.pa', cursor_pos: 5 });
    world.reply(request, matches('path'));
    expect(await answer).toEqual({
      ok: true,
      value: [{ text: 'path', start: 3, end: 5, type: '', signature: '' }],
    });
  });

  it('tell what ran before, the oldest first, without what is empty [F9]', async () => {
    const world = start();
    world.info();
    const answer = world.assist.history(3);
    await world.subshell();
    const request = world.newest('history_request');
    expect(request.content).toEqual({ output: false, raw: true, hist_access_type: 'tail', n: 3 });
    world.reply(request, { history: [[0, 7, 'a = 1'], [0, 8, ' '], [1, 1, 'a'], 'odd'] });
    expect(await answer).toEqual({ ok: true, value: ['a = 1', 'a'] });
  });

  it('share one subshell, made with the first of them', async () => {
    const world = start();
    world.info();
    void world.assist.complete('a', 1);
    void world.assist.inspect('a', 1);
    await world.subshell();
    void world.assist.complete('ab', 2);
    await world.clock.settle();
    expect(world.sent('create_subshell_request')).toHaveLength(1);
    expect(world.sent('complete_request').map(({ header }) => header.subshell_id)).toEqual(['s1', 's1']);
    expect(world.newest('inspect_request').header.subshell_id).toBe('s1');
  });

  it('ask a busy kernel on its control channel what it can do', async () => {
    const world = start();
    world.hub.write(status('busy', 'cell'));
    const answer = world.assist.complete('a', 1);
    expect(world.newest('kernel_info_request').channel).toBe('control');
    world.info();
    await world.subshell();
    world.reply(world.newest('complete_request'), matches('abs'));
    expect(await answer).toMatchObject({ ok: true });
  });

  it('are not sent while a kernel without subshells works, and are when it is idle', async () => {
    const world = start({ subshells: false });
    world.info();
    world.hub.write(status('busy', 'cell'));
    const busy = world.assist.complete('a', 1);
    expect(await busy).toEqual({ ok: false, why: 'busy' });
    expect(world.sent('complete_request')).toEqual([]);
    world.hub.write(status('idle', 'cell'));
    const idle = world.assist.complete('a', 1);
    await world.clock.settle();
    world.reply(world.newest('complete_request'), matches('abs'));
    expect(await idle).toMatchObject({ ok: true });
  });

  it('are given up after a time; an answer that comes later is dropped', async () => {
    const world = start();
    world.info();
    const answer = world.assist.complete('a', 1);
    await world.subshell();
    await world.clock.advance(10_000);
    expect(await answer).toEqual({ ok: false, why: 'late' });
    world.reply(world.newest('complete_request'), matches('abs'));
    const next = world.assist.complete('b', 1);
    await world.clock.settle();
    world.reply(world.newest('complete_request'), matches('bool'));
    expect(await next).toMatchObject({ ok: true, value: [{ text: 'bool' }] });
  });

  it('can be taken back', async () => {
    const world = start();
    world.info();
    const taken = new AbortController();
    const answer = world.assist.complete('a', 1, taken.signal);
    await world.subshell();
    taken.abort();
    expect(await answer).toEqual({ ok: false, why: 'cut' });
  });

  it('end with the process that was asked, and the next one gets a subshell of its own', async () => {
    const world = start();
    world.info();
    const answer = world.assist.complete('a', 1);
    await world.subshell('s1');
    const old = world.newest('complete_request');
    world.hub.write(status('restarting', ''));
    expect(await answer).toEqual({ ok: false, why: 'cut' });
    world.hub.write(status('idle', 'x'));
    const next = world.assist.complete('b', 1);
    await world.subshell('s2');
    world.reply(old, matches('old'));
    const request = world.newest('complete_request');
    expect(request.header.subshell_id).toBe('s2');
    world.reply(request, matches('new'));
    expect(await next).toMatchObject({ value: [{ text: 'new' }] });
  });

  it('go to the new process when the old one ends before anything was asked of it', async () => {
    const world = start();
    world.info();
    const answer = world.assist.complete('a', 1);
    world.hub.write(status('starting', ''));
    await world.subshell('s2');
    const request = world.newest('complete_request');
    expect(request.header.subshell_id).toBe('s2');
    world.reply(request, matches('abs'));
    expect(await answer).toMatchObject({ value: [{ text: 'abs' }] });
  });

  it('end when the line is cut; over the next line another subshell is made and the former one ended', async () => {
    const world = start();
    world.info();
    const answer = world.assist.complete('a', 1);
    await world.subshell('s1');
    world.sockets.last().cut();
    expect(await answer).toEqual({ ok: false, why: 'cut' });
    expect(await world.assist.complete('a', 1)).toEqual({ ok: false, why: 'cut' });
    await world.clock.advance(60_000);
    world.hub.accept(world.sockets.last());
    void world.assist.complete('a', 1);
    await world.subshell('s2');
    expect(world.newest('delete_subshell_request').content).toEqual({ subshell_id: 's1' });
    expect(world.newest('complete_request').header.subshell_id).toBe('s2');
  });

  it('make a new subshell after theirs was ended by somebody else', async () => {
    const world = start();
    world.info();
    const answer = world.assist.complete('a', 1);
    await world.subshell('s1');
    world.reply(world.newest('complete_request'), { status: 'error', ename: 'UnknownSubshellError' });
    expect(await answer).toEqual({ ok: true, value: [] });
    void world.assist.complete('a', 1);
    await world.subshell('s2');
    expect(world.newest('complete_request').header.subshell_id).toBe('s2');
  });

  it('leave no subshell behind when the notebook lets the kernel go', async () => {
    const world = start();
    world.info();
    void world.assist.complete('a', 1);
    await world.subshell('s1');
    const socket = world.sockets.last();
    world.channel.dispose();
    const last = socket.sent.map((one) => decodeV1(one as Uint8Array)).at(-1);
    expect(last).toMatchObject({
      channel: 'control',
      header: { msg_type: 'delete_subshell_request' },
      content: { subshell_id: 's1' },
    });
  });

  it('speak of places in code points to the kernel and in UTF-16 units to the editor', async () => {
    const world = start();
    world.info();
    const code = 's = "🦊🦊"; os.pa';
    const answer = world.assist.complete(code, code.length);
    await world.subshell();
    const request = world.newest('complete_request');
    expect(request.content['cursor_pos']).toBe(code.length - 2);
    const points = code.length - 2;
    const place = { start: points - 2, end: points };
    world.reply(request, {
      matches: ['path'],
      cursor_start: points - 2,
      cursor_end: points,
      metadata: {
        _jupyter_types_experimental: [{ ...place, text: 'path', type: 'module', signature: '<unknown>' }],
      },
    });
    expect(await answer).toEqual({
      ok: true,
      value: [{ text: 'path', start: code.length - 2, end: code.length, type: 'module', signature: '' }],
    });
  });

  it('tell what the kernel knows of a name, or that it knows nothing', async () => {
    const world = start();
    world.info();
    const known = world.assist.inspect('abs', 3, { detail: 1 });
    await world.subshell();
    expect(world.newest('inspect_request').content['detail_level']).toBe(1);
    world.reply(world.newest('inspect_request'), { found: true, data: { 'text/plain': 'abs(x)' } });
    expect(await known).toEqual({ ok: true, value: { text: 'abs(x)' } });
    const unknown = world.assist.inspect('zzz', 3);
    await world.clock.settle();
    world.reply(world.newest('inspect_request'), { found: false, data: {} });
    expect(await unknown).toEqual({ ok: true, value: null });
  });
});

describe('messages of comms', () => {
  const move = (id: string) => ({ id, type: 'comm_msg' as const, content: { comm_id: 'c', data: {} } });

  it('go to the main shell of an idle kernel, and past a running cell where the kernel can [J4]', async () => {
    const world = start();
    world.info();
    expect(world.channel.sendComm({ ...move('one'), buffers: [Uint8Array.of(1, 2)] })).toBe(true);
    expect(world.newest('comm_msg')).toMatchObject({ channel: 'shell', buffers: [Uint8Array.of(1, 2)] });
    expect(world.newest('comm_msg').header.subshell_id).toBeUndefined();
    world.hub.write(status('busy', 'cell'));
    expect(world.channel.sendComm(move('two'))).toBe(true);
    expect(world.channel.sendComm(move('three'))).toBe(true);
    await world.subshell();
    const passed = world.sent('comm_msg').slice(1);
    expect(passed.map(({ header }) => [header.msg_id, header.subshell_id])).toEqual([
      ['two', 's1'],
      ['three', 's1'],
    ]);
  });

  it('wait behind the cell where the kernel has no subshells', async () => {
    const world = start({ subshells: false });
    world.info();
    world.hub.write(status('busy', 'cell'));
    expect(world.channel.sendComm(move('one'))).toBe(true);
    await world.clock.settle();
    expect(world.newest('comm_msg').header.subshell_id).toBeUndefined();
  });
});
