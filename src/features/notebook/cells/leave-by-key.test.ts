import { expect, it } from 'vitest';
import { neighbourOf } from './leave-by-key.ts';

type Vim = { mode: 'normal' | 'insert'; isResting: boolean } | null;

/** A text of three lines of five characters. */
const at = (line: number, column: number, vim: Vim = null) => ({
  cursor: () => ({ line, column }),
  lineCount: () => 3,
  isAtEnd: () => line === 3 && column === 6,
  hasPopup: () => false,
  vim: () => vim,
});
const press = (key: string, more = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...more,
});

it('leads to the neighbour by arrows from the first and the last character', () => {
  expect(neighbourOf(press('ArrowUp'), at(1, 1))).toBe(-1);
  expect(neighbourOf(press('ArrowUp'), at(1, 2))).toBeNull();
  expect(neighbourOf(press('ArrowDown'), at(3, 6))).toBe(1);
  expect(neighbourOf(press('ArrowDown'), at(3, 5))).toBeNull();
  expect(neighbourOf(press('ArrowDown', { shiftKey: true }), at(3, 6))).toBeNull();
  expect(neighbourOf(press('ArrowDown'), { ...at(3, 6), hasPopup: () => true })).toBeNull();
  expect(neighbourOf(press('j'), at(3, 6))).toBeNull();
});

it('leads there by j and k from any column in Vim’s normal mode, unless a command is begun [E9]', () => {
  const normal: Vim = { mode: 'normal', isResting: true };
  expect(neighbourOf(press('k'), at(1, 4, normal))).toBe(-1);
  expect(neighbourOf(press('j'), at(3, 2, normal))).toBe(1);
  expect(neighbourOf(press('j'), at(2, 2, normal))).toBeNull();
  expect(neighbourOf(press('ArrowDown'), at(3, 2, normal))).toBe(1);
  expect(neighbourOf(press('j'), at(3, 2, { mode: 'normal', isResting: false }))).toBeNull();
  expect(neighbourOf(press('k'), at(1, 1, { mode: 'insert', isResting: false }))).toBeNull();
});
