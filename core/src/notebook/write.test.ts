import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NotebookCell, type NotebookDocument, asCellId, type JsonObject } from './model.ts';
import { newNotebook, type ParsedNotebook, readNotebook } from './read.ts';
import { writeNotebook } from './write.ts';
import {
  renderNotebook,
  type SampleCell,
  sampleNotebook,
  type SampleNotebook,
  sourceText,
  type Variant,
  variant,
  variants,
} from './test-notebook-samples.ts';

function read(text: string): ParsedNotebook {
  const result = readNotebook(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.notebook;
}

function edit(notebook: ParsedNotebook, index: number, change: Partial<NotebookCell>): NotebookDocument {
  const { document } = notebook;
  const cells = document.cells.map((cell, at) => (at === index ? { ...cell, ...change } : cell));
  return { ...document, cells };
}

/** Compare what the program sees with what the sample says. */
function expectSame(document: NotebookDocument, sample: SampleNotebook): void {
  const seen = document.cells.map((cell) => ({
    cell_type: cell.type,
    source: cell.source,
    metadata: cell.metadata,
    ...(cell.hasFileId ? { id: cell.id as string } : {}),
    ...(cell.type === 'code'
      ? { execution_count: cell.executionCount, outputs: cell.outputs.map(({ ...one }) => stripRaw(one)) }
      : {}),
  }));
  expect(seen).toEqual(sample.cells);
  expect(document.metadata).toEqual(sample.metadata);
}

function stripRaw(output: object): object {
  return Object.fromEntries(Object.entries(output).filter(([key]) => key !== 'rawJson'));
}

/** A notebook from whose text every manner of the variant can be seen, so that the writer can be held to all. */
function telling(sample: SampleNotebook): SampleNotebook {
  const hasIds = sample.nbformat_minor === 5;
  const id = (name: string) => (hasIds ? { id: name } : {});
  const extra: SampleCell[] = [
    {
      cell_type: 'code',
      ...id('z1'),
      source: 'é = 1\n\u00ef',
      metadata: {},
      execution_count: null,
      outputs: [],
    },
    { cell_type: 'markdown', ...id('z2'), source: 'text\nîmore', metadata: {} },
    { cell_type: 'raw', ...id('z3'), source: 'a\nb', metadata: {} },
  ];
  return { ...sample, cells: [...sample.cells, ...extra] };
}

function replaceCell(sample: SampleNotebook, index: number, change: Partial<SampleCell>): SampleNotebook {
  return { ...sample, cells: sample.cells.map((cell, at) => (at === index ? { ...cell, ...change } : cell)) };
}

describe.each(variants.map((one) => [one.name, one] as const))(
  'a notebook written as: %s',
  (_name, manner) => {
    it('is read right and comes back unchanged, byte for byte [E3]', () => {
      fc.assert(
        fc.property(sampleNotebook, (sample) => {
          const text = renderNotebook(sample, manner);
          const notebook = read(text);
          expectSame(notebook.document, sample);
          expect(writeNotebook(notebook, notebook.document)).toBe(text);
          const copy = JSON.parse(JSON.stringify(notebook.document)) as NotebookDocument;
          expect(writeNotebook(notebook, copy)).toBe(text);
        }),
        { numRuns: 60 },
      );
    });

    it('after an edit of a source is what its own program would have written [E3]', () => {
      fc.assert(
        fc.property(sampleNotebook.map(telling), fc.nat(), sourceText, (sample, at, source) => {
          const index = at % sample.cells.length;
          const notebook = read(renderNotebook(sample, manner));
          const written = writeNotebook(notebook, edit(notebook, index, { source }));
          expect(written).toBe(renderNotebook(replaceCell(sample, index, { source }), manner));
        }),
        { numRuns: 60 },
      );
    });

    it('after a run, a removal, a move and a new cell too', () => {
      fc.assert(
        fc.property(sampleNotebook.map(telling), fc.nat(), fc.nat(), (sample, a, b) => {
          const notebook = read(renderNotebook(sample, manner));
          const cells = [...notebook.document.cells];
          const samples = [...sample.cells];
          const run = cells.findIndex((cell) => cell.type === 'code');
          const outputs = [{ output_type: 'stream', name: 'stdout', text: 'one\ntwo é' }] as const;
          cells[run] = { ...must(cells[run]), executionCount: 7, outputs };
          samples[run] = { ...must(samples[run]), execution_count: 7, outputs };
          // The last three stay where they are: what is new is written like them.
          const rest = cells.length - 3;
          if (rest > 0) {
            cells.splice(b % rest, 0, ...cells.splice(a % rest, 1));
            samples.splice(b % rest, 0, ...samples.splice(a % rest, 1));
            cells.splice(a % rest, 1);
            samples.splice(a % rest, 1);
          }
          const hasIds = sample.nbformat_minor === 5;
          cells.unshift({
            id: asCellId('brandnew'),
            type: 'markdown',
            source: '# new\né',
            metadata: {},
            executionCount: null,
            outputs: [],
            hasFileId: true,
          });
          samples.unshift({
            cell_type: 'markdown',
            source: '# new\né',
            metadata: {},
            ...(hasIds ? { id: 'brandnew' } : {}),
          });
          const written = writeNotebook(notebook, { ...notebook.document, cells });
          expect(written).toBe(renderNotebook({ ...sample, cells: samples }, manner));
        }),
        { numRuns: 60 },
      );
    });

    it('after a change of kernelspec and instance type differs in these keys only', () => {
      const sample = telling({
        cells: [],
        metadata: { kernelspec: { name: 'a', language: 'é' }, zz: 1 },
        nbformat: 4,
        nbformat_minor: 5,
      });
      const notebook = read(renderNotebook(sample, manner));
      const metadata: JsonObject = {
        ...(notebook.document.metadata as JsonObject),
        kernelspec: { name: 'b', language: 'é', display_name: 'B' },
        instance_type: 'ml.t3.medium',
      };
      const written = writeNotebook(notebook, { ...notebook.document, metadata });
      expect(written).toBe(renderNotebook({ ...sample, metadata }, manner));
    });
  },
);

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing');
  return value;
}

