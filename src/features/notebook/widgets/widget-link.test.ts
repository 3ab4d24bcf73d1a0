import { asCellId, type JsonObject, type Output } from '@atelier-ide/core/notebook/model.ts';
import { WIDGET_VIEW_MIME } from '@atelier-ide/core/outputs/choose-mime.ts';
import { WIDGET_STATE_MIME } from '@atelier-ide/core/widgets/saved-widgets.ts';
import { decodeV1, encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { createMessage } from '@atelier-ide/core/wire/message.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Emitter } from '@/base/emitter.ts';
import type { FrameModel, WidgetFromPage } from '@/output-frame/widgets/widget-protocol.ts';
import { createLogService } from '@/platform/log/create-log-service.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import type { CommRequest } from '@/services/jupyter/kernels-service.ts';
import { emptyCell } from '../document/notebook-model.ts';
import { WidgetLink } from './widget-link.ts';

type Say = { parent?: string; buffers?: Uint8Array[]; isReplay?: boolean };

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

function createWorld(metadata: JsonObject = {}) {
  const clock = createFakeClock();
  const sent: CommRequest[] = [];
  let isOpen = true;
  let serial = 0;
  /** Ids of the widgets that cells show. */
  const shown = new Set<string>();
  const link = new WidgetLink({
    clock,
    log: createLogService(quiet),
    newId: () => `id-${(serial += 1)}`,
    send(request) {
      if (isOpen) sent.push(request);
      return isOpen;
    },
    metadata: () => metadata,
    cells: () => [{ ...emptyCell(asCellId('cell'), 'code'), outputs: [...shown].map(viewOf) }],
    module: async (name) => (name === 'known' ? 'define()' : null),
    isSaved: () => true,
  });
  const say = (
    type: string,
    content: JsonObject,
    { parent = 'run', buffers = [], isReplay = false }: Say = {},
  ) => {
    const ids = { id: `k${(serial += 1)}`, session: 'kernel', date: '', parent: { msg_id: parent } };
    const message = createMessage({ channel: 'iopub', type, content, buffers, ...ids });
    // Over the wire and back, as from a kernel.
    const received = decodeV1(encodeV1(message));
    return link.receive({ message: received, seq: serial, direction: 'out', isReplay });
  };
  return {
    link,
    clock,
    sent,
    shown,
    say,
    setOpen: (now: boolean) => (isOpen = now),
    open: (id: string, state: JsonObject, more: Say = {}) =>
      say('comm_open', { comm_id: id, target_name: 'jupyter.widget', data: { state } }, more),
    update: (id: string, state: JsonObject, more: Say = {}) =>
      say('comm_msg', { comm_id: id, data: { method: 'update', state } }, more),
    idle: (parent: string) => say('status', { execution_state: 'idle' }, { parent }),
  };
}

const viewOf = (id: string): Output => ({
  output_type: 'display_data',
  data: { [WIDGET_VIEW_MIME]: { model_id: id } },
  metadata: {},
});

function attach(link: WidgetLink) {
  const emitter = new Emitter<unknown>();
  const heard: WidgetFromPage[] = [];
  const line = link.attach({
    onWidgetMessage: emitter.event,
    // What goes through a port is copied.
    sendWidget: (message) => void heard.push(structuredClone(message)),
  });
  const models = () => heard.flatMap((one): FrameModel[] => (one.type === 'models' ? one.models : []));
  const send = (id: string, data: JsonObject, buffers: ArrayBuffer[] = [], messageId = 'm1') =>
    emitter.fire({ type: 'send', kind: 'comm_msg', id, messageId, data, metadata: {}, buffers });
  return { line, heard, models, send, say: (payload: unknown) => emitter.fire(payload) };
}

const slider = (value: number): JsonObject => ({
  _model_name: 'IntSliderModel',
  value,
  layout: 'IPY_MODEL_layout',
});

describe('models', () => {
  it('a frame that is made later is told what it asks for, as it is now, with all that belongs to it [J4]', () => {
    const { link, open, update } = createWorld();
    link.follow('app/kernel');
    open('layout', { _model_name: 'LayoutModel' });
    open('slider', slider(3));
    update('slider', { value: 7 });
    const frame = attach(link);
    expect(frame.heard).toEqual([]);
    frame.say({ type: 'need', id: 'slider' });
    expect(frame.models().map(({ id, isLive }) => [id, isLive])).toEqual([
      ['slider', true],
      ['layout', true],
    ]);
    expect(frame.models()[0]?.values).toMatchObject({ value: 7 });
  });

  it('a link comes with what it joins, also when it is made later [J4]', () => {
    const { link, open } = createWorld();
    const join = (a: string, b: string) => ({
      _view_name: null,
      source: [`IPY_MODEL_${a}`],
      target: [`IPY_MODEL_${b}`],
    });
    for (const id of ['a', 'b', 'c', 'd']) open(id, { _view_name: 'V' });
    open('ab', join('a', 'b'));
    const frame = attach(link);
    frame.say({ type: 'need', id: 'a' });
    expect(frame.models().map(({ id }) => id)).toEqual(['a', 'ab', 'b']);
    open('cd', join('c', 'd'));
    open('bc', join('b', 'c'));
    expect(
      frame
        .models()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['a', 'ab', 'b', 'bc', 'c', 'cd', 'd']);
  });

  it('a frame hears of the models it has, and of no others', () => {
    const { link, open, update, say } = createWorld();
    open('a', slider(1));
    open('b', slider(1));
    const frame = attach(link);
    frame.say({ type: 'need', id: 'a' });
    frame.heard.length = 0;
    update('b', { value: 2 });
    update('a', { value: 2 });
    say('comm_close', { comm_id: 'b' });
    say('comm_close', { comm_id: 'a' });
    expect(frame.heard.map((one) => [one.type, 'id' in one ? one.id : ''])).toEqual([
      ['message', 'a'],
      ['close', 'a'],
    ]);
    expect(link.want('a')).toBe('closed');
  });

  it('what was drawn before this page is not told again; values are', () => {
    const { link, open, say, update } = createWorld();
    open('a', slider(1));
    const frame = attach(link);
    frame.say({ type: 'need', id: 'a' });
    frame.heard.length = 0;
    const custom = { comm_id: 'a', data: { method: 'custom', content: {} } };
    say('comm_msg', custom, { isReplay: true });
    update('a', { value: 2 }, { isReplay: true });
    say('comm_msg', custom);
    const methods = frame.heard.map((one) => (one.type === 'message' ? one.data['method'] : one.type));
    expect(methods).toEqual(['update', 'custom']);
  });

  it('a kernel that starts anew leaves what is shown, and takes nothing any more', () => {
    const { link, open, say, sent, shown } = createWorld();
    shown.add('a');
    link.follow('app/kernel');
    open('a', slider(4));
    const frame = attach(link);
    frame.say({ type: 'need', id: 'a' });
    say('status', { execution_state: 'restarting' }, { parent: '' });
    expect(frame.heard.at(-1)).toEqual({ type: 'disconnected' });
    frame.send('a', { method: 'update', state: { value: 5 } });
    expect(sent.filter(({ content }) => content['comm_id'] === 'a')).toEqual([]);
    expect(frame.heard.at(-1)).toEqual({ type: 'done', messageId: 'm1' });
    const later = attach(link);
    later.say({ type: 'need', id: 'a' });
    expect(later.models()[0]).toMatchObject({ id: 'a', isLive: false, values: { value: 4 } });
    expect(link.want('a')).toBe('past');
  });

  it('of kernels that are gone only what cells show is kept, with what it is made of', () => {
    const { link, open, say, shown } = createWorld();
    link.follow('app/kernel');
    shown.add('box');
    for (let n = 0; n < 50; n += 1) {
      open(`leaf-${n}`, slider(n));
      open(`lost-${n}`, slider(n));
      link.want(`lost-${n}`);
      open('box', { ...slider(n), children: [`IPY_MODEL_leaf-${n}`] });
      say('status', { execution_state: 'restarting' }, { parent: '' });
    }
    expect(link.want('box')).toBe('past');
    expect(link.want('leaf-49')).toBe('past');
    for (const id of ['leaf-0', 'leaf-48']) expect(link.want(id)).not.toBe('past');
    const { places } = link.store.getState();
    expect(Object.keys(places).filter((id) => id.startsWith('lost'))).toEqual([]);
  });
});

describe('messages to the kernel', () => {
  it('go out with their bytes; the frame hears when the kernel is done with them', () => {
    const { link, open, sent, idle, say } = createWorld();
    open('a', slider(1));
    const frame = attach(link);
    frame.say({ type: 'need', id: 'a' });
    frame.heard.length = 0;
    frame.send('a', { method: 'update', state: { value: 2 } }, [Uint8Array.of(1, 2).buffer]);
    const [request] = sent;
    expect(request).toMatchObject({
      type: 'comm_msg',
      content: { comm_id: 'a', data: { state: { value: 2 } } },
    });
    expect(request?.buffers).toEqual([Uint8Array.of(1, 2)]);
    const echo = { comm_id: 'a', data: { method: 'echo_update', state: { value: 2 } } };
    say('comm_msg', echo, { parent: request?.id ?? '' });
    idle(request?.id ?? '');
    expect(frame.heard).toMatchObject([
      { type: 'message', parentId: 'm1' },
      { type: 'done', messageId: 'm1' },
    ]);
    const other = attach(link);
    other.say({ type: 'need', id: 'a' });
    expect(other.models()[0]?.values).toMatchObject({ value: 2 });
  });

  it('over a cut line are done at once, so that the next can go', () => {
    const { link, open, setOpen } = createWorld();
    open('a', slider(1));
    const frame = attach(link);
    setOpen(false);
    frame.send('a', { method: 'update', state: {} });
    expect(frame.heard.at(-1)).toEqual({ type: 'done', messageId: 'm1' });
  });

  it('that were under way when the line was cut hold nothing up; an answer that comes after all is no second one', () => {
    const { link, open, sent, idle } = createWorld();
    open('a', slider(1));
    const frame = attach(link);
    frame.say({ type: 'need', id: 'a' });
    frame.heard.length = 0;
    frame.send('a', { method: 'update', state: { value: 2 } });
    link.didCut();
    idle(sent[0]?.id ?? '');
    expect(frame.heard).toEqual([{ type: 'done', messageId: 'm1' }]);
  });

  it('to anything but a widget of the kernel, or of another kind, go nowhere', () => {
    const { link, open, sent } = createWorld();
    open('a', slider(1));
    const frame = attach(link);
    frame.send('somebody-else', { method: 'update', state: {} });
    frame.say({
      type: 'send',
      kind: 'execute_request',
      id: 'a',
      messageId: 'x',
      data: {},
      metadata: {},
      buffers: [],
    });
    frame.say({
      type: 'send',
      kind: 'comm_msg',
      id: 'a',
      messageId: 'x y',
      data: {},
      metadata: {},
      buffers: [],
    });
    frame.say({
      type: 'send',
      kind: 'comm_msg',
      id: 'a',
      messageId: 'x',
      data: {},
      metadata: {},
      buffers: ['no'],
    });
    frame.say({ type: 'module', name: '../x', version: '1' });
    frame.say('nothing');
    expect(sent).toEqual([]);
    expect(frame.heard).toEqual([{ type: 'done', messageId: 'm1' }]);
  });
});

describe('bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 30 });
  const key = fc.string({ minLength: 1, maxLength: 5 }).filter((name) => name !== '__proto__');
  const parts = fc.array(fc.record({ path: fc.array(fc.oneof(key, fc.nat(5)), { maxLength: 3 }), bytes }), {
    maxLength: 5,
  });

  it('any message with bytes at any depth survives both ways [J4]', () => {
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), parts, (values, binary) => {
        const { link, say, sent } = createWorld();
        const state = JSON.parse(JSON.stringify(values)) as JsonObject;
        const placed = binary.map((part, index) => ({ ...part, path: [`bytes${index}`, ...part.path] }));
        const buffer_paths = placed.map(({ path }) => path);
        const buffers = placed.map((part) => part.bytes);
        say(
          'comm_open',
          { comm_id: 'a', target_name: 'jupyter.widget', data: { state, buffer_paths } },
          { buffers },
        );
        const frame = attach(link);
        frame.say({ type: 'need', id: 'a' });
        const [model] = frame.models();
        expect(model?.values).toEqual(state);
        expect(model?.paths).toEqual(buffer_paths);
        expect(model?.buffers.map((one) => new Uint8Array(one))).toEqual(buffers);
        frame.heard.length = 0;
        say('comm_msg', { comm_id: 'a', data: { method: 'update', state, buffer_paths } }, { buffers });
        const [update] = frame.heard;
        if (update?.type !== 'message') throw new Error('no message');
        expect(update.data).toEqual({ method: 'update', state, buffer_paths });
        expect(update.buffers.map((one) => new Uint8Array(one))).toEqual(buffers);
        frame.send('a', { method: 'update', state, buffer_paths }, update.buffers);
        expect(sent[0]?.content['data']).toEqual({ method: 'update', state, buffer_paths });
        expect(sent[0]?.buffers).toEqual(buffers);
      }),
    );
  });
});

