import { describe, expect, it } from 'vitest';
import { chooseMime, rankedMimes, WIDGET_VIEW_MIME } from './choose-mime.ts';

const plain = { 'text/plain': 'x' };
const all = () => true;

describe('chooseMime', () => {
  it('takes the richest form that can be shown [J1]', () => {
    const data = { ...plain, 'image/png': 'p', 'text/html': '<b>x</b>' };
    expect(chooseMime(data, { supported: all, allowScript: true })).toEqual({ mime: 'text/html' });
    expect(chooseMime(data, { supported: new Set(['text/plain', 'image/png']), allowScript: true })).toEqual({
      mime: 'image/png',
      skipped: { mime: 'text/html', reason: 'no-renderer' },
    });
  });

  it('says why a widget is shown as text', () => {
    const data = { ...plain, [WIDGET_VIEW_MIME]: { model_id: 'm' } };
    expect(chooseMime(data, { supported: new Set(['text/plain']), allowScript: true })).toEqual({
      mime: 'text/plain',
      skipped: { mime: WIDGET_VIEW_MIME, reason: 'no-widget-manager' },
    });
  });

  it.each([
    'application/javascript',
    'application/vnd.plotly.v1+json',
    'application/vnd.vegalite.v5+json',
    'application/vnd.vegalite.v6.json',
    WIDGET_VIEW_MIME,
  ])('does not take %s where script is not allowed', (mime) => {
    expect(chooseMime({ ...plain, [mime]: {} }, { supported: all, allowScript: false })).toEqual({
      mime: 'text/plain',
      skipped: { mime, reason: 'script-not-allowed' },
    });
  });

  it('has nothing to show of an empty bundle, or of one without renderers', () => {
    expect(chooseMime({}, { supported: all, allowScript: true })).toEqual({ mime: undefined });
    expect(chooseMime({ 'x/y': '' }, { supported: new Set(), allowScript: true })).toEqual({
      mime: undefined,
      skipped: { mime: 'x/y', reason: 'no-renderer' },
    });
  });

  it('ranks unknown types above plain text and below the known ones', () => {
    const data = { ...plain, 'x/y': '', 'application/x+json': {}, 'application/json': {}, 'text/latex': '' };
    expect(rankedMimes(data)).toEqual([
      'text/latex',
      'application/json',
      'application/x+json',
      'x/y',
      'text/plain',
    ]);
  });
});
