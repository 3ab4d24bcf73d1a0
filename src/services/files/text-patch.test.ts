import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePatch, splicesBetween } from './text-patch.ts';

const piece = fc.constantFrom('a', 'bc\n', '\n', 'ä', '日本\n', '😀', '\ud83d\ude01x\n', 'long line\n', '');
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
/** Long enough to be compared line by line. */
const long = (name: string) => Array.from({ length: 9_000 }, (_, at) => `${name} ${at} ä😀`).join('\n');

function spliced(before: string, after: string): string {
  let made = '';
  let at = 0;
  for (const { from, to, start, end } of splicesBetween(before, after)) {
    expect(from).toBeGreaterThanOrEqual(at);
    expect(to).toBeGreaterThanOrEqual(from);
    made += before.slice(at, from) + after.slice(start, end);
    at = to;
  }
  return made + before.slice(at);
}

/** As the server does it, on bytes. */
function applied(before: string, patch: Uint8Array): string {
  const old = new TextEncoder().encode(before);
  const line = patch.indexOf(10);
  const { splices } = JSON.parse(new TextDecoder().decode(patch.slice(0, line))) as {
    splices: [number, number, number][];
  };
  const pieces: Uint8Array[] = [];
  let [at, next] = [0, line + 1];
  for (const [start, end, length] of splices) {
    pieces.push(old.slice(at, start), patch.slice(next, next + length));
    [at, next] = [end, next + length];
  }
  pieces.push(old.slice(at));
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
}

describe('what differs between two texts', () => {
  it('makes the one of the other, in characters and in bytes', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(spliced(before, after)).toBe(after);
        const patch = encodePatch(before, after);
        if (patch) expect(applied(before, patch)).toBe(after);
      }),
    );
  });

  it('does so line by line too, wherever lines came, went or changed', () => {
    const base = long('line').split('\n');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(8_999), fc.constantFrom('drop', 'add', 'change')), {
          minLength: 2,
          maxLength: 9,
        }),
        (edits) => {
          const lines = [...base];
          for (const [at, kind] of [[0, 'change'] as const, ...edits, [8_999, 'change'] as const]) {
            const index = Math.min(at, lines.length - 1);
            if (kind === 'drop') lines.splice(index, 1);
            else lines.splice(index, kind === 'change' ? 1 : 0, `new 😀 ${at}`);
          }
          const [before, after] = [base.join('\n'), lines.join('\n')];
          for (const [one, other] of [
            [before, after],
            [after, before],
          ] as const) {
            const patch = encodePatch(one, other);
            expect(patch).not.toBeNull();
            expect(patch?.length).toBeLessThan(2_000);
            expect(patch && applied(one, patch)).toBe(other);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('takes texts whose last lines come and go', () => {
    const base = long('x');
    for (const [before, after] of [
      [`first\n${base}`, `${base}\nlast`],
      [`${base}\nlast`, `first\n${base}`],
      [`first\n${base}\n`, `FIRST\n${base}`],
      [`first\n${base}`, `FIRST\n${base}\n`],
    ] as const) {
      expect(spliced(before, after)).toBe(after);
    }
  });

  it('is not used where it would be as long as the text', () => {
    expect(encodePatch(long('a'), long('b'))).toBeNull();
  });
});
