import type { Execution } from '@atelier-ide/contract';
import { describe, expect, it, vi } from 'vitest';
import { createDocumentWork } from './document-work.ts';

const execution = (change: Partial<Execution>): Execution => ({
  id: 'e1',
  documentId: 'd',
  cellId: 'c',
  sourceHash: 'abc',
  kernelId: 'k',
  state: 'running',
  position: 0,
  executionCount: null,
  queuedAt: '2026-11-23T00:00:00.000Z',
  journal: { epoch: 'e', seq: 1 },
  recorded: false,
  ...change,
});

function setUp() {
  const work = createDocumentWork(60_000);
  const settled = vi.fn();
  work.onDidSettle(settled);
  return { work, settled, isBusy: () => work.isBusy('d', 'k') };
}

describe('the work of a document', () => {
  it('goes on after a cell until its outputs are in the file', () => {
    const { work, settled, isBusy } = setUp();
    work.note(execution({}));
    work.note(execution({ state: 'done' }));
    expect([isBusy(), settled.mock.calls.length]).toEqual([true, 1]);
    work.note(execution({ state: 'done', recorded: true }));
    expect([isBusy(), settled.mock.calls.length]).toEqual([false, 2]);
  });

  it('ends with what a console ran: that goes into no file, and no switch waits for it [G1, F9]', () => {
    const { work, isBusy } = setUp();
    const entry = { cellId: 'console-1', sourceHash: '' };
    work.note(execution(entry));
    expect(isBusy()).toBe(true);
    work.note(execution({ ...entry, state: 'done' }));
    expect(isBusy()).toBe(false);
  });
});
