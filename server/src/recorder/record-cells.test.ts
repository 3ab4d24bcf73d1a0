import { derivedId } from '@atelier-ide/core/notebook/identity.ts';
import type { Output } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import { describe, expect, it } from 'vitest';
import { type CellResult, recordCells } from './record-cells.ts';

const printed = (text: string): Output[] => [{ output_type: 'stream', name: 'stdout', text }];

const result = (executionId: string, cellId: string, source: string, text = executionId): CellResult => ({
  executionId,
  cellId,
  sourceHash: hashSource(source),
  outputs: printed(`${text}\n`),
  executionCount: 7,
});

type Cell = { id?: string; source: string; metadata?: object; outputs?: object[]; type?: string };

/** As Python's nbformat writes it. */
function notebook(cells: readonly Cell[], minor = 5): string {
  const all = cells.map(({ id, source, metadata = {}, outputs = [], type = 'code' }) => ({
    cell_type: type,
    ...(type === 'code' ? { execution_count: null } : {}),
    ...(id === undefined ? {} : { id }),
    metadata,
    ...(type === 'code' ? { outputs } : {}),
    source: [source],
  }));
  return `${JSON.stringify({ cells: all, metadata: {}, nbformat: 4, nbformat_minor: minor }, null, 1)}\n`;
}

function record(text: string, results: readonly CellResult[]) {
  const recorded = recordCells(text, results);
  if ('problem' in recorded) throw new Error(recorded.problem);
  const { cells } = JSON.parse(recorded.text) as { cells: { outputs?: { text?: string[] }[] }[] };
  return {
    text: recorded.text,
    placings: Object.fromEntries(recorded.placings),
    outputs: cells.map((cell) => cell.outputs?.map((output) => output.text?.join('') ?? '').join('') ?? null),
  };
}

describe('outputs into cells', () => {
  it('go into the cell of the id; every other line of the file stays', () => {
    const before = notebook([
      { id: 'a', source: 'one' },
      { id: 'b', source: 'two', outputs: [{ data: { 'application/json': 1.5 }, x: '1.0' }] },
    ]);
    const text = before.replace('1.5', '12345678901234567890').replace('"1.0"', '1.0');
    const { text: after, placings } = record(text, [result('x', 'a', 'one')]);
    expect(placings).toEqual({ x: 'placed' });
    const gone = text.split('\n').filter((line) => !after.split('\n').includes(line));
    expect(gone).toEqual(['   "outputs": [],']);
    expect(after).toContain('12345678901234567890');
    expect(after).toContain('"x": 1.0');
    expect(JSON.parse(after)).toMatchObject({
      cells: [{ execution_count: 7, outputs: [{ output_type: 'stream', text: ['x\n'] }] }, {}],
    });
  });

  it.each([
    ['4.5 without ids', 5],
    ['4.2', 2],
  ])('in format %s they go into the cell with the source that ran', (_name, minor) => {
    const text = notebook([{ source: 'same' }, { source: 'other' }, { source: 'same' }], minor);
    const { outputs, text: after } = record(text, [result('x', derivedId('same', 1), 'same')]);
    expect(outputs).toEqual(['', '', 'x\n']);
    expect(after).not.toContain('"id"');
  });

  it('a cell that was made or edited on the page is found by its source, where that is one', () => {
    const text = notebook([{ source: 'a' }, { source: 'b' }], 4);
    const results = [result('x', 'f00ba2', 'b'), result('y', derivedId('before', 0), 'a')];
    expect(record(text, results).outputs).toEqual(['y\n', 'x\n']);
  });

  it('of two equal cells without ids neither gets what may be the other’s', () => {
    const text = notebook([{ source: 'a' }, { source: 'a' }], 4);
    const { outputs, placings } = record(text, [result('x', 'f00ba2', 'a')]);
    expect(outputs).toEqual(['', '']);
    expect(placings).toEqual({ x: 'no-cell' });
    const both = record(text, [result('x', 'f00ba2', 'a'), result('y', 'f00ba3', 'a')]);
    expect(both.outputs).toEqual(['x\n', 'y\n']);
  });

  it('a cell that was deleted, or has another source now, is not touched, nor any other in its place', () => {
    const text = notebook([
      { id: 'a', source: 'one, edited' },
      { id: 'c', source: 'three' },
    ]);
    const recorded = record(text, [result('x', 'a', 'one'), result('y', 'b', 'three')]);
    expect(recorded.placings).toEqual({ x: 'source-changed', y: 'no-cell' });
    expect(recorded.text).toBe(text);
  });

  it('the newest of two results of a cell wins as a whole, whatever the page called the cell', () => {
    const text = notebook([
      { source: 'a', outputs: [{ name: 'stdout', output_type: 'stream', text: ['0'] }] },
    ]);
    const results = [result('x', 'f00ba2', 'a'), result('y', derivedId('a', 0), 'a')];
    const { outputs, placings } = record(text, results);
    expect(outputs).toEqual(['y\n']);
    expect(placings).toEqual({ x: 'superseded', y: 'placed' });
  });

  it('what the cell told of the times of an earlier run goes', () => {
    const metadata = { execution: { 'iopub.status.idle': '2020-01-01' }, tags: ['kept'] };
    const { text } = record(notebook([{ id: 'a', source: 'one', metadata }]), [result('x', 'a', 'one')]);
    expect(JSON.parse(text)).toMatchObject({ cells: [{ metadata: { tags: ['kept'] } }] });
    expect(text).not.toContain('2020-01-01');
  });

  it('what the file says already is not written again', () => {
    const once = record(notebook([{ id: 'a', source: 'one' }]), [result('x', 'a', 'one')]).text;
    expect(record(once, [result('x', 'a', 'one')]).text).toBe(once);
  });

  it('markdown, unknown cells and files that are no notebook are left alone', () => {
    const text = notebook([{ id: 'a', source: 'one', type: 'markdown' }]);
    expect(record(text, [result('x', 'a', 'one')]).placings).toEqual({ x: 'source-changed' });
    expect(recordCells('{"cells": [', [])).toHaveProperty('problem');
    expect(recordCells('', [])).toHaveProperty('problem');
    expect(recordCells('{"cells": [], "nbformat": 3}', [])).toHaveProperty('problem');
    const odd = '{"cells": [1, {"cell_type": "code", "id": "b"}], "nbformat": 4, "nbformat_minor": 5}';
    const { outputs } = record(odd, [result('x', 'b', '')]);
    expect(outputs[1]).toBe('x\n');
  });

  it('20 MB of outputs in other cells are not read', () => {
    const large = Array.from({ length: 200 }, (_, i) => ({
      id: `l${i}`,
      source: `large ${i}`,
      outputs: [{ name: 'stdout', output_type: 'stream', text: ['x'.repeat(100_000)] }],
    }));
    const text = notebook([...large, { id: 'a', source: 'one' }]);
    const { placings, outputs } = record(text, [result('x', 'a', 'one')]);
    expect(placings).toEqual({ x: 'placed' });
    expect(outputs[200]).toBe('x\n');
  });
});
