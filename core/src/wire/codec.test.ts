import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../notebook/model.ts';
import { decodeLegacy, decodeV1, encodeLegacy, encodeV1, peekHeader } from './codec.ts';
import { cursorPrefix, decodeCursorFrame, decodeHello, encodeCursorFrame, encodeHello } from './cursor.ts';
import { FrameError, splitFrame } from './frame.ts';
import { type Channel, createMessage, type JupyterMessage } from './message.ts';

const json = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

const message: fc.Arbitrary<JupyterMessage> = fc
  .record({
    channel: fc.constantFrom<Channel>('shell', 'control', 'stdin', 'iopub'),
    type: fc.constantFrom('execute_request', 'stream', 'display_data', 'comm_msg'),
    id: fc.uuid(),
    session: fc.uuid(),
    date: fc.constant('2026-01-01T00:00:00Z'),
    username: fc.string({ unit: 'grapheme' }),
    content: json,
    metadata: json,
    buffers: fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 }),
  })
  .map((parts) => createMessage(parts));

/** The same bytes in the middle of other ones, as sockets like to give them. */
function shifted(bytes: Uint8Array): Uint8Array {
  const room = new Uint8Array(bytes.byteLength + 7).fill(0xff);
  room.set(bytes, 3);
  return room.subarray(3, 3 + bytes.byteLength);
}

describe('the v1 protocol', () => {
  it('round trips every message', () => {
    fc.assert(
      fc.property(message, (one) => {
        const { rawJson: _, ...decoded } = decodeV1(shifted(encodeV1(one)));
        expect(decoded).toEqual(one);
      }),
    );
  });

  it('has the layout that Jupyter has', () => {
    const one = createMessage({
      channel: 'shell',
      type: 't',
      content: {},
      id: 'i',
      session: 's',
      date: 'd',
      buffers: [new Uint8Array([7])],
    });
    const frame = encodeV1(one);
    const view = new DataView(frame.buffer);
    expect(view.getBigUint64(0, true)).toBe(7n);
    expect(view.getBigUint64(8, true)).toBe(64n);
    expect(view.getBigUint64(56, true)).toBe(BigInt(frame.byteLength));
    expect(new TextDecoder().decode(frame.subarray(64, 69))).toBe('shell');
    expect(frame.at(-1)).toBe(7);
  });

  it('peeks at headers without reading the content, and changes no byte', () => {
    const one = createMessage({
      channel: 'iopub',
      type: 'stream',
      content: { text: 'x' },
      id: 'm',
      session: 's',
      date: 'd',
      parent: { msg_id: 'p', session: 'q' },
    });
    const frame = encodeV1(one);
    const { content } = splitFrame(frame);
    content.fill(0xff);
    const before = frame.slice();
    const peeked = peekHeader(frame);
    expect(peeked.channel).toBe('iopub');
    expect(peeked.header).toMatchObject({ msg_id: 'm', msg_type: 'stream', session: 's' });
    expect(peeked.parentHeader).toEqual({ msg_id: 'p', session: 'q' });
    expect(frame).toEqual(before);
    expect(() => decodeV1(frame)).toThrow(FrameError);
  });

  it('answers any bytes with a message or a FrameError, nothing else', () => {
    const cut = fc.tuple(message, fc.nat(), fc.uint8Array({ maxLength: 16 })).map(([one, at, junk]) => {
      const frame = encodeV1(one);
      frame.set(
        junk.subarray(0, Math.max(0, frame.byteLength - (at % frame.byteLength))),
        at % frame.byteLength,
      );
      return frame.subarray(0, frame.byteLength - (at % 3));
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), cut), (bytes) => {
        try {
          decodeV1(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the numbers of JSON outputs as they were', () => {
    const data = '{"application/json": {"a": 1.0, "big": 12345678901234567890}, "text/plain": "x"}';
    const text = `{"channel":"iopub","header":{"msg_type":"display_data"},"content":{"data":${data},"metadata":{}}}`;
    const one = decodeLegacy(text);
    const raw = { 'application/json': '{"a": 1.0, "big": 12345678901234567890}' };
    expect(one.rawJson).toEqual(raw);
    const again = decodeV1(encodeV1(one));
    expect(again.rawJson).toEqual(raw);
    expect(decodeLegacy(encodeLegacy(again)).rawJson).toEqual(raw);
  });
});

describe('the legacy protocol', () => {
  it('round trips every message, as text or with buffers', () => {
    fc.assert(
      fc.property(message, (one) => {
        const encoded = encodeLegacy(one);
        expect(typeof encoded === 'string').toBe(one.buffers.length === 0);
        const { rawJson: _, ...decoded } = decodeLegacy(
          typeof encoded === 'string' ? encoded : shifted(encoded),
        );
        expect(decoded).toEqual(one);
      }),
    );
  });

  it('takes the channel from the caller where the client names none', () => {
    const text = '{"header":{"msg_type":"kernel_info_request"},"content":{}}';
    expect(decodeLegacy(text, 'shell').channel).toBe('shell');
    expect(() => decodeLegacy(text)).toThrow(FrameError);
    expect(() => decodeLegacy('{"header":{}}', 'shell')).toThrow(FrameError);
    expect(() => decodeLegacy('nonsense', 'shell')).toThrow(FrameError);
    expect(() => decodeLegacy(new Uint8Array([0, 0, 0, 9]), 'shell')).toThrow(FrameError);
  });
});

describe('cursor frames', () => {
  it('carry number and flags before an untouched frame', () => {
    const frames = fc.record({
      seq: fc.maxSafeNat(),
      inward: fc.boolean(),
      replayed: fc.boolean(),
      frame: fc.uint8Array({ maxLength: 40 }),
    });
    const merged = fc.tuple(frames, fc.integer({ min: 2, max: 2 ** 32 }));
    const all = fc.oneof(
      frames,
      merged.map(([one, count]) => ({ ...one, count })),
    );
    fc.assert(
      fc.property(all, (one) => {
        const bytes = encodeCursorFrame(one);
        expect(decodeCursorFrame(shifted(bytes))).toEqual(one);
        expect(bytes.subarray(0, 16)).toEqual(cursorPrefix(one.seq, one));
      }),
    );
    const bytes = encodeCursorFrame({ seq: 258, inward: true, replayed: true, frame: new Uint8Array([9]) });
    expect([...bytes]).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 3, 9]);
    expect(() => decodeCursorFrame(new Uint8Array(15))).toThrow(FrameError);
    expect(() => decodeCursorFrame(new Uint8Array(16).fill(0xff))).toThrow(FrameError);
  });

  it('begin with a hello', () => {
    const hello = { epoch: 'e', head: 9, from: 3, reset: false, state: 'busy' } as const;
    expect(decodeHello(encodeHello(hello))).toEqual({ type: 'hello', ...hello });
    expect(
      decodeHello('{"type":"hello","epoch":"e","head":0,"from":0,"reset":true,"state":"new"}').state,
    ).toBe('unknown');
    for (const text of [
      '',
      '[]',
      '{"type":"hello"}',
      '{"type":"hello","epoch":"e","head":-1,"from":0,"reset":true}',
    ]) {
      expect(() => decodeHello(text)).toThrow(FrameError);
    }
  });
});
