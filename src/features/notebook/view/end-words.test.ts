import type { CellId, NotebookCell, Output } from '@atelier-ide/core/notebook/model.ts';
import type { Execution } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { endWords } from './end-words.ts';

const cellWith = (...outputs: Output[]): NotebookCell => ({
  id: 'a' as CellId,
  type: 'code',
  source: '',
  metadata: {},
  executionCount: 1,
  outputs,
  hasFileId: true,
});
const run = (state: Execution['state']) => ({
  execution: { state } as Execution,
  place: null,
  isIncomplete: false,
});
const said = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
const words = (state: Execution['state'], ...outputs: Output[]) =>
  endWords(2, cellWith(...outputs), run(state));

describe('the end of a run in words [Q7]', () => {
  it('has the result where that is short, without colours', () => {
    expect(words('done', said('\u001b[32m42\u001b[0m\n'))).toBe('Cell 2 is done: 42');
    const shown: Output = { output_type: 'display_data', metadata: {}, data: { 'text/html': '<b>1</b>' } };
    expect(words('done', shown)).toBe('Cell 2 is done: 1');
    expect(words('done')).toBe('Cell 2 is done.');
  });

  it('says that there is more where the result is long, a picture or many', () => {
    expect(words('done', said('long '.repeat(100)))).toBe('Cell 2 is done, with output.');
    expect(words('done', said('x'.repeat(1_000_000)))).toBe('Cell 2 is done, with output.');
    const image: Output = { output_type: 'display_data', metadata: {}, data: { 'image/png': 'AA==' } };
    expect(words('done', image)).toBe('Cell 2 is done, with output.');
    expect(words('done', said('1'), image)).toBe('Cell 2 is done, with 2 outputs.');
  });

  it('names the error, and says when nobody knows', () => {
    const error: Output = { output_type: 'error', ename: 'ValueError', evalue: 'bad', traceback: [] };
    expect(words('error', said('before'), error)).toBe('Cell 2 failed with ValueError: bad');
    expect(words('error')).toBe('Cell 2 failed.');
    expect(words('kernel-died')).toBe('Cell 2 failed: the kernel ended.');
    expect(words('unknown')).toBe('Cell 2 has an unknown result.');
    expect(words('aborted')).toBe(null);
  });
});