describe('widgets from before this page', () => {
  const states = {
    a: { model_name: 'M', model_module: 'x', model_module_version: '1', state: { value: 9 } },
  };
  const saved: JsonObject = {
    widgets: {
      [WIDGET_STATE_MIME]: {
        version_major: 2,
        version_minor: 0,
        state: { a: { model_name: 'M', model_module: 'x', model_module_version: '1', state: { value: 8 } } },
      },
    },
  };
  const question = (sent: readonly CommRequest[]) => sent.find(({ type }) => type === 'comm_msg');

  it('are asked of the kernel once, when something shows one; a frame waits for the answer [J4]', () => {
    const { link, sent, say } = createWorld();
    link.follow('app/kernel');
    expect(sent).toEqual([]);
    const frame = attach(link);
    frame.say({ type: 'need', id: 'a' });
    expect(link.want('a')).toBe('asking');
    link.want('b');
    expect(sent.map(({ type }) => type)).toEqual(['comm_open', 'comm_msg']);
    expect(sent[0]?.content['target_name']).toBe('jupyter.widget.control');
    expect(frame.heard).toEqual([]);
    say('comm_msg', { comm_id: 'c', data: { method: 'update_states', states, buffer_paths: [] } });
    expect(frame.models()).toMatchObject([{ id: 'a', isLive: true, values: { value: 9 } }]);
    expect([link.want('a'), link.want('b')]).toEqual(['live', 'missing']);
  });

  it('a kernel that knows no widgets goes past the question', () => {
    const { link, sent, idle } = createWorld();
    link.follow('app/kernel');
    const frame = attach(link);
    frame.say({ type: 'need', id: 'a' });
    idle(question(sent)?.id ?? '');
    expect(frame.heard).toEqual([{ type: 'missing', id: 'a' }]);
  });

  it('a question over a cut line is asked when the line stands', () => {
    const world = createWorld();
    world.setOpen(false);
    world.link.follow('app/kernel');
    world.link.want('a');
    expect(world.sent).toEqual([]);
    expect(world.link.want('a')).toBe('asking');
    world.setOpen(true);
    world.link.didConnect();
    world.link.didConnect();
    expect(world.sent.map(({ type }) => type)).toEqual(['comm_open', 'comm_msg']);
  });

  it('saved ones are used when a person allowed it, and become live when the kernel has them', () => {
    const { link, say, shown } = createWorld(saved);
    shown.add('a');
    expect(link.want('a')).toBe('saved');
    const frame = attach(link);
    frame.say({ type: 'need', id: 'a' });
    expect(frame.heard).toEqual([{ type: 'missing', id: 'a' }]);
    link.allow('a');
    frame.say({ type: 'need', id: 'a' });
    expect(frame.models()).toMatchObject([{ id: 'a', isLive: false, values: { value: 8 } }]);
    link.follow('app/kernel');
    say('comm_msg', { comm_id: 'c', data: { method: 'update_states', states, buffer_paths: [] } });
    expect(frame.models().at(-1)).toMatchObject({ isLive: true, values: { value: 9 } });
    expect(link.want('a')).toBe('live');
  });

  it('the file gets those that cells show, and keeps its own where nothing newer is known', () => {
    const view = { 'application/vnd.jupyter.widget-view+json': { model_id: 'a' } };
    const outputs = [{ output_type: 'display_data' as const, data: view, metadata: {} }];
    const cells = [{ outputs }] as unknown as Parameters<WidgetLink['metadataToWrite']>[1];
    const { link, open } = createWorld(saved);
    expect(link.metadataToWrite(saved, cells)).toBe(saved);
    open('a', { _model_name: 'M', value: 10 });
    open('b', { _model_name: 'M' });
    const written = JSON.stringify(link.metadataToWrite({}, cells));
    expect(written).toContain('"value":10');
    expect(written).not.toContain('"b"');
    expect(link.metadataToWrite({ x: 1 }, [])).toEqual({ x: 1 });
  });
});

