import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ExecutionRecord, newRecord } from './execution-record.ts';
import { createExecutionRecords } from './execution-records.ts';
import { headOf, requestFrame } from './frame.ts';
import { KernelQueue } from './kernel-queue.ts';

function record(id: string, submission = 's', cellId = id): ExecutionRecord {
  return newRecord({
    id,
    userId: 'u',
    documentId: 'd',
    cellId,
    sourceHash: null,
    submission,
    stopOnError: true,
    code: id,
  });
}

type Setup = {
  queue: KernelQueue;
  sent: string[];
  changes: [string, string, number][];
  asked: number;
  interrupts: number;
  /** Ends an interrupt that the queue has asked for. */
  didInterrupt: () => void;
  isReady: boolean;
};

function setUp(): Setup {
  const setup: Setup = {
    queue: undefined as never,
    sent: [],
    changes: [],
    asked: 0,
    interrupts: 0,
    didInterrupt: () => undefined,
    isReady: true,
  };
  setup.queue = new KernelQueue({
    channel: () => ({
      session: 'hub',
      epoch: 'e',
      isReady: setup.isReady,
      send: (frame) => setup.sent.push(headOf(frame).id),
      reconcile: () => {
        setup.asked += 1;
      },
    }),
    interrupt: () => {
      setup.interrupts += 1;
      return new Promise((resolve) => (setup.didInterrupt = resolve));
    },
    didChange: (one, position) => setup.changes.push([one.id, one.tracker.state, position]),
  });
  return setup;
}

/** A message of the kernel that answers `parentId`. */
function answer(
  { queue }: Setup,
  parentId: string,
  type: string,
  content: Record<string, string | number>,
): void {
  const channel = type === 'status' || type === 'execute_input' ? 'iopub' : 'shell';
  const bytes = requestFrame({ channel, type, id: 'x', session: 'k', content });
  queue.handleFrame({ seq: 0, kind: 'out', bytes }, { ...headOf(bytes), parentId });
}

/** An interrupt that somebody sends, and the app answers at once. */
const interrupt = ({ queue }: Setup): void => {
  queue.handleControl('interrupting');
  queue.handleControl('interrupted');
};

