import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedId, newCellId } from '../notebook/identity.ts';
import { asCellId, type CellId, type NotebookCell, type NotebookDocument } from '../notebook/model.ts';
import { isSameCell } from './merge-cell.ts';
import { mergeNotebooks, type NotebookMerge } from './merge-notebooks.ts';

const cell = (id: string, source: string, more: Partial<NotebookCell> = {}): NotebookCell => ({
  id: asCellId(id),
  type: 'code',
  source,
  metadata: {},
  executionCount: null,
  outputs: [],
  hasFileId: true,
  ...more,
});
const notebook = (...cells: NotebookCell[]): NotebookDocument => ({
  cells,
  metadata: {},
  nbformat: 4,
  nbformatMinor: 5,
});
const sources = ({ document }: NotebookMerge) => document.cells.map(({ source }) => source);
const printed = (text: string) => [{ output_type: 'stream' as const, name: 'stdout' as const, text }];

/** As a file without ids is read: ids come from the sources. */
function withoutIds(document: NotebookDocument): NotebookDocument {
  const seen = new Map<string, number>();
  const cells = document.cells.map((one) => {
    const nth = seen.get(one.source) ?? 0;
    seen.set(one.source, nth + 1);
    return { ...one, id: derivedId(one.source, nth), hasFileId: false };
  });
  return { ...document, cells, nbformatMinor: 4 };
}

/** One edit, by numbers: where, and what. */
type Edit = {
  at: number;
  to: number;
  kind: 'type' | 'insert' | 'delete' | 'move' | 'run' | 'line';
  word: string;
};
const word = fc.constantFrom('a', 'b', 'import x', 'plot()', 'x = 1', '', 'for i in y:\n  print(i)');
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(20),
  to: fc.nat(20),
  kind: fc.constantFrom('type', 'insert', 'delete', 'move', 'run', 'line'),
  word,
});
const anyBase = fc
  .tuple(fc.array(fc.array(word, { minLength: 1, maxLength: 5 }), { maxLength: 8 }), fc.boolean())
  .map(([texts, hasIds]) => {
    const document = notebook(...texts.map((lines, at) => cell(`c${at}`, lines.join('\n'))));
    return hasIds ? document : withoutIds(document);
  });

function apply(document: NotebookDocument, edits: readonly Edit[], mark: string): NotebookDocument {
  const cells = [...document.cells];
  let serial = 0;
  for (const { at, to, kind, word: text } of edits) {
    const index = at % Math.max(1, cells.length);
    const one = cells[index];
    const unique = `${text}#${mark}${serial++}`;
    if (kind === 'insert') cells.splice(index, 0, cell(newCellId(), unique, { hasFileId: false }));
    if (!one) continue;
    if (kind === 'type') cells[index] = { ...one, source: unique };
    if (kind === 'line') cells[index] = { ...one, source: `${one.source}\n${unique}` };
    if (kind === 'run') cells[index] = { ...one, outputs: printed(unique), executionCount: serial };
    if (kind === 'delete') cells.splice(index, 1);
    if (kind === 'move') cells.splice(to % cells.length, 0, ...cells.splice(index, 1));
  }
  return { ...document, cells };
}

/** What a file of it says: ids of files without them are derived again. */
const asFile = (document: NotebookDocument) =>
  document.nbformatMinor >= 5 ? document : withoutIds(document);

function expectSame(result: NotebookMerge, expected: NotebookDocument): void {
  expect(sources(result)).toEqual(expected.cells.map(({ source }) => source));
  for (const [index, one] of result.document.cells.entries()) {
    const other = expected.cells[index];
    expect(other && isSameCell(one, other)).toBe(true);
  }
  expect(result.conflicts).toEqual([]);
}

const edits = fc.array(edit, { maxLength: 8 });

