import { asCellId, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { expect, it } from 'vitest';
import { noteWords } from './note-words.ts';

const cell = (source: string, more: Partial<NotebookCell> = {}): NotebookCell => ({
  id: asCellId('a'),
  type: 'code',
  source,
  metadata: {},
  executionCount: null,
  outputs: [],
  hasFileId: true,
  ...more,
});
const edited = (before: string, after: string) =>
  noteWords({ kind: 'edited', before: cell(before), after: cell(after) }).words;

it.each([
  ['split(df, by="signup_date")', 'split(df, by="signup_month")', 'signup_date is now signup_month'],
  ['x = 1', 'x = 22', '1 is now 22'],
  ['rate = 0.02', 'rate = 0.05', '0.02 is now 0.05'],
  ['foo(a)', 'foo(a, b)', ', b is new'],
  ['plot()', 'plot', '() is gone'],
  ['x = foo', 'x = foox', 'foo is now foox'],
  ['x = foo', 'x = xfoo', 'foo is now xfoo'],
  ["'😀'", "'😁'", '😀 is now 😁'],
  ['', 'x = 1', 'x = 1 is new'],
  ['aa', 'aaa', 'aa is now aaa'],
])('names a word that changed: %j, %j [D5]', (before, after, words) => {
  expect(edited(before, after)).toBe(`Taken from disk: ${words}.`);
});

it.each([
  ['a = 1\nb = 2', 'a = 10\nb = 20', '2 lines changed'],
  ['a\nb\nc', 'a\nc', 'b is gone'],
  ['a\nb\nc', 'a', '2 lines removed'],
  ['a', 'a\nb\nc\nd', '3 lines added'],
  ['a\nb\nc', 'x\ny\nz\nc', '3 lines added, 2 lines removed'],
  [`x = "${'y'.repeat(50)}"`, 'x = 1', '1 line changed'],
  ['x ', 'x', '1 line changed'],
])('counts lines where more changed: %j, %j [D5]', (before, after, words) => {
  expect(edited(before, after)).toBe(`Taken from disk: ${words}.`);
});

it('says what else of a cell changed', () => {
  const before = cell('x');
  const note = (after: NotebookCell) => noteWords({ kind: 'edited', before, after }).words;
  expect(note(cell('x', { type: 'markdown' }))).toBe('Taken from disk: it is a text cell now.');
  expect(note(cell('x', { metadata: { tags: ['t'] } }))).toBe('Taken from disk: its properties.');
});
