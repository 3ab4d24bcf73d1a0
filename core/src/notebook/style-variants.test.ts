/**
 * Twelve files as twelve programs write them, spelled out by hand: opening and saving writes not a byte, and an edit of
 * one cell changes this cell's lines only. What no generator of ours would think of is here too.
 */
import { describe, expect, it } from 'vitest';
import { type ParsedNotebook, readNotebook } from './read.ts';
import { writeNotebook } from './write.ts';

const value = {
  cells: [
    { cell_type: 'markdown', id: 'a1', metadata: {}, source: ['# É\n', 'text'] },
    {
      cell_type: 'code',
      execution_count: 2,
      id: 'b2',
      metadata: { tags: ['keep'] },
      outputs: [{ name: 'stdout', output_type: 'stream', text: ['1\n'] }],
      source: ['x = 1\n', 'print(x)'],
    },
    { cell_type: 'raw', id: 'c3', metadata: {}, source: [] },
  ],
  metadata: { kernelspec: { display_name: 'P', name: 'p' } },
  nbformat: 4,
  nbformat_minor: 5,
};
const json = (indent: string | number) => JSON.stringify(value, null, indent);
const escaped = (text: string) =>
  text.replaceAll(/[^ -~\n]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
const withoutIds = () => {
  const cells = value.cells.map(({ id: _, ...cell }) => cell);
  return JSON.stringify({ ...value, cells, nbformat_minor: 4 }, null, 1);
};
const joined = () => {
  const cells = value.cells.map((cell) => ({ ...cell, source: cell.source.join('') }));
  return JSON.stringify({ ...value, cells }, null, 1);
};
const unsorted = () => {
  const cells = value.cells.map(({ source, metadata, ...cell }) => ({ source, ...cell, metadata }));
  const { nbformat, nbformat_minor, metadata } = value;
  return JSON.stringify({ nbformat, nbformat_minor, metadata, cells }, null, 2);
};

/** Repeated keys, numbers that no double holds, escapes that nobody needs, odd spaces. */
const odd = `{"cells": [
 {"cell_type": "markdown", "metadata": {}, "metadata": {"twice": 1}, "source": ["\\u0023 \\u00C9\\n", "te\\/xt"]},
 {"cell_type":"code" , "execution_count":  null,"metadata":{"big": 123456789012345678901234567890, "f": 1.0, "e": 1E400},
  "outputs":[ {"output_type":"display_data","data":{"application/json":{"n":0.10,"2":1,"1":NaN}},"metadata":{}} ], "source": "x = 1\\nprint(x)"},
 {"cell_type": "raw", "metadata": {}, "source": []}
], "metadata": {"v": -0.0}, "nbformat": 4,
 "nbformat_minor": 4, "extra": {"kept": [1, 2.50]}}`;

const files: readonly (readonly [name: string, text: string])[] = [
  ['indent of one, as nbformat writes', `${json(1)}\n`],
  ['indent of two', `${json(2)}\n`],
  ['indent of four', `${json(4)}\n`],
  ['tabs', `${json('\t')}\n`],
  ['no line end at the end', json(1)],
  ['CRLF', `${json(1)}\n`.replaceAll('\n', '\r\n')],
  ['all but ASCII escaped', `${escaped(json(1))}\n`],
  ['byte order mark', `\uFEFF${json(2)}\n`],
  ['one line without spaces', JSON.stringify(value)],
  ['sources as one string', `${joined()}\n`],
  ['cells without ids', `${withoutIds()}\n`],
  ['keys in an order of their own', unsorted()],
  ['repeated keys, endless numbers, odd escapes and spaces', odd],
];

function read(text: string): ParsedNotebook {
  const result = readNotebook(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.notebook;
}

describe.each(files)('a file with %s', (_name, text) => {
  it('is opened and saved without a byte of difference [E3]', () => {
    const notebook = read(text);
    expect(writeNotebook(notebook, notebook.document)).toBe(text);
    // Nor when everything was touched and is as before.
    const cells = notebook.document.cells.map((cell) => ({ ...cell, metadata: { ...cell.metadata } }));
    expect(writeNotebook(notebook, { ...notebook.document, cells })).toBe(text);
  });

  it('changes in the lines of the edited cell only, in its own manner [E3]', () => {
    const notebook = read(text);
    const [, scan] = notebook.scan?.cells ?? [];
    const edit = (from: ParsedNotebook, find: string, put: string) => {
      const cells = from.document.cells.map((cell, index) =>
        index === 1 ? { ...cell, source: cell.source.replace(find, put) } : cell,
      );
      return writeNotebook(from, { ...from.document, cells });
    };
    const written = edit(notebook, 'x = 1', 'é = 1');
    expect(written.startsWith(text.slice(0, scan?.start))).toBe(true);
    expect(written.endsWith(text.slice(scan?.end ?? 0))).toBe(true);
    // In a line of the source and nowhere else, and back again by undoing it.
    const changed = written.split('\n').filter((line, index) => line !== text.split('\n')[index]);
    expect(changed).toHaveLength(1);
    expect(edit(read(written), 'é = 1', 'x = 1')).toBe(text);
    expect(read(written).document.cells[1]?.outputs).toEqual(notebook.document.cells[1]?.outputs);
  });
});
