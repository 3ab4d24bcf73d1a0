import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameBoundary } from './frame-boundary.ts';

function frame(length: number, isMasked: boolean): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const head =
    length < 126
      ? Buffer.from([0x82, mask | length])
      : length < 65_536
        ? Buffer.from([0x82, mask | 126, length >> 8, length & 0xff])
        : Buffer.from([0x82, mask | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff]);
  return Buffer.concat([head, Buffer.alloc((isMasked ? 4 : 0) + length, 0x81)]);
}

describe('frame boundaries', () => {
  it('tell messages from their fragments, with control frames in between', () => {
    const boundary = new FrameBoundary();
    const seen: boolean[] = [];
    // A text begins, a ping, the text goes on, the text ends, a message in one piece.
    for (const first of [0x01, 0x89, 0x00, 0x80, 0x82]) {
      boundary.push(Buffer.from([first, 1, 0x41]));
      seen.push(boundary.isBetweenMessages);
      expect(boundary.isBetweenFrames).toBe(true);
    }
    expect(seen).toEqual([false, false, false, true, true]);
  });

  it('are found however the bytes are cut', () => {
    const lengths = fc.array(
      fc.tuple(fc.constantFrom(0, 1, 125, 126, 300, 65_535, 65_536, 70_000), fc.boolean()),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(lengths, fc.array(fc.nat(200_000), { maxLength: 8 }), (frames, cuts) => {
        const ends = new Set<number>([0]);
        let total = 0;
        const bytes = Buffer.concat(
          frames.map(([length, isMasked]) => {
            const each = frame(length, isMasked);
            total += each.length;
            ends.add(total);
            return each;
          }),
        );
        const boundary = new FrameBoundary();
        const places = [...new Set(cuts.map((cut) => cut % (total + 1)))].toSorted((a, b) => a - b);
        let from = 0;
        for (const to of [...places, total]) {
          boundary.push(bytes.subarray(from, to));
          expect(boundary.isBetweenFrames).toBe(ends.has(to));
          from = to;
        }
      }),
      { numRuns: 200 },
    );
  });
});
