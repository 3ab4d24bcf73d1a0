/** Which ends of cells no page has seen, over a document whose pages come and go by the clock of the test. */
import type { Execution } from '@atelier-ide/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ExecutionRecord, newRecord } from '../kernels/execution-record.ts';
import { silentLog } from '../log.ts';
import { steadyNow } from '../steady-now.ts';
import type { User } from '../studio/user.ts';
import { type UnseenEnds, createUnseenEnds } from './unseen-ends.ts';

const user: User = { id: 'ann', name: 'Ann', role: 'user' };

const execution: Execution = {
  id: 'one',
  documentId: 'd',
  cellId: 'cell-0',
  sourceHash: 'h',
  kernelId: 'k',
  state: 'running',
  position: 0,
  executionCount: null,
  queuedAt: '2026-01-01T00:00:00.000Z',
  recorded: false,
};

describe('ends that nobody saw [F8]', () => {
  let told: string[];
  let isHeld: boolean;
  let freeAt: number;
  let ends: UnseenEnds;

  const make = (isOffered = true, records: ExecutionRecord[] = []): UnseenEnds =>
    createUnseenEnds({
      documents: { forServer: () => Promise.resolve({ user, isNotebook: true, isHeld, freeAt }) },
      executions: { unseen: (id) => told.push(id) },
      records,
      log: silentLog,
      isOffered,
    });

  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    isHeld = false;
    freeAt = 0;
    ends = make();
  });
  afterEach(() => {
    ends.close();
    vi.useRealTimers();
  });

  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

  it('are those while no page has the document', async () => {
    ends.note(execution);
    ends.note({ ...execution, state: 'done' });
    await settle();
    expect(told).toEqual(['one']);
  });

  it('are not those while a page has it', async () => {
    isHeld = true;
    ends.note(execution);
    ends.note({ ...execution, state: 'done' });
    await settle();
    isHeld = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([]);
  });

  it('are not told twice, whatever else is told of the execution', async () => {
    ends.note(execution);
    ends.note({ ...execution, state: 'done' });
    await settle();
    ends.note({ ...execution, state: 'done', recorded: true });
    // An execution of an earlier server, whose end was seen or told then.
    ends.note({ ...execution, id: 'former', state: 'done', recorded: true });
    await settle();
    expect(told).toEqual(['one']);
  });

  it('a page that was reloaded meanwhile sees the end; one that does not come back does not', async () => {
    freeAt = steadyNow() + 3000;
    ends.note(execution);
    ends.note({ ...execution, state: 'done' });
    await vi.advanceTimersByTimeAsync(2000);
    isHeld = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([]);
    isHeld = false;
    freeAt = steadyNow() + 3000;
    for (const id of ['two', 'three']) {
      ends.note({ ...execution, id });
      ends.note({ ...execution, id, state: 'error' });
    }
    await vi.advanceTimersByTimeAsync(2999);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual(['two', 'three']);
  });

  it('of what an earlier server left open count too; entries of consoles do not', async () => {
    ends.close();
    ends = make(true, [
      newRecord({
        id: 'left',
        userId: 'ann',
        documentId: 'd',
        cellId: 'cell-0',
        sourceHash: 'h',
        submission: 's',
        stopOnError: true,
        code: '',
      }),
    ]);
    ends.note({ ...execution, id: 'left', state: 'kernel-died' });
    ends.note({ ...execution, id: 'console', sourceHash: '' });
    ends.note({ ...execution, id: 'console', sourceHash: '', state: 'done' });
    await settle();
    expect(told).toEqual(['left']);
  });

  it('are unknown where pages cannot say that they are there', async () => {
    ends.close();
    ends = make(false);
    ends.note(execution);
    ends.note({ ...execution, state: 'done' });
    await settle();
    expect(told).toEqual([]);
  });
});
