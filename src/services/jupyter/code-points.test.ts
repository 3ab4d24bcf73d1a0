import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCodePoints, toUtf16 } from './code-points.ts';

/** Letters, combining marks, characters beyond 16 bits and halves of such. */
const unit = fc.constantFrom('a', 'é', 'ß', '\u0301', '漢', '🦊', '𝑥', '👩‍🔬', '\ud83e', '\udd8a', '\n');
const text = fc.array(unit, { maxLength: 30 }).map((parts) => parts.join(''));

describe('places in a text', () => {
  it('count an astral character once for Jupyter and twice for the editor', () => {
    expect(toCodePoints('🦊.x', 3)).toBe(2);
    expect(toUtf16('🦊.x', 2)).toBe(3);
    expect(toCodePoints('🦊', 1)).toBe(0);
    expect(toUtf16('ab', 9)).toBe(2);
  });

  it('agree with the code points of the text before them', () => {
    fc.assert(
      fc.property(text, (one) => {
        const points = Array.from(one);
        for (let count = 0; count <= points.length; count++) {
          const before = points.slice(0, count).join('');
          expect(toUtf16(one, count)).toBe(before.length);
          expect(toCodePoints(one, before.length)).toBe(count);
        }
      }),
    );
  });

  it('never lie behind the offset they were made of', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 80 }), (one, offset) => {
        const back = toUtf16(one, toCodePoints(one, offset));
        expect(back).toBeLessThanOrEqual(Math.min(offset, one.length));
        expect(Math.min(offset, one.length) - back).toBeLessThanOrEqual(1);
      }),
    );
  });
});
