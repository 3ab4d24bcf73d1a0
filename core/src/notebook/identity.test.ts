import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedId, isDerivedId, isValidFileId, matchCells, newCellId } from './identity.ts';
import { asCellId, type NotebookCell } from './model.ts';
import { readNotebook, withCellIds } from './read.ts';
import { hashSource } from './source-hash.ts';
import { writeNotebook } from './write.ts';

function cell(id: string, source: string, type: NotebookCell['type'] = 'code'): NotebookCell {
  return { id: asCellId(id), type, source, metadata: {}, executionCount: null, outputs: [], hasFileId: true };
}

function pairs(before: readonly NotebookCell[], after: readonly NotebookCell[]): Record<string, string> {
  return Object.fromEntries(matchCells(before, after));
}

describe('hashSource', () => {
  it('is 16 hex digits and differs for different sources', () => {
    const sources = new Set<string>();
    for (let i = 0; i < 20_000; i++) sources.add(`x = ${String(i)}\n`.repeat(1 + (i % 3)));
    const hashes = new Set([...sources].map(hashSource));
    expect(hashes.size).toBe(sources.size);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(hashSource('a')).toBe(hashSource('a'));
    expect(hashSource('ab')).not.toBe(hashSource('ba'));
  });
});

describe('ids', () => {
  it('derived ones are no ids a file may hold, new ones are', () => {
    expect(isDerivedId(derivedId('x', 0))).toBe(true);
    expect(isValidFileId(derivedId('x', 0))).toBe(false);
    for (const number of [0, 0.5, 0.9999999]) expect(isValidFileId(newCellId(() => number))).toBe(true);
    expect(newCellId()).not.toBe(newCellId());
  });
});

describe('matchCells', () => {
  it('finds cells by id, whatever happened to the source and the order', () => {
    expect(pairs([cell('a', '1'), cell('b', '2')], [cell('b', 'x'), cell('a', 'y')])).toEqual({
      a: 'a',
      b: 'b',
    });
  });

  it('finds cells by source where the ids are new', () => {
    const before = [cell('a', '1'), cell('b', '2'), cell('c', '2')];
    const after = [cell('z', '2'), cell('y', '1'), cell('x', '2')];
    expect(pairs(before, after)).toEqual({ a: 'y', b: 'z', c: 'x' });
    expect(pairs([cell('a', '1')], [cell('z', '1', 'markdown')])).toEqual({});
  });

  it('finds an edited cell between its neighbours', () => {
    const before = [cell('a', '1'), cell('b', '2'), cell('c', '3')];
    expect(pairs(before, [cell('x', '1'), cell('y', 'edited'), cell('z', '3')])).toEqual({
      a: 'x',
      b: 'y',
      c: 'z',
    });
  });

  it('tells an edited cell from an inserted one by its lines', () => {
    const before = [cell('a', '1'), cell('b', 'one\ntwo\nthree'), cell('c', '3')];
    const after = [cell('w', '1'), cell('x', 'quite new'), cell('y', 'one\ntwo\n3'), cell('z', '3')];
    expect(pairs(before, after)).toEqual({ a: 'w', b: 'y', c: 'z' });
  });

  it('never gives one cell to two', () => {
    const list = fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.constantFrom('1', '2', '3')))
      .map((items) => new Map(items))
      .map((items) => [...items].map(([id, source]) => cell(id, source)));
    fc.assert(
      fc.property(list, list, (before, after) => {
        const found = matchCells(before, after);
        expect(new Set(found.values()).size).toBe(found.size);
        for (const one of before) {
          if (after.some((other) => other.id === one.id)) expect(found.get(one.id)).toBe(one.id);
        }
        if (before.length > 0) expect(matchCells(before, before).size).toBe(before.length);
      }),
    );
  });

  it('lets cells without ids keep their place on screen after an outside change, and writes nothing of it', () => {
    const file = (sources: readonly string[]) =>
      JSON.stringify({
        cells: sources.map((source) => ({ cell_type: 'raw', metadata: {}, source })),
        metadata: {},
        nbformat: 4,
        nbformat_minor: 4,
      });
    const first = readNotebook(file(['a', 'b', 'b']));
    const second = readNotebook(file(['new', 'a', 'b edited', 'b']));
    if (!first.ok || !second.ok) throw new Error('unreadable');
    const { cells } = first.notebook.document;
    expect(new Set(cells.map((one) => one.id)).size).toBe(3);
    const found = matchCells(cells, second.notebook.document.cells);
    const ids = new Map([...found].map(([before, after]) => [after, before]));
    const adopted = withCellIds(second.notebook, ids);
    expect(adopted.document.cells[1]?.id).toBe(cells[0]?.id);
    expect(writeNotebook(adopted, adopted.document)).toBe(second.notebook.original);
  });
});