describe('a merge of notebooks', () => {
  it('is mine where nothing came in, and the very same objects [D5]', () => {
    fc.assert(
      fc.property(anyBase, edits, (base, steps) => {
        const mine = apply(base, steps, 'm');
        const result = mergeNotebooks({ base, mine, theirs: asFile(base) });
        expectSame(result, mine);
        expect(result.changes).toEqual([]);
        expect(result.document.cells.every((one, index) => one === mine.cells[index])).toBe(true);
      }),
    );
  });

  it('is theirs where nothing was done here', () => {
    fc.assert(
      fc.property(anyBase, edits, (base, steps) => {
        const theirs = asFile(apply(base, steps, 't'));
        expectSame(mergeNotebooks({ base, mine: base, theirs }), theirs);
      }),
    );
  });

  it('is both where both did the same', () => {
    fc.assert(
      fc.property(anyBase, edits, (base, steps) => {
        const mine = apply(base, steps, 'b');
        expectSame(mergeNotebooks({ base, mine, theirs: asFile(mine) }), mine);
      }),
    );
  });

  it('has all that was written on either side, in the result or in a conflict [D5]', () => {
    fc.assert(
      fc.property(anyBase, edits, edits, (base, here, there) => {
        const mine = apply(base, here, 'm');
        const theirs = asFile(apply(base, there, 't'));
        const result = mergeNotebooks({ base, mine, theirs });
        const found = new Set(
          [
            ...result.document.cells,
            ...result.conflicts.flatMap((one) => [one.mine ?? [], one.theirs ?? []].flat()),
          ].flatMap(({ source }) => source.split('\n')),
        );
        const written = [...mine.cells, ...theirs.cells]
          .flatMap(({ source }) => source.split('\n'))
          .filter((line) => /#[mt]\d+$/.test(line));
        expect(written.filter((line) => !found.has(line))).toEqual([]);
        const ids = result.document.cells.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(result.theirIds.values()).size).toBe(theirs.cells.length);
      }),
    );
  });

  it('has the edits of different cells, whatever was edited first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('mine', 'theirs', 'both-run', 'none'), { minLength: 1, maxLength: 9 }),
        fc.boolean(),
        (who, hasIds) => {
          const whole = notebook(...who.map((_, at) => cell(`c${at}`, `line ${at}\nand ${at}\nmore ${at}`)));
          const base = hasIds ? whole : withoutIds(whole);
          const change = (side: string): NotebookDocument => ({
            ...base,
            cells: base.cells.map((one, at) =>
              who[at] === side ? { ...one, source: `${one.source}\n${side}` } : one,
            ),
          });
          const result = mergeNotebooks({ base, mine: change('mine'), theirs: asFile(change('theirs')) });
          expect(result.conflicts).toEqual([]);
          expect(sources(result)).toEqual(
            base.cells.map(({ source }, at) =>
              who[at] === 'mine' || who[at] === 'theirs' ? `${source}\n${who[at]}` : source,
            ),
          );
        },
      ),
    );
  });
});

describe('one cell', () => {
  const base = notebook(cell('a', 'one\ntwo\nthree\nfour'), cell('b', 'b'));
  const changed = (source: string, more: Partial<NotebookCell> = {}) =>
    notebook(cell('a', source, more), cell('b', 'b'));

  it('has the lines of both where they do not touch', () => {
    const result = mergeNotebooks({
      base,
      mine: changed('ONE\ntwo\nthree\nfour'),
      theirs: changed('one\ntwo\nthree\nfour\nfive'),
    });
    expect(sources(result)[0]).toBe('ONE\ntwo\nthree\nfour\nfive');
    expect(result.changes).toEqual([{ id: 'a', kind: 'edited' }]);
  });

  it('keeps mine, and both in the conflict, where the same line was edited', () => {
    const result = mergeNotebooks({ base, mine: changed('mine'), theirs: changed('theirs') });
    expect(sources(result)).toEqual(['mine', 'b']);
    expect(result.conflicts).toMatchObject([
      { kind: 'both-edited', id: 'a', mine: { source: 'mine' }, theirs: { source: 'theirs' } },
    ]);
  });

  it('that is edited here and deleted there stays, and is told; and the other way round', () => {
    const without = notebook(cell('b', 'b'));
    const kept = mergeNotebooks({ base, mine: changed('mine'), theirs: without });
    expect(sources(kept)).toEqual(['mine', 'b']);
    expect(kept.conflicts).toMatchObject([{ kind: 'deleted-there', mine: { source: 'mine' }, theirs: null }]);
    const back = mergeNotebooks({ base, mine: without, theirs: changed('theirs') });
    expect(sources(back)).toEqual(['theirs', 'b']);
    expect(back.conflicts).toMatchObject([
      { kind: 'deleted-here', mine: null, theirs: { source: 'theirs' } },
    ]);
  });

  it('that nobody edited goes where one side deleted it', () => {
    const without = notebook(cell('b', 'b'));
    expect(sources(mergeNotebooks({ base, mine: base, theirs: without }))).toEqual(['b']);
    expect(sources(mergeNotebooks({ base, mine: without, theirs: base }))).toEqual(['b']);
  });

  it('takes the newer run as a whole, with its times', () => {
    const run = (text: string, count: number) => ({
      outputs: printed(text),
      executionCount: count,
      metadata: { execution: { started: text } },
    });
    const same = base.cells[0]?.source ?? '';
    const versions = { base, mine: changed(same, run('mine', 1)), theirs: changed(same, run('theirs', 2)) };
    const first = (side: 'mine' | 'theirs' | null) =>
      mergeNotebooks(versions, { newest: () => side }).document.cells[0];
    expect(first('theirs')).toMatchObject(run('theirs', 2));
    expect(first('mine')).toMatchObject(run('mine', 1));
    expect(first(null)).toMatchObject(run('mine', 1));
    const ran = mergeNotebooks({ base, mine: changed('edited'), theirs: changed(same, run('theirs', 2)) });
    expect(ran.document.cells[0]).toMatchObject({ source: 'edited', ...run('theirs', 2) });
    expect(ran.changes).toEqual([{ id: 'a', kind: 'ran' }]);
  });

  it('has metadata and attachments of both, by key', () => {
    const markdown = (metadata: object, attachments: object) =>
      notebook(
        cell('a', 'x', { type: 'markdown', metadata: { ...metadata }, attachments: { ...attachments } }),
      );
    const picture = { 'image/png': 'AA' };
    const result = mergeNotebooks({
      base: markdown({ tags: ['t'], old: 1 }, {}),
      mine: markdown({ tags: ['t'], old: 1, mine: 1 }, { 'a.png': picture }),
      theirs: markdown({ tags: ['u'] }, { 'b.png': picture }),
    });
    expect(result.document.cells[0]).toMatchObject({
      metadata: { tags: ['u'], mine: 1 },
      attachments: { 'a.png': picture, 'b.png': picture },
    });
    expect(result.document.cells[0]?.metadata).not.toHaveProperty('old');
    expect(result.conflicts).toEqual([]);
  });
});

