import { movedOrder } from '@atelier-ide/core/execution/queue-order.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newRecord } from './execution-record.ts';
import { headOf, requestFrame } from './frame.ts';
import { KernelQueue } from './kernel-queue.ts';

describe('a move in a queue [F2]', () => {
  it('counts in the order that was seen, whatever has left the front since', () => {
    expect(movedOrder(['b', 'c', 'd'], true, { id: 'd', position: 1, seen: ['a', 'b', 'c', 'd'] })).toEqual([
      'd',
      'b',
      'c',
    ]);
    expect(movedOrder(['c', 'd'], true, { id: 'c', position: 3, seen: ['a', 'b', 'c', 'd'] })).toEqual([
      'd',
      'c',
    ]);
  });

  it('leaves what came behind since where it is', () => {
    const seen = ['a', 'b', 'c'];
    expect(movedOrder(['b', 'c', 'new'], true, { id: 'b', position: 2, seen })).toEqual(['c', 'b', 'new']);
  });

  it.each([
    ['another order', ['c', 'b', 'd'], ['a', 'b', 'c', 'd']],
    ['something in between', ['b', 'x', 'c', 'd'], ['a', 'b', 'c', 'd']],
    ['a list without the one that moves', ['b', 'c', 'd'], ['a', 'b', 'c']],
    ['a list with one twice', ['b', 'c', 'd'], ['b', 'b', 'c', 'd']],
  ])('is refused when there is %s', (_what, waiting, seen) => {
    expect(movedOrder(waiting, true, { id: 'd', position: 0, seen })).toBeNull();
  });

  it('without an order that was seen counts in the present one, never before the one at the kernel', () => {
    expect(movedOrder(['b', 'c'], true, { id: 'c', position: 0 })).toEqual(['c', 'b']);
    expect(movedOrder(['b', 'c'], true, { id: 'b', position: 99 })).toEqual(['c', 'b']);
  });

  it('keeps all that waits, once, and the order of the others [F2]', () => {
    const queue = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(queue, fc.nat(), fc.nat(25), fc.nat(5), (all, which, position, gone) => {
        const seen = all.map(String);
        const waiting = [...seen.slice(Math.min(gone, seen.length - 1)), 'late'];
        const id = waiting[which % (waiting.length - 1)] ?? '';
        const order = movedOrder(waiting, true, { id, position, seen }) ?? [];
        expect(order.toSorted()).toEqual(waiting.toSorted());
        expect(order.at(-1)).toBe('late');
        const others = (ids: readonly string[]) => ids.filter((one) => one !== id);
        expect(others(order)).toEqual(others(waiting));
        // As many of those that were seen before its new place and still wait stand before it.
        const before = new Set(others(seen).slice(0, position));
        expect(order.indexOf(id)).toBe(others(waiting).filter((one) => before.has(one)).length);
      }),
    );
  });
});

/** What a queue should do, in the simplest words: a list, and the one at the kernel. */
type Model = { waiting: string[]; current: string | null; sent: string[]; states: Map<string, string> };

const step = (model: Model): void => {
  if (model.current !== null) return;
  const next = model.waiting.shift();
  if (next === undefined) return;
  model.current = next;
  model.sent.push(next);
};

const action = fc.oneof(
  fc.record({
    type: fc.constant('add' as const),
    count: fc.integer({ min: 1, max: 4 }),
    stops: fc.boolean(),
  }),
  fc.record({ type: fc.constant('finish' as const), status: fc.constantFrom('ok', 'error') }),
  fc.record({ type: fc.constant('remove' as const), which: fc.nat(9) }),
  fc.record({
    type: fc.constant('move' as const),
    which: fc.nat(9),
    position: fc.nat(9),
    // An order that was seen some steps ago: it may be true still, or not.
    age: fc.nat(3),
  }),
  fc.record({ type: fc.constant('interrupt' as const) }),
);

describe('a queue under any series of requests [F2]', () => {
  it('sends what a plain list would send, in its order, each once', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const sent: string[] = [];
        const queue = new KernelQueue({
          channel: () => ({
            session: 'hub',
            epoch: 'e',
            isReady: true,
            send: (frame) => sent.push(headOf(frame).id),
            reconcile: () => undefined,
          }),
          interrupt: () => Promise.resolve(),
          didChange: () => undefined,
        });
        const model: Model = { waiting: [], current: null, sent: [], states: new Map() };
        const records = new Map<string, ReturnType<typeof newRecord>>();
        const seen: string[][] = [[], [], [], []];
        let serial = 0;
        const say = (parentId: string, type: string, content: Record<string, string>) => {
          const bytes = requestFrame({
            channel: type === 'status' ? 'iopub' : 'shell',
            type,
            id: 'x',
            session: 'k',
            content,
          });
          queue.handleFrame({ seq: 0, kind: 'out', bytes }, { ...headOf(bytes), parentId });
        };
        for (const [index, one] of actions.entries()) {
          if (one.type === 'add') {
            const fresh = Array.from({ length: one.count }, () =>
              newRecord({
                id: `e${++serial}`,
                userId: 'u',
                documentId: 'd',
                cellId: 'c',
                sourceHash: null,
                submission: `s${index}`,
                stopOnError: one.stops,
                code: '1',
              }),
            );
            for (const record of fresh) records.set(record.id, record);
            queue.add(fresh);
            model.waiting.push(...fresh.map(({ id }) => id));
          } else if (one.type === 'finish' && model.current !== null) {
            const id = model.current;
            const record = records.get(id);
            say(id, 'status', { execution_state: 'busy' });
            say(id, 'execute_reply', { status: one.status });
            say(id, 'status', { execution_state: 'idle' });
            model.current = null;
            if (one.status === 'error' && record?.stopOnError === true) {
              const goes = (other: string) => records.get(other)?.submission === record.submission;
              model.waiting = model.waiting.filter((other) => !goes(other));
            }
          } else if (one.type === 'remove' || one.type === 'move') {
            const id = model.waiting[one.which];
            const record = records.get(id ?? '');
            if (id === undefined || !record) continue;
            if (one.type === 'remove') {
              expect(queue.withdraw(record, 'Removed')).toBe(true);
              model.waiting = model.waiting.filter((other) => other !== id);
            } else {
              const order = seen.at(-1 - one.age) ?? [];
              const still = order.filter((other) => model.waiting.includes(other));
              const isTrue = still.includes(id) && still.every((other, at) => model.waiting[at] === other);
              const result = queue.move(record, { position: one.position, seen: order });
              expect(result).toBe(isTrue ? 'moved' : 'changed');
              if (!isTrue) continue;
              const wanted = order.filter((other) => other !== id);
              wanted.splice(one.position, 0, id);
              const late = model.waiting.filter((other) => !order.includes(other));
              model.waiting = [...wanted.filter((other) => still.includes(other)), ...late];
            }
          } else if (one.type === 'interrupt') {
            queue.withdrawAll('Interrupted');
            model.waiting = [];
          }
          step(model);
          expect(sent).toEqual(model.sent);
          expect(queue.inOrder().map(({ id }) => id)).toEqual([
            ...(model.current === null ? [] : [model.current]),
            ...model.waiting,
          ]);
          seen.push(queue.inOrder().map(({ id }) => id));
        }
        expect(new Set(sent).size).toBe(sent.length);
        queue.dispose();
      }),
      { numRuns: 200 },
    );
  });
});