const finish = (setup: Setup, id: string, status = 'ok'): void => {
  answer(setup, id, 'status', { execution_state: 'busy' });
  answer(setup, id, 'execute_reply', { status });
  answer(setup, id, 'status', { execution_state: 'idle' });
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('queue of a kernel', () => {
  it('has one request at the kernel at a time, and waits until it can be reached', () => {
    const setup = setUp();
    setup.isReady = false;
    setup.queue.add([record('a'), record('b')]);
    expect(setup.sent).toEqual([]);
    setup.isReady = true;
    setup.queue.pump();
    setup.queue.pump();
    expect(setup.sent).toEqual(['a']);
    finish(setup, 'a');
    expect(setup.sent).toEqual(['a', 'b']);
  });

  it('interrupts again what was interrupted before the kernel had begun with it, once', async () => {
    const setup = setUp();
    setup.queue.add([record('a'), record('b')]);
    interrupt(setup);
    expect(setup.changes.at(-1)).toEqual(['b', 'aborted', 0]);
    answer(setup, 'a', 'status', { execution_state: 'busy' });
    vi.advanceTimersByTime(1000);
    expect(setup.interrupts).toBe(0);
    answer(setup, 'a', 'execute_input', { execution_count: 1 });
    vi.advanceTimersByTime(1000);
    expect(setup.interrupts).toBe(1);
    finish(setup, 'a', 'error');
    setup.queue.add([record('c')]);
    expect(setup.sent).toEqual(['a']);
    setup.didInterrupt();
    await vi.advanceTimersByTimeAsync(0);
    expect(setup.sent).toEqual(['a', 'c']);
    answer(setup, 'c', 'execute_input', { execution_count: 2 });
    interrupt(setup);
    vi.advanceTimersByTime(1000);
    expect(setup.interrupts).toBe(1);
  });

  it('interrupts again what begins while the interrupt is on its way, which may have come before', () => {
    const setup = setUp();
    setup.queue.add([record('a')]);
    setup.queue.handleControl('interrupting');
    answer(setup, 'a', 'execute_input', { execution_count: 1 });
    vi.advanceTimersByTime(1000);
    expect(setup.interrupts).toBe(0);
    setup.queue.handleControl('interrupted');
    vi.advanceTimersByTime(1000);
    expect(setup.interrupts).toBe(1);
  });

  it('lets nothing begin that waited when an interrupt was asked for, however the running one ends [F1]', () => {
    const setup = setUp();
    const [a, b, c] = [record('a', 's1'), record('b', 's2'), record('c', 's3')];
    setup.queue.add([a]);
    setup.queue.add([b]);
    answer(setup, 'a', 'execute_input', { execution_count: 1 });
    setup.queue.handleControl('interrupting');
    finish(setup, 'a');
    expect([a, b].map(({ tracker }) => tracker.state)).toEqual(['done', 'aborted']);
    // The signal of this interrupt is still to come: it must not hit what was submitted behind it.
    setup.queue.add([c]);
    expect(setup.sent).toEqual(['a']);
    setup.queue.handleControl('interrupted');
    expect(setup.sent).toEqual(['a', 'c']);
  });

  it('keeps what was submitted behind an interrupt, and drops it at one that nobody told of', () => {
    const setup = setUp();
    const [a, b, c] = [record('a', 's1'), record('b', 's2'), record('c', 's3')];
    const broken = { status: 'error', ename: 'KeyboardInterrupt' };
    setup.queue.add([a]);
    answer(setup, 'a', 'execute_input', { execution_count: 1 });
    interrupt(setup);
    setup.queue.add([b]);
    answer(setup, 'a', 'execute_reply', broken);
    answer(setup, 'a', 'status', { execution_state: 'idle' });
    expect(setup.sent).toEqual(['a', 'b']);
    setup.queue.add([c]);
    answer(setup, 'b', 'execute_reply', broken);
    expect(c.tracker.state).toBe('aborted');
  });

  it('does not interrupt again what the first interrupt has ended', () => {
    const setup = setUp();
    setup.queue.add([record('a')]);
    interrupt(setup);
    answer(setup, 'a', 'execute_input', { execution_count: 1 });
    finish(setup, 'a', 'error');
    setup.queue.add([record('b')]);
    vi.advanceTimersByTime(1000);
    expect(setup.interrupts).toBe(0);
  });

  it('asks the kernel when idle is missing 10 s after the reply, and ends the execution by its answer', () => {
    const setup = setUp();
    const one = record('a');
    setup.queue.add([one, record('b')]);
    answer(setup, 'a', 'status', { execution_state: 'busy' });
    answer(setup, 'a', 'execute_reply', { status: 'ok' });
    vi.advanceTimersByTime(9_900);
    setup.queue.handleCaughtUp(100);
    expect([setup.asked, one.tracker.state]).toEqual([0, 'running']);
    vi.advanceTimersByTime(200);
    expect(setup.asked).toBe(1);
    setup.queue.handleCaughtUp(100);
    expect(one.tracker.state).toBe('done');
    expect(setup.sent).toEqual(['a', 'b']);
    vi.advanceTimersByTime(60_000);
    expect(setup.asked).toBe(1);
  });

  it('ends what an interrupt has broken off within the kernel, which then gives no reply, by its answer [F1]', () => {
    const setup = setUp();
    const [a, b, c] = [record('a', 's1'), record('b', 's2'), record('c', 's3')];
    setup.queue.add([a]);
    answer(setup, 'a', 'execute_input', { execution_count: 1 });
    interrupt(setup);
    answer(setup, 'a', 'status', { execution_state: 'idle' });
    setup.queue.add([b]);
    vi.advanceTimersByTime(300);
    expect([setup.asked, a.tracker.state]).toEqual([1, 'running']);
    setup.queue.handleCaughtUp(100);
    expect(a.tracker).toMatchObject({ state: 'error', cause: 'Interrupted' });
    expect(setup.sent).toEqual(['a', 'b']);
    // The kernel had not begun with this one.
    interrupt(setup);
    answer(setup, 'b', 'status', { execution_state: 'idle' });
    setup.queue.add([c]);
    vi.advanceTimersByTime(300);
    setup.queue.handleCaughtUp(100);
    expect([b.tracker.state, c.tracker.state, setup.asked]).toEqual(['aborted', 'queued', 2]);
    // One that nobody has interrupted has its time.
    answer(setup, 'c', 'status', { execution_state: 'idle' });
    vi.advanceTimersByTime(300);
    expect(setup.asked).toBe(2);
  });

  it('ends an execution without a reply as unknown, and takes back what it inferred when the reply still comes', () => {
    const setup = setUp();
    const one = record('a');
    setup.queue.add([one]);
    answer(setup, 'a', 'status', { execution_state: 'idle' });
    setup.queue.handleCaughtUp(100);
    expect(one.tracker.state).toBe('unknown');
    answer(setup, 'a', 'execute_reply', { status: 'ok' });
    expect(one.tracker.state).toBe('done');
  });

  it('leaves alone what was sent after the question', () => {
    const setup = setUp();
    const one = record('a');
    setup.queue.add([one]);
    setup.queue.handleCaughtUp(one.journal?.seq ?? 0);
    expect(one.tracker.state).toBe('queued');
  });

  it('aborts the rest of the same submission only', () => {
    const setup = setUp();
    const [a, b, c] = [record('a', 's1'), record('b', 's1'), record('c', 's2')];
    setup.queue.add([a, b]);
    setup.queue.add([c]);
    finish(setup, 'a', 'error');
    expect([a, b, c].map((one) => one.tracker.state)).toEqual(['error', 'aborted', 'queued']);
    expect(setup.sent).toEqual(['a', 'c']);
  });

  it('tells the places of those behind after a moment', () => {
    const setup = setUp();
    setup.queue.add([record('a'), record('b'), record('c')]);
    expect(setup.changes.map(([id, , position]) => [id, position])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
    setup.changes.length = 0;
    finish(setup, 'a');
    vi.advanceTimersByTime(300);
    expect(setup.changes.filter(([, state]) => state === 'queued')).toEqual([['c', 'queued', 1]]);
  });

  it('puts a moved one at its place, never before the one at the kernel', () => {
    const setup = setUp();
    const [a, b, c] = [record('a'), record('b'), record('c')];
    setup.queue.add([a, b, c]);
    expect(setup.queue.move(c, { position: 0 })).toBe('moved');
    expect([...setup.queue.positions()].map(([one, place]) => [one.id, place])).toEqual([
      ['c', 1],
      ['b', 2],
    ]);
    expect(setup.queue.move(a, { position: 2 })).toBe('gone');
  });
});

describe('records of executions', () => {
  it('stay bounded, and keep what has not ended and the newest of each cell', () => {
    const records = createExecutionRecords(1000);
    const waiting = record('waiting', 's', 'first-cell');
    records.add(waiting);
    for (let n = 0; n < 5000; n += 1) {
      const one = record(`e${n}`, 's', `cell-${n % 100}`);
      one.tracker = { ...one.tracker, state: 'done' };
      records.add(one);
    }
    expect(records.get('waiting')).toBe(waiting);
    expect(records.get('e0')).toBeUndefined();
    expect(records.get('e4999')).toBeDefined();
    const listed = records.ofDocument('d');
    expect(listed).toHaveLength(101);
    expect(listed.slice(1).map((one) => one.id)).toEqual(
      Array.from({ length: 100 }, (_one, n) => `e${4900 + n}`),
    );
  });
});