describe('an edit of one cell', () => {
  it('changes only lines of this cell [E3]', () => {
    const onLines = variant.filter((one) => one.unit !== null);
    fc.assert(
      fc.property(sampleNotebook, onLines, fc.nat(), sourceText, (sample, manner, at, source) => {
        fc.pre(sample.cells.length > 0);
        const index = at % sample.cells.length;
        const text = renderNotebook(sample, manner);
        const notebook = read(text);
        const range = must(notebook.scan?.cells[index]);
        const written = writeNotebook(
          notebook,
          edit(notebook, index, { source, metadata: { edited: true } }),
        );
        expect(written.startsWith(text.slice(0, range.start))).toBe(true);
        expect(written.endsWith(text.slice(range.end))).toBe(true);
        const again = read(written).document.cells[index];
        expect(again?.source).toBe(source);
        expect(again?.metadata).toEqual({ edited: true });
      }),
    );
  });

  it('undone gives the original text again', () => {
    fc.assert(
      fc.property(sampleNotebook, variant, (sample, manner) => {
        const text = renderNotebook(sample, manner);
        const notebook = read(text);
        const edited = read(writeNotebook(notebook, { ...notebook.document, cells: [] }));
        expect(edited.document.cells).toEqual([]);
        const cells = notebook.document.cells.map((cell) => ({ ...cell, source: `${cell.source}` }));
        expect(writeNotebook(notebook, { ...notebook.document, cells })).toBe(text);
      }),
    );
  });
});

type Step =
  | { readonly do: 'source'; readonly at: number; readonly source: string }
  | { readonly do: 'remove' | 'clear' | 'convert'; readonly at: number }
  | { readonly do: 'move'; readonly at: number; readonly to: number }
  | { readonly do: 'add'; readonly at: number; readonly source: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('source' as const), at: fc.nat(), source: sourceText }),
  fc.record({ do: fc.constantFrom('remove' as const, 'clear' as const, 'convert' as const), at: fc.nat() }),
  fc.record({ do: fc.constant('move' as const), at: fc.nat(), to: fc.nat() }),
  fc.record({ do: fc.constant('add' as const), at: fc.nat(), source: sourceText }),
);

function apply(cells: readonly NotebookCell[], one: Step, count: number): NotebookCell[] {
  const next = [...cells];
  if (one.do === 'add') {
    const id = asCellId(`new-${String(count)}`);
    const cell: NotebookCell = {
      id,
      type: 'code',
      source: one.source,
      metadata: {},
      executionCount: null,
      outputs: [],
      hasFileId: true,
    };
    next.splice(one.at % (cells.length + 1), 0, cell);
    return next;
  }
  const index = one.at % Math.max(1, cells.length);
  const cell = next[index];
  if (cell === undefined) return next;
  if (one.do === 'source') next[index] = { ...cell, source: one.source };
  if (one.do === 'clear') next[index] = { ...cell, outputs: [], executionCount: null };
  if (one.do === 'convert') {
    next[index] = {
      ...cell,
      type: cell.type === 'code' ? 'markdown' : 'code',
      outputs: [],
      executionCount: null,
    };
  }
  if (one.do === 'remove') next.splice(index, 1);
  if (one.do === 'move') next.splice(one.to % cells.length, 0, ...next.splice(index, 1));
  return next;
}

describe('any sequence of edits', () => {
  it('is read back equal, in every manner [E3]', () => {
    fc.assert(
      fc.property(sampleNotebook, variant, fc.array(step, { maxLength: 12 }), (sample, manner, steps) => {
        const notebook = read(renderNotebook(sample, manner));
        let cells: readonly NotebookCell[] = notebook.document.cells;
        for (const [count, one] of steps.entries()) cells = apply(cells, one, count);
        const written = writeNotebook(notebook, { ...notebook.document, cells });
        JSON.parse(written.replace(/^\uFEFF/, ''));
        const content = (list: readonly NotebookCell[]) =>
          list.map(({ id: _, hasFileId: __, ...cell }) => cell);
        expect(content(read(written).document.cells)).toEqual(content(cells));
        if (sample.nbformat_minor < 5)
          expect(read(written).document.cells.some((cell) => cell.hasFileId)).toBe(false);
        expectSameManner(written, manner);
      }),
      { numRuns: 400 },
    );
  });
});

function expectSameManner(text: string, manner: Variant): void {
  expect(text.startsWith('\uFEFF')).toBe(manner.bom === true);
  expect(text.endsWith('\n')).toBe(manner.finalNewline === true);
  if (manner.unit === null) expect(text).not.toContain('\n');
  else if (manner.eol === '\r\n') expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
}

describe('a new notebook', () => {
  it('deleting every cell writes an empty list', () => {
    const notebook = read(
      '{\n "cells": [\n  {"cell_type": "raw", "metadata": {}, "source": []}\n ],\n "nbformat": 4}',
    );
    expect(writeNotebook(notebook, { ...notebook.document, cells: [] })).toBe(
      '{\n "cells": [],\n "nbformat": 4}',
    );
  });

  it('is written in the canonical form with ids', () => {
    const notebook = newNotebook();
    expect(writeNotebook(notebook, notebook.document)).toBe(
      '{\n "cells": [],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n',
    );
  });
});
