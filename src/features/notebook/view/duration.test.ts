import { describe, expect, it } from 'vitest';
import { formatDuration, formatElapsed, ordinal } from './duration.ts';

describe('words for time and order', () => {
  it.each([
    [0, '< 0.01 s'],
    [4, '< 0.01 s'],
    [5, '0.01 s'],
    [40, '0.04 s'],
    [810, '0.81 s'],
    [1_620, '1.6 s'],
    [42_000, '42 s'],
    [59_700, '1:00'],
    [98_000, '1:38'],
    [7_500_000, '2 h 05'],
    [-5, '< 0.01 s'],
  ])('%i ms is %s', (ms, words) => expect(formatDuration(ms)).toBe(words));

  it('what goes on is told in whole seconds, from the first on', () => {
    expect([400, 1_900, 59_999, 60_000, 98_400].map(formatElapsed)).toEqual([
      '',
      '1 s',
      '59 s',
      '1:00',
      '1:38',
    ]);
  });

  it('ordinals', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal)).toEqual(
      '1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th'.split(' '),
    );
  });
});
