import type { Execution } from '@atelier-ide/contract';
import { asCellId, type CellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import type { NotebookState } from '../session/notebook-store.ts';
import { LongRuns } from './long-runs.ts';
import { wordsOf } from './use-long-runs.ts';

const order = ['a', 'b', 'c'].map(asCellId);
const time = (second: number) => new Date(1_700_000_000_000 + second * 1_000).toISOString();

type Told = { state: Execution['state']; from?: number; to?: number; cause?: string };

/** Runs by cell; the id of an execution is that of its cell and round. */
function state(told: Readonly<Record<string, Told>>, round = 1) {
  const runs: Record<CellId, NotebookState['runs'][CellId]> = {};
  for (const [cell, { state: now, from, to, cause }] of Object.entries(told)) {
    const execution: Execution = {
      id: `${cell}${round}`,
      documentId: 'd',
      cellId: cell,
      sourceHash: 'h',
      kernelId: 'k',
      state: now,
      position: 0,
      executionCount: null,
      queuedAt: time(0),
      recorded: false,
      ...(from === undefined ? {} : { startedAt: time(from) }),
      ...(to === undefined ? {} : { endedAt: time(to) }),
      ...(cause === undefined ? {} : { cause }),
    };
    runs[asCellId(cell)] = { execution, place: null, isIncomplete: false };
  }
  return { runs, order, cells: {} };
}

describe('long runs', () => {
  it('are told once all that was queued is over, from the first start to the last end', () => {
    const watch = new LongRuns();
    expect(watch.next(state({ a: { state: 'running', from: 0 }, b: { state: 'queued' } }))).toBeNull();
    const between = state({ a: { state: 'done', from: 0, to: 20 }, b: { state: 'running', from: 20 } });
    expect(watch.next(between)).toBeNull();
    const end = state({ a: { state: 'done', from: 0, to: 20 }, b: { state: 'done', from: 20, to: 134 } });
    const run = watch.next(end);
    expect(run).toEqual({ ms: 134_000, count: 2, cellId: 'b', failed: null });
    expect(watch.next(end)).toBeNull();
    expect(run && wordsOf('dir/train.ipynb', run)).toEqual({
      title: 'train.ipynb is done',
      detail: '2 cells ran, 2:14.',
    });
  });

  it('that are short, or were over before, are not told', () => {
    const watch = new LongRuns();
    expect(watch.next(state({ a: { state: 'done', from: 0, to: 100 } }))).toBeNull();
    expect(watch.next(state({ a: { state: 'running', from: 0 } }, 2))).toBeNull();
    expect(watch.next(state({ a: { state: 'done', from: 0, to: 29 } }, 2))).toBeNull();
  });

  it('name the cell that failed, and how', () => {
    const watch = new LongRuns();
    watch.next(
      state({ a: { state: 'running', from: 0 }, b: { state: 'running', from: 1 }, c: { state: 'queued' } }),
    );
    const run = watch.next(
      state({
        a: { state: 'done', from: 0, to: 40 },
        b: { state: 'kernel-died', from: 40, to: 50, cause: 'The kernel ran out of memory (4 GiB).' },
        c: { state: 'aborted', to: 50 },
      }),
    );
    expect(run).toMatchObject({ cellId: 'b', count: 2 });
    expect(run && wordsOf('n.ipynb', run).title).toBe(
      'n.ipynb: cell 2 ended with its kernel: The kernel ran out of memory (4 GiB).',
    );
  });
});
