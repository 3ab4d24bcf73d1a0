import { randomUUID } from 'node:crypto';
import { encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { createMessage } from '@atelier-ide/core/wire/message.ts';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../log.ts';
import { createStore } from '../store/create-store.ts';
import { type ExecutionRecord, newRecord } from './execution-record.ts';
import type { EntryKind, JournalEntry, JournalReader } from './journal.ts';
import { ExecutionSaver, catchUp, parseExecutions, settleAll, settleFailed } from './kept-executions.ts';

const record = (id: string, changes: Partial<ExecutionRecord> = {}): ExecutionRecord => ({
  ...newRecord({
    id,
    userId: 'u',
    documentId: 'd',
    cellId: id,
    sourceHash: 'h',
    submission: 's',
    stopOnError: true,
    code: '1',
  }),
  kernelId: 'k',
  ...changes,
});

const sentAt = (seq: number): Partial<ExecutionRecord> => ({ journal: { epoch: 'e', seq }, code: '' });

/** A journal of these frames: kind, type, of which request, content. */
function journalOf(frames: readonly [EntryKind, string, string, object?][]): JournalReader {
  const entries = frames.map(([kind, type, of, content = {}], index): JournalEntry => {
    const isRequest = kind === 'in';
    const bytes = encodeV1(
      createMessage({
        channel: type.endsWith('_reply') || isRequest ? 'shell' : 'iopub',
        type,
        id: isRequest ? of : randomUUID(),
        session: 'x',
        date: '2026-01-01T00:00:00.000Z',
        content: { ...content },
        parent: isRequest ? {} : { msg_id: of },
      }),
    );
    return { seq: index + 1, kind, bytes };
  });
  return {
    epoch: 'e2',
    head: entries.length,
    tail: 0,
    canResume: () => true,
    // Small portions, so that the border between two is met.
    read: (after: number) => entries.slice(after, after + 2),
  };
}

describe('executions over a restart of the server', () => {
  it('come back from the store as they were, in their order, and what is no execution is left out', async () => {
    const store = await createStore(':memory:');
    const saver = new ExecutionSaver(store.executions, silentLog);
    const first = record('first', { shownPosition: 1 });
    saver.note(first);
    saver.note(record('second'));
    await saver.kept();
    first.isRecorded = true;
    first.tracker = { ...first.tracker, state: 'done', reply: 'ok', isIdle: true, executionCount: 3 };
    saver.note(first);
    await saver.flush();
    await store.executions.put([{ id: 'broken', body: '{"id":1}' }]);
    const kept = parseExecutions(await store.executions.all(100), silentLog);
    expect(kept).toEqual([first, { ...record('second'), queuedAt: kept[1]?.queuedAt }]);
    expect((await store.executions.all(2)).map(({ id }) => id)).toEqual(['second', 'broken']);
    await store.close();
  });

  it('are brought up to what the journal knows, from the place that the store knew', () => {
    const known = record('known', sentAt(2));
    const unseen = record('unseen');
    const waiting = record('waiting');
    const journal = journalOf([
      ['out', 'execute_reply', 'known', { status: 'error' }],
      ['in', 'execute_request', 'known'],
      ['out', 'status', 'known', { execution_state: 'busy' }],
      ['out', 'execute_reply', 'known', { status: 'ok', execution_count: 7 }],
      ['gap', 'atelier_gap', ''],
      ['out', 'status', 'known', { execution_state: 'idle' }],
      ['in', 'execute_request', 'unseen'],
      ['out', 'status', 'unseen', { execution_state: 'busy' }],
    ]);
    catchUp(journal, [known, unseen, waiting]);
    expect([known.tracker.state, known.tracker.executionCount]).toEqual(['done', 7]);
    expect([unseen.tracker.state, unseen.journal, unseen.code]).toEqual([
      'running',
      { epoch: 'e2', seq: 7 },
      '',
    ]);
    expect([waiting.tracker.state, waiting.journal, waiting.code]).toEqual(['queued', null, '1']);
    settleAll([known, unseen, waiting], 'gone');
    expect([known, unseen, waiting].map(({ tracker }) => tracker.state)).toEqual([
      'done',
      'kernel-died',
      'aborted',
    ]);
    expect(unseen.tracker.cause).toBe('gone');
  });

  it('are brought up to date past a frame that nobody understands', () => {
    const known = record('known', sentAt(1));
    const journal = journalOf([
      ['in', 'execute_request', 'known'],
      ['out', 'status', 'known', { execution_state: 'busy' }],
      ['out', 'execute_reply', 'known', { status: 'ok', execution_count: 7 }],
      ['out', 'status', 'known', { execution_state: 'idle' }],
    ]);
    const broken = (entry: JournalEntry): JournalEntry =>
      entry.seq === 2 ? { ...entry, bytes: new Uint8Array([1, 2, 3]) } : entry;
    catchUp({ ...journal, read: (after, size) => journal.read(after, size).map(broken) }, [known]);
    expect(known.tracker.state).toBe('done');
  });

  it('that waited behind a cell that failed unseen do not run', () => {
    const failing = record('failing', sentAt(1));
    const behind = record('behind');
    const other = record('other', { submission: 'another' });
    const journal = journalOf([
      ['in', 'execute_request', 'failing'],
      ['out', 'execute_reply', 'failing', { status: 'error' }],
      ['out', 'status', 'failing', { execution_state: 'idle' }],
    ]);
    catchUp(journal, [failing, behind, other]);
    settleFailed([failing, behind, other]);
    expect([failing, behind, other].map(({ tracker }) => tracker.state)).toEqual([
      'error',
      'aborted',
      'queued',
    ]);
  });
});
