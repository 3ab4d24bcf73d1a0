import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../notebook/model.ts';
import { createMessage, type JupyterMessage } from '../wire/message.ts';
import { OutputCapture } from './output-capture.ts';
import { WidgetBook } from './widget-book.ts';

type Parts = { parent?: string; buffers?: Uint8Array[] };

function message(
  type: string,
  content: JsonObject,
  { parent = 'run', buffers = [] }: Parts = {},
): JupyterMessage {
  return createMessage({
    channel: 'iopub',
    type,
    content,
    id: 'm',
    session: 'kernel',
    date: '2026-11-23T00:00:00.000Z',
    parent: { msg_id: parent },
    buffers,
  });
}

const open = (id: string, state: JsonObject, paths: JsonObject[string] = [], buffers: Uint8Array[] = []) =>
  message(
    'comm_open',
    { comm_id: id, target_name: 'jupyter.widget', data: { state, buffer_paths: paths } },
    { buffers },
  );
const update = (id: string, state: JsonObject, more: JsonObject = {}, buffers: Uint8Array[] = []) =>
  message('comm_msg', { comm_id: id, data: { method: 'update', state, ...more } }, { buffers });
const stream = (text: string, parent = 'run') => message('stream', { name: 'stdout', text }, { parent });

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('WidgetBook', () => {
  it('knows a model from its opening to its close', () => {
    const book = new WidgetBook();
    expect(book.receive(open('a', { _model_name: 'M', _model_module: 'x', value: 1 }))).toEqual({
      kind: 'open',
      id: 'a',
    });
    book.receive(update('a', { value: 2 }));
    expect(book.models.get('a')).toMatchObject({ name: 'M', module: 'x', state: { values: { value: 2 } } });
    expect(book.receive(message('comm_close', { comm_id: 'a' }))).toEqual({ kind: 'close', id: 'a' });
    expect(book.models.size).toBe(0);
    expect(book.receive(update('a', { value: 3 }))).toBeNull();
  });

  it('leaves comms of others alone', () => {
    const book = new WidgetBook();
    const other = message('comm_open', { comm_id: 'b', target_name: 'my.target', data: {} });
    expect(book.receive(other)).toBeNull();
    expect(book.receive(stream('x'))).toBeNull();
    expect(book.models.size).toBe(0);
  });

  it('an update replaces the bytes of its attributes and of no others', () => {
    const book = new WidgetBook();
    book.receive(
      open(
        'a',
        { list: [null, 1], keep: {} },
        [['list', 0], ['keep', 'b'], ['raw']],
        [bytes(1), bytes(2), bytes(3)],
      ),
    );
    book.receive(update('a', { list: [5] }));
    expect(book.models.get('a')?.state.binary).toEqual([
      { path: ['keep', 'b'], bytes: bytes(2) },
      { path: ['raw'], bytes: bytes(3) },
    ]);
    book.receive(update('a', { raw: null }));
    book.receive(update('a', {}, { buffer_paths: [['raw']] }, [bytes(9)]));
    const { values, binary } = book.models.get('a')?.state ?? {};
    expect(values).toEqual({ list: [5], keep: {} });
    expect(binary?.at(-1)).toEqual({ path: ['raw'], bytes: bytes(9) });
  });

  it('takes all states that a kernel tells, each with its bytes', () => {
    const book = new WidgetBook();
    const states = {
      a: { model_name: 'A', model_module: 'x', model_module_version: '1', state: { v: 1 } },
      b: { model_name: 'B', model_module: 'x', model_module_version: '1', state: {} },
    };
    const ids = book.takeStates({ states, buffer_paths: [['b', 'deep', 0], ['nobody']] }, [
      bytes(7),
      bytes(8),
    ]);
    expect(ids).toEqual(['a', 'b']);
    expect(book.models.get('b')?.state.binary).toEqual([{ path: ['deep', 0], bytes: bytes(7) }]);
    expect(book.models.get('a')?.state).toEqual({ values: { v: 1 }, binary: [] });
  });
});

describe('OutputCapture', () => {
  function world() {
    const book = new WidgetBook();
    const capture = new OutputCapture(book);
    const say = (one: JupyterMessage) => {
      const change = book.receive(one);
      if (change) capture.didChange(change);
      return capture.receive(one);
    };
    const texts = (id: string) => capture.outputsOf(id).map((output) => output['text']);
    return { say, texts };
  }
  const output = (id: string, state: JsonObject = {}) =>
    open(id, { _model_name: 'OutputModel', msg_id: '', ...state });

  it('takes what is printed between its beginning and its end, of its request only [J4]', () => {
    const { say, texts } = world();
    say(output('out'));
    expect(say(stream('before'))).toBeNull();
    say(update('out', { msg_id: 'run' }));
    expect(say(stream('a'))).toBe('out');
    expect(say(stream('other', 'another'))).toBeNull();
    expect(say(stream('b'))).toBe('out');
    say(update('out', { msg_id: '' }));
    expect(say(stream('after'))).toBeNull();
    expect(texts('out')).toEqual(['ab']);
  });

  it('the innermost of several takes it', () => {
    const { say, texts } = world();
    say(output('one'));
    say(output('two'));
    say(update('one', { msg_id: 'run' }));
    say(update('two', { msg_id: 'run' }));
    say(stream('inner'));
    say(update('two', { msg_id: '' }));
    say(stream('outer'));
    expect([texts('one'), texts('two')]).toEqual([['outer'], ['inner']]);
  });

  it('goes on from outputs it had, clears when told, and takes those that the kernel sets', () => {
    const { say, texts } = world();
    say(output('out', { msg_id: 'run', outputs: [{ output_type: 'stream', name: 'stdout', text: 'old ' }] }));
    say(stream('new'));
    expect(texts('out')).toEqual(['old new']);
    say(message('clear_output', { wait: true }));
    say(stream('fresh'));
    expect(texts('out')).toEqual(['fresh']);
    say(update('out', { outputs: [] }));
    say(stream('again'));
    expect(texts('out')).toEqual(['again']);
  });

  it('an echo of what this page told changes nothing', () => {
    const { say, texts } = world();
    say(output('out', { msg_id: 'run' }));
    say(stream('a'));
    say(message('comm_msg', { comm_id: 'out', data: { method: 'echo_update', state: { outputs: [] } } }));
    say(stream('b'));
    expect(texts('out')).toEqual(['ab']);
  });

  it('a closed widget takes nothing any more', () => {
    const { say } = world();
    say(output('out', { msg_id: 'run' }));
    say(message('comm_close', { comm_id: 'out' }));
    expect(say(stream('a'))).toBeNull();
  });
});
