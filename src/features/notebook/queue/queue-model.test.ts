import { type Execution, problem, ProblemError, type Queue, type StudioEvent } from '@atelier-ide/contract';
import { asCellId } from '@atelier-ide/core/notebook/model.ts';
import { describe, expect, it } from 'vitest';
import { Emitter } from '@/base/emitter.ts';
import { createFakeClock } from '@/services/fake-clock.ts';
import { createNotebookStore } from '../session/notebook-store.ts';
import { QueueModel } from './queue-model.ts';
import { firstLine, rowsOf } from './queue-rows.ts';

const execution = (id: string, change: Partial<Execution> = {}): Execution => ({
  id,
  documentId: 'd1',
  cellId: id,
  sourceHash: 'h',
  kernelId: 'k',
  state: 'queued',
  position: 0,
  executionCount: null,
  queuedAt: '2026-11-23T00:00:00.000Z',
  recorded: false,
  ...change,
});

const running = execution('a', { state: 'running', journal: { epoch: 'e', seq: 1 } });
const queueOf = (...items: Execution[]): Queue => ({ items, total: items.length });

function setUp() {
  const clock = createFakeClock();
  const events = new Emitter<StudioEvent>();
  const local = new Emitter<void>();
  const notebook = createNotebookStore('n.ipynb');
  const document = {
    id: 'd1',
    path: 'n.ipynb',
    kind: 'notebook' as const,
    binding: { generation: 1, state: 'bound' as const, appId: 'app', kernelId: 'k' },
    proposal: { imageId: null, kernelName: null, instanceType: null, source: 'default' as const },
    lease: { fence: 0 },
  };
  notebook.setState({ document });
  const server = { queue: queueOf(running, execution('b'), execution('c'), execution('d')), isAway: false };
  const moves: unknown[] = [];
  let reads = 0;
  let answer: 'moved' | 'changed' = 'moved';
  const model = new QueueModel({
    notebook,
    events: { onDidReceive: events.event },
    clock,
    queue: {
      async read() {
        reads += 1;
        if (server.isAway) throw new ProblemError(problem('app-unreachable', 'Away.'));
        return server.queue;
      },
      async move(...args) {
        moves.push(args);
        await Promise.resolve();
        return answer;
      },
      onDidChange: (listener) => {
        const one = local.event(listener);
        return () => one.dispose();
      },
    },
  });
  const shown = () => model.store.getState().queue?.items.map(({ id }) => id);
  const tell = (one: Execution) =>
    events.fire({ seq: 1, time: '', type: 'execution', execution: one } as StudioEvent);
  return {
    model,
    clock,
    server,
    moves,
    shown,
    tell,
    events,
    local,
    reads: () => reads,
    refuse: () => {
      answer = 'changed';
    },
  };
}

describe('the queue that is looked at [F2]', () => {
  it('is read again after events of its kernel, also of other notebooks, and of nothing else', async () => {
    const { model, clock, tell, reads, local } = setUp();
    const end = model.follow();
    await clock.settle();
    expect(reads()).toBe(1);
    tell(execution('x', { documentId: 'other' }));
    tell(execution('y', { documentId: 'other' }));
    await clock.advance(150);
    expect(reads()).toBe(2);
    tell(execution('z', { documentId: 'other', kernelId: 'another' }));
    await clock.advance(1_000);
    expect(reads()).toBe(2);
    local.fire();
    await clock.advance(150);
    expect(reads()).toBe(3);
    end();
    tell(execution('x'));
    await clock.advance(1_000);
    expect(reads()).toBe(3);
    expect(clock.pending).toBe(0);
  });

  it('shows a move at once, under the order that was seen, and takes it back where it is refused', async () => {
    const { model, clock, shown, moves, refuse } = setUp();
    model.follow();
    await clock.settle();
    refuse();
    const moved = model.move('d', 1);
    expect(shown()).toEqual(['a', 'd', 'b', 'c']);
    expect(moves).toEqual([['d', 1, ['a', 'b', 'c', 'd']]]);
    expect(await moved).toBe('changed');
    expect(shown()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('says that it may be old while the server is away', async () => {
    const { model, clock, server, tell, shown } = setUp();
    model.follow();
    await clock.settle();
    server.isAway = true;
    tell(execution('b'));
    await clock.advance(200);
    expect(model.store.getState().isStale).toBe(true);
    expect(shown()).toHaveLength(4);
    server.isAway = false;
    tell(execution('b'));
    await clock.advance(200);
    expect(model.store.getState().isStale).toBe(false);
  });
});

describe('rows of a queue [F2]', () => {
  const order = ['b', 'a'].map(asCellId);
  const of = {
    documentId: 'd1',
    order,
    cellOf: ({ cellId }: Execution) => order.find((id) => id === cellId),
    sourceOf: () => '\n  # first\nx',
    pathOf: (id: string) => (id === 'd2' ? 'dir/other.ipynb' : undefined),
  };

  it('name cells as people count them, and whose else is', () => {
    const {
      running: now,
      waiting,
      more,
    } = rowsOf(
      {
        items: [
          running,
          // Sent, though the kernel has not said that it has begun.
          execution('sent', { cellId: null, journal: { epoch: 'e', seq: 2 } }),
          execution('b'),
          execution('gone'),
          execution('console-1-x'),
          execution('o', { documentId: 'd2' }),
          execution('p', { documentId: 'd3' }),
        ],
        total: 10,
      },
      of,
    );
    expect(now.map(({ name, line }) => [name, line])).toEqual([
      ['Cell 2', '# first'],
      ['Another client', ''],
    ]);
    expect(waiting.map(({ name }) => name)).toEqual([
      'Cell 1',
      'Another cell',
      'Console',
      'other.ipynb',
      'Another notebook',
    ]);
    expect(more).toBe(3);
  });

  it('have the first line that says something', () => {
    expect(firstLine('\n\n  import os\nx')).toBe('import os');
    expect(firstLine(' \n')).toBe('');
  });
});
