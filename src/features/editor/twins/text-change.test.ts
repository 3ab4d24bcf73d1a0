import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyChange, diffText, rebase, type TextChange } from './text-change.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', '🙂'), maxLength: 40 });

/** Two changes of one text, each as a person's edits make them. */
const twoChanges = fc.tuple(text, text, text);

it('makes the one text of the other', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(applyChange(before, diffText(before, after))).toBe(after);
    }),
    { numRuns: 2_000 },
  );
});

it('is as small as what was changed, in each place of its own', () => {
  expect(diffText('one\ntwo\nthree\n', 'one!\ntwo\nthree?\n')).toEqual([
    { at: 3, drop: 0, put: '!' },
    { at: 13, drop: 0, put: '?' },
  ]);
  expect(diffText('a😀', 'a🙂')).toEqual([{ at: 1, drop: 2, put: '🙂' }]);
});

it('comes to the same text, whichever of two changes is made first', () => {
  fc.assert(
    fc.property(twoChanges, ([base, one, two]) => {
      const [a, b] = [diffText(base, one), diffText(base, two)];
      const left = applyChange(one, rebase(b, a, false));
      expect(applyChange(two, rebase(a, b, true))).toBe(left);
    }),
    { numRuns: 3_000 },
  );
});

it('loses nothing that either side put in, and drops what either dropped', () => {
  const base = Array.from('abcdefghij');
  const edits = fc.array(fc.record({ at: fc.nat(9), drop: fc.nat(4), count: fc.nat(2) }), { maxLength: 3 });
  fc.assert(
    fc.property(edits, edits, (first, second) => {
      const [a, b] = [changeOf(first, 'A'), changeOf(second, 'Z')];
      const merged = applyChange(applyChange(base.join(''), a), rebase(b, a, false));
      const gone = new Set([...a, ...b].flatMap(({ at, drop }) => base.slice(at, at + drop)));
      const put = [...a, ...b].flatMap((splice) => Array.from(splice.put));
      const wanted = [...base.filter((one) => !gone.has(one)), ...put].toSorted();
      expect(Array.from(merged).toSorted()).toEqual(wanted);
    }),
    { numRuns: 2_000 },
  );
});

/** Splices in order, none over another. */
function changeOf(edits: readonly { at: number; drop: number; count: number }[], put: string): TextChange {
  const change: { at: number; drop: number; put: string }[] = [];
  let end = 0;
  for (const { at, drop, count } of edits.toSorted((x, y) => x.at - y.at)) {
    if (at < end || (at === end && change.length > 0)) continue;
    end = Math.min(10, at + drop);
    change.push({ at, drop: end - at, put: put.repeat(count) });
  }
  return change;
}
