import { FrameError } from '@atelier-ide/core/wire/frame.ts';
import { describe, expect, it } from 'vitest';
import { contentOf, fromLegacy, headOf, requestFrame, toLegacy, withContent } from './frame.ts';

const frame = requestFrame({
  channel: 'shell',
  type: 'execute_request',
  id: 'e1',
  session: 'hub',
  content: { code: 'ü' },
  metadata: { cellId: 'c' },
});

describe('frames at the hub', () => {
  it('show their headers, also from the middle of a larger buffer', () => {
    const larger = new Uint8Array(frame.length + 20);
    larger.set(frame, 13);
    const expected = { channel: 'shell', type: 'execute_request', id: 'e1', session: 'hub', parentId: '' };
    expect(headOf(frame)).toMatchObject(expected);
    expect(headOf(larger.subarray(13, 13 + frame.length))).toMatchObject(expected);
  });

  it('refuse every cut of a frame', () => {
    for (let length = 0; length < frame.length; length += 1)
      expect(() => headOf(frame.subarray(0, length)), String(length)).toThrow(FrameError);
  });

  it('get another content without a change of anything else', () => {
    const changed = withContent(frame, { code: '' });
    expect(contentOf(changed)).toEqual({ code: '' });
    expect(headOf(changed)).toEqual(headOf(frame));
  });

  it('go to the older format and back', () => {
    const legacy = toLegacy(frame);
    expect(typeof legacy).toBe('string');
    const back = fromLegacy(new TextEncoder().encode(String(legacy)), false);
    expect(headOf(back)).toEqual(headOf(frame));
    expect(contentOf(back)).toEqual({ code: 'ü' });
    expect(() => fromLegacy(new Uint8Array([0, 0, 0, 9]), true)).toThrow(FrameError);
  });
});
