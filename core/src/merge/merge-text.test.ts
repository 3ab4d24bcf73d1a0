import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestRising, matchLines } from './line-diff.ts';
import { mergeText } from './merge-text.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 12 })
  .map((lines) => lines.join('\n'));

describe('a merge of texts', () => {
  it('keeps what only one side did', () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(mergeText(base, other, base).text).toBe(other);
        expect(mergeText(base, base, other).text).toBe(other);
        expect(mergeText(base, other, other).text).toBe(other);
      }),
    );
  });

  it('says the same whoever is first', () => {
    fc.assert(
      fc.property(text, text, text, (base, one, other) => {
        expect(mergeText(base, one, other)).toEqual(mergeText(base, other, one));
      }),
    );
  });

  it('has lines of both, and refuses what touches', () => {
    expect(mergeText('a\nb\nc', 'A\nb\nc', 'a\nb\nC').text).toBe('A\nb\nC');
    expect(mergeText('a', 'a\nend', 'top\na').text).toBe('top\na\nend');
    expect(mergeText('a\nb', 'A\nb', 'a\nB').text).toBeNull();
    expect(mergeText('a', 'a\nx', 'a\ny').text).toBeNull();
    expect(mergeText('', 'x', 'y').text).toBeNull();
  });

  it('merges very long texts without comparing each line with each', () => {
    const base = Array.from({ length: 60_000 }, (_, at) => `line ${at}`);
    const mine = base.with(10, 'mine').toSpliced(30_000, 5_000);
    const theirs = base.with(50_000, 'theirs').toSpliced(100, 50);
    const merged = mergeText(base.join('\n'), mine.join('\n'), theirs.join('\n')).text?.split('\n');
    expect(merged).toHaveLength(60_000 - 5_050);
    expect(merged).toEqual(expect.arrayContaining(['mine', 'theirs']));
  });
});

it('finds equal lines in order', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [before, after] = [one.split('\n'), other.split('\n')];
      const image = [...matchLines(before, after)];
      const found = image.filter((at) => at >= 0);
      expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
      for (const [index, at] of image.entries()) if (at >= 0) expect(after[at]).toBe(before[index]);
    }),
  );
  expect(longestRising([3, 1, 2, 5, 4]).map((at) => [3, 1, 2, 5, 4][at])).toEqual([1, 2, 4]);
});
