import { asCellId, type CellId, type NotebookCell, type Output } from '@atelier-ide/core/notebook/model.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf } from '../document/notebook-model.ts';
import type { FindQuery } from './find-query.ts';
import { replaceHits } from './replace-hits.ts';
import { compareHits, type FindScope, searchNotebook, textsOf } from './search-notebook.ts';

const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });

function cell(id: string, source: string, outputs: Output[] = [], metadata = {}): NotebookCell {
  return {
    id: asCellId(id),
    type: 'code',
    source,
    metadata,
    outputs,
    executionCount: null,
    hasFileId: true,
  };
}

const notebook = (...cells: NotebookCell[]) =>
  contentOf({ cells, metadata: {}, nbformat: 4, nbformatMinor: 5 });

const ask = (text: string, options: Partial<FindQuery & FindScope> = {}) => ({
  text,
  isCase: true,
  isWord: false,
  isRegex: false,
  inOutputs: true,
  only: null,
  ...options,
});

describe('finding in a notebook', () => {
  it('goes through sources and outputs in the order of the document [E7]', () => {
    const content = notebook(
      cell('a', 'x', [stream('no'), stream('\u001b[31mx\u001b[0m x')]),
      cell('b', 'y x'),
    );
    expect(searchNotebook(content, ask('x'))).toEqual([
      { cellId: 'a', place: 'source', start: 0, end: 1 },
      { cellId: 'a', place: 1, start: 0, end: 1 },
      { cellId: 'a', place: 1, start: 2, end: 3 },
      { cellId: 'b', place: 'source', start: 2, end: 3 },
    ]);
    expect(searchNotebook(content, ask('x', { inOutputs: false }))).toHaveLength(2);
    expect(searchNotebook(content, ask('x', { only: new Set([asCellId('b')]) }))).toHaveLength(1);
  });

  it('searches the words that are shown: tables, errors, text; pictures say nothing [E7]', () => {
    const rich = (data: Record<string, string>): Output => ({
      output_type: 'display_data',
      data,
      metadata: {},
    });
    const content = notebook(
      cell('a', '', [
        rich({
          'text/html': '<style>.needle{}</style><b>nee</b>dle &amp; co',
          'text/plain': 'needle needle',
        }),
        rich({ 'image/png': 'aaaa', 'text/plain': '<Figure needle>' }),
        rich({ 'text/plain': 'a needle' }),
        { output_type: 'error', ename: 'E', evalue: 'needle', traceback: [] },
        { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['\u001b[31mneedle\u001b[0m'] },
      ]),
    );
    expect(searchNotebook(content, ask('needle')).map(({ place }) => place)).toEqual([0, 2, 3, 4]);
    expect(searchNotebook(content, ask('needle & co'))).toHaveLength(1);
  });

  it('finds every place of a word, none twice, in order', () => {
    const sources = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' ') }), { maxLength: 8 });
    fc.assert(
      fc.property(sources, fc.constantFrom('a', 'ab', 'aa', 'b a'), (texts, word) => {
        const content = notebook(...texts.map((text, n) => cell(`c${n}`, text)));
        const hits = searchNotebook(content, ask(word));
        const count = texts.reduce((sum, text) => sum + text.split(word).length - 1, 0);
        expect(hits).toHaveLength(count);
        const order = new Map(content.order.map((id, n) => [id, n]));
        for (const [n, hit] of hits.entries()) {
          expect(content.cells[hit.cellId]?.source.slice(hit.start, hit.end)).toBe(word);
          const before = hits[n - 1];
          if (before) expect(compareHits(order, before, hit)).toBeLessThan(0);
        }
      }),
    );
  });

  it('has no hit without words and for a broken pattern', () => {
    const content = notebook(cell('a', 'x'));
    expect(searchNotebook(content, ask(''))).toEqual([]);
    expect(searchNotebook(content, ask('^', { isRegex: true }))).toEqual([]);
    expect(searchNotebook(content, ask('(', { isRegex: true }))).toEqual([]);
    expect(textsOf(content, { inOutputs: true, only: null })).toHaveLength(1);
  });
});

describe('replacing', () => {
  it('changes sources as the language itself does, and nothing else [E7]', () => {
    const source = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n') });
    const pattern = fc.constantFrom('a', '(a)(b)?', 'a+', '^b', '(?<=a)b', 'c$');
    fc.assert(
      fc.property(source, pattern, fc.constantFrom('x', '$1', '$&$&', ''), (text, regex, replacement) => {
        const content = notebook(cell('a', text, [stream(text)]));
        const query = ask(regex, { isRegex: true });
        const hits = searchNotebook(content, query);
        const sources = replaceHits(content, hits, { ...query, replacement });
        const expected = text.replaceAll(new RegExp(regex, 'gm'), replacement);
        expect(sources.get('a' as CellId) ?? text).toBe(expected);
      }),
    );
  });

  it('passes over locked cells, and hits that are not there any more', () => {
    const content = notebook(cell('a', 'x x'), cell('b', 'x', [], { editable: false }));
    const hits = searchNotebook(content, ask('x'));
    const plain = { ...ask('x'), replacement: '$&y' };
    expect([...replaceHits(content, hits, plain)]).toEqual([['a', '$&y $&y']]);
    const changed = notebook(cell('a', 'y x'), cell('b', 'x'));
    expect([...replaceHits(changed, hits.slice(0, 2), plain)]).toEqual([['a', 'y $&y']]);
  });
});
