/** The 33 real notebooks, where they are at hand; they are not part of the repository. */
import { describe, expect, it } from 'vitest';
import type { NotebookDocument } from './model.ts';
import { type ParsedNotebook, readNotebook } from './read.ts';
import { canonicalStyle, formatJson } from './format.ts';
import { parseLossless } from './lossless.ts';
import { matchCells } from './identity.ts';
import { writeNotebook } from './write.ts';
import { validateNotebook } from './validate.ts';
import type { JsonValue } from './model.ts';
import { nbformatAnswers, realNotebooks } from './test-real-files.ts';

const files = realNotebooks();
const texts = files.filter((file) => file.text !== '');

function read(text: string): ParsedNotebook {
  const result = readNotebook(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.notebook;
}

interface DiskCell {
  readonly cell_type: string;
  readonly id?: string;
  readonly source: string | string[];
  readonly metadata: JsonValue;
  readonly outputs?: {
    readonly output_type: string;
    readonly text?: string[];
    readonly data?: Record<string, unknown>;
  }[];
}

const joined = (text: string | string[]) => (Array.isArray(text) ? text.join('') : text);

describe.skipIf(files.length === 0)('real notebooks', () => {
  it.each(files.map((file) => [file.name, file.text] as const))(
    '%s comes back unchanged [E3]',
    (_name, text) => {
      const notebook = read(text);
      expect(writeNotebook(notebook, notebook.document)).toBe(text);
      const copy = JSON.parse(JSON.stringify(notebook.document)) as NotebookDocument;
      expect(writeNotebook(notebook, copy)).toBe(text);
    },
  );

  it.each(texts.map((file) => [file.name, file.text] as const))(
    '%s means what JSON.parse says',
    (_name, text) => {
      const { document } = read(text);
      const value = JSON.parse(text) as { cells: DiskCell[]; metadata: JsonValue };
      expect(document.metadata).toEqual(value.metadata);
      expect(document.cells.map((cell) => [cell.type, cell.source, cell.metadata])).toEqual(
        value.cells.map((cell) => [cell.cell_type, joined(cell.source), cell.metadata]),
      );
      // One of the files has an id twice: the second cell does not count as having it.
      const ids = value.cells.map((cell) => cell.id);
      expect(document.cells.map((cell) => (cell.hasFileId ? (cell.id as string) : undefined))).toEqual(
        ids.map((id, index) => (ids.indexOf(id) === index ? id : undefined)),
      );
      const outputs = document.cells.map((cell) =>
        cell.outputs.map((one) => ('text' in one ? one.text : one.output_type)),
      );
      expect(outputs).toEqual(
        value.cells.map((cell) =>
          (cell.outputs ?? []).map((one) => (one.text ? joined(one.text) : one.output_type)),
        ),
      );
      expect(new Set(document.cells.map((cell) => cell.id)).size).toBe(document.cells.length);
    },
  );

  it.each(texts.map((file) => [file.name, file.text] as const))(
    '%s changes in one cell only [E3]',
    (_name, text) => {
      const notebook = read(text);
      const { document, scan } = notebook;
      for (const [index, cell] of document.cells.entries()) {
        const range = scan?.cells[index];
        if (range === undefined) throw new Error('no range');
        const cells = document.cells.with(index, { ...cell, source: `${cell.source}\n# é edited` });
        const written = writeNotebook(notebook, { ...document, cells });
        expect(
          written.startsWith(text.slice(0, range.start)) && written.endsWith(text.slice(range.end)),
        ).toBe(true);
        expect(read(written).document.cells[index]?.source).toBe(`${cell.source}\n# é edited`);
      }
    },
  );

  it('written anew in the canonical form equals those that nbformat wrote', () => {
    let same = 0;
    for (const { text } of texts)
      if (formatJson(parseLossless(text), canonicalStyle, '') + '\n' === text) same += 1;
    // 17 of them were saved by nbformat.write itself.
    expect(same).toBe(17);
  });

  it('cells are found again after some were removed and one was edited', () => {
    for (const { text } of texts) {
      const { cells } = read(text).document;
      const after = cells
        .filter((_, index) => index % 5 !== 3)
        .map((cell, index) => (index === 0 ? { ...cell, source: 'new' } : cell));
      const found = matchCells(cells, after);
      for (const cell of after) expect(found.get(cell.id)).toBe(cell.id);
    }
  });
});

describe('what is written', () => {
  const base = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}';
  const cell = (id: string, source: string) => ({
    id,
    source,
    metadata: {},
    outputs: [],
    executionCount: null,
    hasFileId: true,
  });
  const rich = {
    output_type: 'display_data',
    data: {
      'text/plain': 'a\u2028b\x0bc\r\nd\n\n',
      'image/svg+xml': '<svg>\n</svg>',
      'image/png': 'AAAA\nBBBB\n',
      'application/json': {
        é: 1,
        '\u{1f600}': [0.00001, 1e-7, 1e22, 1e16, -2.5],
        '\uffff': '',
        a: {},
        b: [],
      },
    },
    metadata: {},
    rawJson: {},
  };
  const document = {
    cells: [
      {
        ...cell('a1', 'x = "é"\n\u007f\u0085y\x1cz'),
        type: 'code',
        outputs: [
          rich,
          { output_type: 'stream', name: 'stdout', text: 'a\rb\n' },
          { output_type: 'error', ename: 'E', evalue: '', traceback: ['\u001b[31mt'] },
        ],
        executionCount: 3,
      },
      { ...cell('a2', '# t\n'), type: 'markdown', attachments: { 'i.png': { 'image/png': 'AA' } } },
      { ...cell('a3', ''), type: 'raw' },
    ],
    metadata: { kernelspec: { name: 'p', display_name: 'P' }, instance_type: 'ml.t3.medium' },
    nbformat: 4,
    nbformatMinor: 5,
  } as unknown as NotebookDocument;
  const empty = read('');
  const written = writeNotebook(empty, document);

  it('is valid nbformat 4.5, and what is not is found', () => {
    expect(validateNotebook(JSON.parse(written) as JsonValue)).toEqual([]);
    expect(validateNotebook(JSON.parse(base) as JsonValue)).toEqual([]);
    const wrong = (from: string, to: string) =>
      validateNotebook(JSON.parse(written.replace(from, to)) as JsonValue);
    for (const [from, to] of [
      ['"id": "a1"', '"id": "a2"'],
      ['"id": "a1"', '"id": "~a"'],
      ['"output_type": "error"', '"output_type": "pyerr"'],
      ['"metadata": {}', '"metadata": []'],
      ['"cell_type": "raw"', '"cell_type": "heading"'],
      ['"execution_count": 3', '"execution_count": "3"'],
      ['"nbformat_minor": 5', '"nbformat_minor": 4'],
      ['"display_name": "P",', ''],
      ['"evalue": "",', ''],
      ['"image/png": "AA"', '"image/png": 1'],
    ] as const) {
      expect(written).toContain(from);
      expect(wrong(from, to)).not.toEqual([]);
    }
  });

  it('is byte for byte what nbformat.write writes, and valid to it [E3]', (context) => {
    const answer = nbformatAnswers(written);
    if (answer === undefined) {
      context.skip('Python with nbformat is not at hand');
      return;
    }
    expect(answer).toEqual({ fault: null, text: written });
  });
});
