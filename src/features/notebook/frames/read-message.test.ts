import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from './read-message.ts';

describe('messages of a frame', () => {
  it('reads what makes sense and nothing else [P4]', () => {
    expect(readMessage({ type: 'height', id: 'a:0', height: 40, more: 1 })).toEqual({
      type: 'height',
      id: 'a:0',
      height: 40,
    });
    expect(readMessage({ type: 'height', id: 'a:0', height: 1e9 })).toMatchObject({ height: 10_000 });
    expect(readMessage({ type: 'leave', id: 'a:0', direction: 'out' })).toMatchObject({ direction: 'out' });
    expect(readMessage({ type: 'shortcut', id: 'a:0', shortcut: 'save' })).toMatchObject({
      shortcut: 'save',
    });
    for (const wrong of [
      null,
      'ready',
      { type: 'nothing' },
      { type: 'height', id: 'a:0', height: Number.NaN },
      { type: 'height', id: 'a:0', height: -1 },
      { type: 'height', height: 4 },
      { type: 'leave', id: 'a:0', direction: 'up' },
      { type: 'shortcut', id: 'a:0', shortcut: 'runAll' },
      { type: 'placed', epoch: '3' },
      { type: 'rendered', id: {} },
      { type: '__proto__', id: 'a' },
    ])
      expect(readMessage(wrong)).toBeNull();
    expect(readMessage({ type: 'failed', id: 'a', message: 'x'.repeat(5_000) })).toMatchObject({
      message: 'x'.repeat(300),
    });
  });

  it('throws at nothing', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        readMessage(data);
        readMessage({ type: 'height', id: 'a', height: data });
      }),
    );
  });
});
