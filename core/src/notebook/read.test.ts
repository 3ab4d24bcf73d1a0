import { describe, expect, it } from 'vitest';
import { type NotebookProblem, type ParsedNotebook, type ReadNote, readNotebook } from './read.ts';
import { writeNotebook } from './write.ts';
import { asCellId, type NotebookCell } from './model.ts';

function open(text: string): { notebook: ParsedNotebook; notes: readonly ReadNote[] } {
  const result = readNotebook(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result;
}

function problemOf(text: string): NotebookProblem {
  const result = readNotebook(text);
  if (result.ok) throw new Error('was read');
  return result.problem;
}

function file(cells: readonly string[], minor = 5): string {
  return `{"cells": [${cells.join(', ')}], "metadata": {}, "nbformat": 4, "nbformat_minor": ${String(minor)}}`;
}

const codes = (notes: readonly ReadNote[]) => notes.map((note) => note.code);

describe('a file that is no notebook', () => {
  it.each(['', ' \n', '\uFEFF'])(
    '%j is an empty notebook, and stays empty until something is added',
    (text) => {
      const { notebook, notes } = open(text);
      expect(codes(notes)).toEqual(['empty-file']);
      expect(writeNotebook(notebook, notebook.document)).toBe(text);
      const cell: NotebookCell = {
        id: asCellId('a1'),
        type: 'code',
        source: 'x',
        metadata: {},
        executionCount: null,
        outputs: [],
        hasFileId: true,
      };
      const written = writeNotebook(notebook, { ...notebook.document, cells: [cell] });
      expect(written).toBe(
        '{\n "cells": [\n  {\n   "cell_type": "code",\n   "execution_count": null,\n   "id": "a1",\n   "metadata": {},\n   "outputs": [],\n   "source": [\n    "x"\n   ]\n  }\n ],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n',
      );
    },
  );

  it.each([
    ['{"cells": [}', 'not-json', { line: 1, column: 12 }],
    ['{\n "cells": [\n', 'not-json', { line: 3, column: 1 }],
    ['{} {}', 'not-json', { line: 1, column: 4 }],
    ['[1]', 'not-json', { line: 1, column: 1 }],
    ['{\n<<<<<<< HEAD\n', 'not-json', { line: 2, column: 1 }],
    ['{"a": 1}', 'not-a-notebook', { line: 1, column: 1 }],
    ['{"nbformat": 4}', 'not-a-notebook', { line: 1, column: 1 }],
    ['{"nbformat": "4", "cells": []}', 'wrong-type', { line: 1, column: 14 }],
    ['{"nbformat": 4,\n"cells": {}}', 'wrong-type', { line: 2, column: 10 }],
    [`{"cells": ${'['.repeat(5000)}`, 'too-deep', { line: 1 }],
  ] as const)('%j is refused as %s with its place', (text, code, position) => {
    const problem = problemOf(text);
    expect(problem.code).toBe(code);
    expect(problem.position).toMatchObject(position);
    expect(problem.message).toMatch(/^[A-Z].*\.$/);
  });

  it('tells merge conflicts and versions by name', () => {
    expect(problemOf('{\n "cells": [\n<<<<<<< HEAD\n').message).toContain('merge conflict');
    expect(problemOf('{"nbformat": 3, "worksheets": []}')).toMatchObject({ code: 'old-format', version: 3 });
    expect(problemOf('{"nbformat": 5, "cells": []}')).toMatchObject({ code: 'new-format', version: 5 });
  });
});

describe('what is odd in a cell', () => {
  const good = '{"cell_type": "raw", "id": "a", "metadata": {}, "source": ["x"]}';

  it.each([
    '{"cell_type": "code", "source": 5}',
    '{"cell_type": "heading", "source": "x"}',
    '{"source": "x"}',
    '{"cell_type": "code", "source": ["x", 1]}',
    '"text"',
    'null',
    '[1.0, {}]',
  ])('%s is kept as it is, whatever is done to it', (odd) => {
    const text = file([odd, good]);
    const { notebook, notes } = open(text);
    expect(codes(notes)).toContain('unreadable-cell');
    const [first, second] = notebook.document.cells;
    if (!first || !second) throw new Error('lost');
    expect(first.problem).toBeDefined();
    expect(first.source).toBe(odd);
    const edited = { ...first, type: 'code', source: 'mine', metadata: { a: 1 } } as const;
    const cells = [{ ...second, source: 'y' }, edited];
    const written = writeNotebook(notebook, { ...notebook.document, cells });
    expect(written).toBe(file([good.replace('"x"', '"y"'), odd]));
  });

  it('an output of no known kind stays in the file while others change', () => {
    const odd = '{"output_type": "pyout", "n": 1.0}';
    const stream = '{"name": "stdout", "output_type": "stream", "text": ["a"]}';
    const code = (outputs: string) =>
      `{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [${outputs}], "source": []}`;
    const { notebook, notes } = open(file([code(`${odd}, ${stream}`)], 4));
    expect(codes(notes)).toEqual(['unreadable-output']);
    const [cell] = notebook.document.cells;
    if (!cell) throw new Error('lost');
    expect(cell.outputs[0]).toMatchObject({ data: { 'text/plain': odd } });
    const outputs = [
      ...cell.outputs.slice(0, 1),
      { output_type: 'stream', name: 'stdout', text: 'b' } as const,
    ];
    const written = writeNotebook(notebook, { ...notebook.document, cells: [{ ...cell, outputs }] });
    expect(written).toBe(file([code(`${odd}, ${stream.replace('"a"', '"b"')}`)], 4));
  });

  it('missing and wrong keys are noted and survive', () => {
    const text = file(['{"cell_type": "code", "metadata": [], "execution_count": "x", "outputs": {}}']);
    const { notebook, notes } = open(text);
    expect(codes(notes)).toEqual(['missing-key', 'wrong-type', 'wrong-type', 'wrong-type']);
    const [cell] = notebook.document.cells;
    if (!cell) throw new Error('lost');
    const written = writeNotebook(notebook, { ...notebook.document, cells: [{ ...cell, source: 'x' }] });
    expect(written).toBe(text.replace('"outputs": {}}', '"outputs": {}, "source": ["x"]}'));
  });

  it('repeated, invalid and missing ids get derived ones, which no file sees', () => {
    const cells = ['"a"', '"a"', '"not valid!"', '7'].map(
      (id) => `{"cell_type": "raw", "id": ${id}, "metadata": {}, "source": ["x"]}`,
    );
    cells.push('{"cell_type": "raw", "metadata": {}, "source": ["x"]}');
    const text = file(cells);
    const { notebook, notes } = open(text);
    expect(codes(notes)).toEqual(['duplicate-id', 'invalid-id', 'invalid-id']);
    const all = notebook.document.cells;
    expect(all.map((cell) => cell.hasFileId)).toEqual([true, false, false, false, false]);
    expect(new Set(all.map((cell) => cell.id)).size).toBe(5);
    const edited = all.map((cell) => ({ ...cell, source: 'y' }));
    const written = writeNotebook(notebook, { ...notebook.document, cells: edited });
    expect(written).toBe(text.replaceAll('"x"', '"y"'));
  });
});

describe('exactness', () => {
  it('numbers that JavaScript would change stay, in edited cells and metadata too [E3]', () => {
    const text = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {
    "a": 1.0,
    "b": 12345678901234567890
   },
   "outputs": [
    {
     "data": {
      "application/json": {
       "10": 1.0,
       "9": [
        12345678901234567890,
        1e400,
        NaN
       ]
      }
     },
     "metadata": {},
     "output_type": "display_data"
    }
   ],
   "source": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "name": "a",
   "weight": 1.50
  }
 },
 "nbformat": 4,
 "nbformat_minor": 4
}`;
    const { notebook } = open(text);
    const [cell] = notebook.document.cells;
    if (!cell) throw new Error('lost');
    const [output] = cell.outputs;
    if (output?.output_type !== 'display_data') throw new Error('lost');
    // The same output again, as from a kernel: a copy, after another one.
    const outputs = [{ output_type: 'stream', name: 'stdout', text: 'a' } as const, structuredCopy(output)];
    const edited = { ...cell, outputs, metadata: { ...cell.metadata, c: true } };
    const written = writeNotebook(notebook, {
      ...notebook.document,
      cells: [edited],
      metadata: { kernelspec: { name: 'b', weight: 1.5 } },
    });
    const expected = text
      .replace('"b": 12345678901234567890\n', '"b": 12345678901234567890,\n    "c": true\n')
      .replace('"name": "a"', '"name": "b"')
      .replace(
        '"outputs": [\n',
        '"outputs": [\n    {\n     "name": "stdout",\n     "output_type": "stream",\n     "text": [\n      "a"\n     ]\n    },\n',
      );
    expect(written).toBe(expected);
  });

  it('raw JSON that does not say what the value says is not written', () => {
    const { notebook } = open(
      file(['{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": []}']),
    );
    const [cell] = notebook.document.cells;
    if (!cell) throw new Error('lost');
    for (const raw of ['2.0', '1.0}, "x": {', '"', '1.0 2']) {
      const outputs = [
        {
          output_type: 'display_data',
          data: { 'application/json': 1 },
          metadata: {},
          rawJson: { 'application/json': raw },
        },
      ] as const;
      const written = writeNotebook(notebook, { ...notebook.document, cells: [{ ...cell, outputs }] });
      expect(written).toContain('"application/json": 1}');
    }
  });

  it('keeps keys that would be dangerous, and nothing leaks into prototypes', () => {
    const text = file([
      '{"cell_type": "raw", "id": "a", "metadata": {"__proto__": {"x": 1}, "constructor": 2}, "source": []}',
    ]);
    const { notebook } = open(text);
    const [cell] = notebook.document.cells;
    if (!cell) throw new Error('lost');
    expect(Object.hasOwn(cell.metadata, '__proto__')).toBe(true);
    expect(({} as { x?: number }).x).toBeUndefined();
    const metadata = { ...cell.metadata, y: 3 };
    const written = writeNotebook(notebook, { ...notebook.document, cells: [{ ...cell, metadata }] });
    expect(written).toBe(text.replace('"constructor": 2', '"constructor": 2, "y": 3'));
  });
});

function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

describe('edits', () => {
  it('keep the odd escapes and splits of lines that did not change', () => {
    const cell = (lines: string) => `{"cell_type": "raw", "id": "a", "metadata": {}, "source": [${lines}]}`;
    const { notebook } = open(file([cell('"\\u0061\\/b\\n", "two", " parts\\n", "x\\ny\\n", "end"')]));
    const [before] = notebook.document.cells;
    if (!before) throw new Error('lost');
    const source = before.source.replace('two parts', 'one part');
    const written = writeNotebook(notebook, { ...notebook.document, cells: [{ ...before, source }] });
    expect(written).toBe(file([cell('"\\u0061\\/b\\n", "one part\\n", "x\\ny\\n", "end"')]));
  });

  it('leave alone how a hand-formatted file is spaced', () => {
    const raw = (id: string, source: string) =>
      `{"cell_type": "raw",  "id": "${id}", "metadata":{ }, "source": [ "${source}" ]}`;
    const text = (b: string, rest: string) =>
      `{"nbformat" : 4,  "nbformat_minor": 5,\n\n"metadata": {},\n"cells": [ ${raw('a', '1')},\n\n\n   ${b}${rest}\n\n] }\n\n`;
    const last = `  ,   ${raw('c', '3')}`;
    const { notebook } = open(text(raw('b', '2'), last));
    const [a, b, c] = notebook.document.cells;
    if (!a || !b || !c) throw new Error('lost');
    const write = (cells: readonly NotebookCell[]) =>
      writeNotebook(notebook, { ...notebook.document, cells });
    expect(write([a, { ...b, source: 'x' }, c])).toBe(text(raw('b', 'x'), last));
    expect(write([a, b])).toBe(text(raw('b', '2'), ''));
  });

  it('a converted cell has the keys of its new type', () => {
    const { notebook } = open(
      file(
        [
          '{"cell_type": "markdown", "id": "a", "attachments": {"i": {}}, "metadata": {}, "source": ["x"]}',
          '{"cell_type": "code", "execution_count": 3, "id": "b", "metadata": {}, "outputs": [], "source": []}',
        ],
        5,
      ),
    );
    const [text, code] = notebook.document.cells;
    if (!text || !code) throw new Error('lost');
    const { attachments: _, ...bare } = text;
    const cells = [
      { ...bare, type: 'code' } as const,
      { ...code, type: 'raw', executionCount: null } as const,
    ];
    const written = writeNotebook(notebook, { ...notebook.document, cells });
    expect(JSON.parse(written)).toEqual({
      cells: [
        { cell_type: 'code', execution_count: null, id: 'a', metadata: {}, outputs: [], source: ['x'] },
        { cell_type: 'raw', id: 'b', metadata: {}, source: [] },
      ],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    });
  });

  it('10,000 cells are read, edited and written', () => {
    const cells = Array.from(
      { length: 10_000 },
      (_, n) =>
        `{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["x = ${String(n % 7)}\\n", "y"]}`,
    );
    const text = file(cells, 4);
    const { notebook } = open(text);
    expect(new Set(notebook.document.cells.map((cell) => cell.id)).size).toBe(10_000);
    const edited = notebook.document.cells.map((cell, n) =>
      n === 5_000 ? { ...cell, source: 'new' } : cell,
    );
    const written = writeNotebook(notebook, { ...notebook.document, cells: edited });
    cells[5_000] =
      '{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["new"]}';
    expect(written).toBe(file(cells, 4));
  });
});
