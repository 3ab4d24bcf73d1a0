import { describe, expect, it } from 'vitest';
import { match, type PaletteEntry, search } from './palette-search.ts';

const entry = (title: string, more: Partial<PaletteEntry> = {}): PaletteEntry => ({
  id: title,
  group: 'Run',
  title,
  run: () => undefined,
  ...more,
});

const titles = (entries: readonly PaletteEntry[], query: string) =>
  search(entries, query).map((group) => [group.title, ...group.hits.map((hit) => hit.title)]);

describe('palette', () => {
  it('finds by the start, a word, a part, words in any order, first letters', () => {
    const fits = (query: string) => match('Restart and run all', query)?.score;
    expect(fits('rest')).toBe(4);
    expect(fits('RUN ALL')).toBe(3);
    expect(fits('tart')).toBe(2);
    expect(fits('all restart')).toBe(1.5);
    expect(fits('rara')).toBe(1);
    expect(fits('shut')).toBeUndefined();
  });

  it('does not take letters from the middle of words', () => {
    expect(match('Insert cell above', 'eel')).toBeNull();
  });

  it('marks what was typed', () => {
    expect(match('Restart and run all', 'run')?.marks).toEqual([[12, 15]]);
    expect(match('Run all cells', 'ruac')?.marks).toEqual([
      [0, 2],
      [4, 5],
      [8, 9],
    ]);
  });

  it('takes signs in a query as signs', () => {
    expect(match('Open (read only)', 'n (re')?.score).toBe(2);
    expect(match('Run all cells', '.*')).toBeNull();
  });

  it('ranks by fit within a group, and what can run first', () => {
    const entries = [
      entry('Restart and run all', { isDisabled: true }),
      entry('Insert and run'),
      entry('Run all cells'),
    ];
    expect(titles(entries, 'run')).toEqual([
      ['Run', 'Run all cells', 'Insert and run', 'Restart and run all'],
    ]);
  });

  it('puts groups in which nothing can run last, but keeps them', () => {
    const entries = [entry('Run all cells', { isDisabled: true }), entry('New notebook', { group: 'File' })];
    expect(titles(entries, '')).toEqual([
      ['File', 'New notebook'],
      ['Run', 'Run all cells'],
    ]);
  });
});