describe('Output widgets', () => {
  it('take what is printed for them: shown soon, told to the kernel at the end [J4]', async () => {
    const { link, open, update, say, idle, sent, clock } = createWorld();
    open('out', { _model_name: 'OutputModel', msg_id: '', outputs: [] });
    const frame = attach(link);
    frame.say({ type: 'need', id: 'out' });
    frame.heard.length = 0;
    update('out', { msg_id: 'run' });
    const print = (text: string) => say('stream', { name: 'stdout', text });
    expect(print('a')).toBe(true);
    expect(print('b')).toBe(true);
    expect(say('stream', { name: 'stdout', text: 'x' }, { parent: 'other' })).toBe(false);
    await clock.advance(60);
    const shown = frame.heard.at(-1);
    expect(shown).toMatchObject({ data: { state: { outputs: [{ text: 'ab' }] } } });
    expect(sent).toEqual([]);
    idle('run');
    expect(sent).toMatchObject([
      { content: { comm_id: 'out', data: { state: { outputs: [{ text: 'ab' }] } } } },
    ]);
  });

  it('a replay tells the kernel nothing', () => {
    const { link, open, say, idle, sent } = createWorld();
    open('out', { _model_name: 'OutputModel', msg_id: 'run', outputs: [] }, { isReplay: true });
    expect(say('stream', { name: 'stdout', text: 'a' }, { isReplay: true })).toBe(true);
    idle('run');
    expect(sent).toEqual([]);
    const frame = attach(link);
    frame.say({ type: 'need', id: 'out' });
    expect(frame.models()[0]?.values['outputs']).toMatchObject([{ text: 'a' }]);
  });
});

it('a module that the environment has is handed on; one that it has not is said', async () => {
  const { link, clock } = createWorld();
  const frame = attach(link);
  frame.say({ type: 'module', name: 'known', version: '1' });
  frame.say({ type: 'module', name: '@scope/unknown', version: '1' });
  await clock.settle();
  expect(frame.heard).toEqual([
    { type: 'module', name: 'known', code: 'define()' },
    { type: 'module', name: '@scope/unknown', code: null },
  ]);
});
