import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../notebook/model.ts';
import { fromBase64, toBase64 } from './base64.ts';
import {
  reachable,
  readSavedWidgets,
  viewsOf,
  WIDGET_STATE_MIME,
  withSavedWidgets,
} from './saved-widgets.ts';
import type { WidgetModel } from './widget-book.ts';

const model = (values: JsonObject, name = 'IntSliderModel', bytes?: Uint8Array): WidgetModel => ({
  name,
  module: '@jupyter-widgets/controls',
  version: '2.0.0',
  state: { values, binary: bytes ? [{ path: ['raw'], bytes }] : [] },
});

const view = (id: string) => ({
  output_type: 'display_data' as const,
  data: { 'application/vnd.jupyter.widget-view+json': { model_id: id, version_major: 2, version_minor: 0 } },
  metadata: {},
});

describe('base64', () => {
  it('is that of RFC 4648, and is read back', () => {
    const letters = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const written = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar', '\u00fb\u00ff'].map((text) =>
      toBase64(letters(text)),
    );
    expect(written).toEqual(['', 'Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', 'Zm9vYmE=', 'Zm9vYmFy', '+/8=']);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  it('skips line breaks and refuses what is none', () => {
    expect(fromBase64('AQI\nDBA==')).toEqual(Uint8Array.of(1, 2, 3, 4));
    expect(fromBase64('A')).toBeNull();
    expect(fromBase64('A%AA')).toBeNull();
  });
});

describe('widgets in a file', () => {
  it('come back as they were written, with their bytes [J4]', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.dictionary(fc.string(), fc.jsonValue()), (bytes, values) => {
        const plain = JSON.parse(JSON.stringify(values)) as JsonObject;
        const models = new Map([['a', model(plain, 'FileModel', bytes)]]);
        const metadata = withSavedWidgets({ other: 1 }, models);
        const read = readSavedWidgets(JSON.parse(JSON.stringify(metadata)) as JsonObject);
        expect(read).toEqual(models);
        expect(metadata['other']).toBe(1);
      }),
    );
  });

  it('the same widgets change nothing; none leave no trace', () => {
    const metadata = { kernelspec: {} };
    const models = new Map([['a', model({ value: 1 })]]);
    const first = withSavedWidgets(metadata, models);
    expect(withSavedWidgets(first, new Map(models))).toBe(first);
    expect(withSavedWidgets(first, new Map())).toEqual(metadata);
    expect(withSavedWidgets(metadata, new Map())).toBe(metadata);
    const others = { widgets: { 'x/y': 1 } };
    expect(withSavedWidgets(withSavedWidgets(others, models), new Map())).toEqual(others);
  });

  it('reads what other programs wrote: hex, and nothing of an unknown version', () => {
    const state = {
      m: {
        model_name: 'M',
        model_module: 'x',
        state: {},
        buffers: [{ data: '00ff', path: ['b'], encoding: 'hex' }],
      },
      broken: 3,
    };
    const saved = (version_major: number) => ({ widgets: { [WIDGET_STATE_MIME]: { version_major, state } } });
    const read = readSavedWidgets(saved(2));
    expect([...read.keys()]).toEqual(['m']);
    expect(read.get('m')?.state.binary).toEqual([{ path: ['b'], bytes: Uint8Array.of(0, 255) }]);
    expect(readSavedWidgets(saved(3)).size).toBe(0);
    expect(readSavedWidgets({ widgets: 'no' }).size).toBe(0);
  });

  it('are also those that work on what views reach, and none that work on others [J4]', () => {
    const link = (...ids: string[]) =>
      model({
        _view_name: null,
        source: [`IPY_MODEL_${ids[0]}`, 'value'],
        target: [`IPY_MODEL_${ids[1]}`, 'value'],
      });
    const models = new Map([
      ['a', model({ _view_name: 'V' })],
      ['b', model({ _view_name: 'V' })],
      ['parent', model({ _view_name: 'V', children: ['IPY_MODEL_a'] })],
      ['link', link('a', 'b')],
      ['next', link('b', 'c')],
      ['c', model({ _view_name: 'V' })],
      ['other', link('x', 'y')],
    ]);
    expect(new Set(reachable(['a'], models).keys())).toEqual(new Set(['a', 'link', 'b', 'next', 'c']));
  });

  it('are those that views reach: through children, layouts, and outputs of Output widgets', () => {
    const models = new Map([
      ['box', model({ children: ['IPY_MODEL_a', 'IPY_MODEL_out'], layout: 'IPY_MODEL_l' })],
      ['a', model({ _view_name: 'V', deep: { list: [['IPY_MODEL_box']] } })],
      ['l', model({})],
      ['out', model({ outputs: [view('inner')] as unknown as JsonObject[] }, 'OutputModel')],
      ['inner', model({})],
      ['alone', model({ _view_name: 'V', children: ['IPY_MODEL_a'] })],
    ]);
    expect(viewsOf([view('box'), { output_type: 'stream', name: 'stdout', text: '' }])).toEqual(['box']);
    expect(new Set(reachable(['box'], models).keys())).toEqual(new Set(['box', 'a', 'l', 'out', 'inner']));
  });
});
