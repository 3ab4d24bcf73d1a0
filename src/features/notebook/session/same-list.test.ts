import { expect, it } from 'vitest';
import { sameList } from './same-list.ts';

it('a list stays the same object while its items are alike, and no longer', () => {
  const select = sameList(
    (text: string) => text.split(' '),
    (one, other) => one.toLowerCase() === other.toLowerCase(),
  );
  const first = select('a b');
  expect(select('a b')).toBe(first);
  expect(select('A b')).toBe(first);
  for (const other of ['a c', 'a', 'a b c', '']) {
    expect(select(other)).toEqual(other.split(' '));
    expect(select('a b')).toEqual(['a', 'b']);
  }
});