describe('the order', () => {
  const letters = (text: string) => notebook(...text.split('').map((letter) => cell(letter, letter)));
  const merged = (base: string, mine: string, theirs: string) =>
    sources(mergeNotebooks({ base: letters(base), mine: letters(mine), theirs: letters(theirs) })).join('');

  it('has cells that either side put in, behind the cells they stood behind', () => {
    expect(merged('abcd', 'aXbcd', 'abcYd')).toBe('aXbcYd');
    expect(merged('ab', 'abX', 'abY')).toBe('abYX');
    expect(merged('', 'X', 'Y')).toBe('YX');
  });

  it('has the moves of both, and mine where both moved the same cell', () => {
    expect(merged('abcde', 'bacde', 'abced')).toBe('baced');
    expect(merged('abcd', 'dabc', 'adbc')).toBe('dabc');
    expect(merged('abcd', 'abcdX', 'dabc')).toBe('dabcX');
  });

  it('does not take a new cell for one that was deleted, where the file has ids', () => {
    const base = letters('abc');
    const mine = {
      ...base,
      cells: base.cells.map((one) => (one.id === 'b' ? { ...one, source: 'B' } : one)),
    };
    const theirs = notebook(cell('a', 'a'), cell('new', 'n'), cell('c', 'c'));
    const result = mergeNotebooks({ base, mine, theirs });
    expect(sources(result)).toEqual(['a', 'n', 'B', 'c']);
    expect(result.conflicts).toMatchObject([{ kind: 'deleted-there' }]);
  });

  it('finds cells again in a file whose ids were all made anew', () => {
    const base = letters('abc');
    const mine = apply(base, [{ at: 1, to: 0, kind: 'type', word: 'x' }], 'm');
    const theirs = notebook(cell('n1', 'a'), cell('n2', 'b'), cell('n3', 'C'));
    const result = mergeNotebooks({ base, mine, theirs });
    expect(sources(result)).toEqual(['a', 'x#m0', 'C']);
    expect(result.document.cells.map(({ id }): CellId => id).slice(0, 2)).toEqual(['a', 'b']);
  });

  it('knows a cell of mine again that is in the file already', () => {
    const base = letters('a');
    const mine = notebook(cell('a', 'a'), cell('new', 'typed'));
    const theirs = notebook(cell('a', 'A'), cell('new', 'typed'));
    expect(sources(mergeNotebooks({ base, mine, theirs }))).toEqual(['A', 'typed']);
  });
});

it('merges the metadata of the notebook by key and tells what both set', () => {
  const of = (metadata: NotebookDocument['metadata']) => ({ ...notebook(), metadata });
  const result = mergeNotebooks({
    base: of({ kernelspec: { name: 'a', language: 'python' } }),
    mine: of({ kernelspec: { name: 'b', language: 'python' }, mine: 1 }),
    theirs: of({ kernelspec: { name: 'c', language: 'julia' }, theirs: 2 }),
  });
  expect(result.document.metadata).toEqual({
    kernelspec: { name: 'b', language: 'julia' },
    mine: 1,
    theirs: 2,
  });
  expect(result.metadataConflicts).toEqual(['kernelspec.name']);
});
