import { describe, expect, it, vi } from 'vitest';
import { createEventBus } from './create-event-bus.ts';
import type { EventBody } from './event-bus.ts';

const death = (n: number): EventBody => ({ type: 'death', kernelId: `k${n}`, appId: 'a', cause: 'x' });
const start = new Date('2026-01-01T00:00:00.000Z');
const busOf = (capacity: number, onListenerError: (error: unknown) => void = () => undefined) =>
  createEventBus({ capacity, now: () => start, onListenerError });

describe('the event bus', () => {
  it('numbers densely by user and hands every event to that user only', () => {
    const bus = busOf(10);
    const seen: string[] = [];
    const stop = bus.subscribe('ada', (event) => seen.push(`${event.seq - bus.head('bob')}`));
    bus.publish('ada', death(1));
    bus.publish('ada', death(2));
    stop();
    bus.publish('ada', death(3));
    expect(seen).toEqual(['1', '2']);
    expect(bus.since('bob', bus.head('bob'))).toEqual([]);
  });

  it('gives exactly what was missed, and null when some of it is gone, in the future or from an earlier run', () => {
    const bus = busOf(3);
    const zero = bus.head('ada');
    for (let n = 1; n <= 20; n += 1) bus.publish('ada', death(n));
    const head = bus.head('ada');
    expect(head).toBe(zero + 20);
    expect(bus.since('ada', head - 3)?.map((e) => e.seq)).toEqual([head - 2, head - 1, head]);
    expect(bus.since('ada', head - 4)).toBeNull();
    expect(bus.since('ada', head + 1)).toBeNull();
    expect(bus.since('ada', 5)).toBeNull();
  });

  it('sends a snapshot, whatever the publisher changes later', () => {
    const bus = busOf(3);
    const body = death(1);
    bus.publish('ada', body);
    Object.assign(body, { cause: 'changed' });
    expect(bus.since('ada', bus.head('ada') - 1)?.[0]).toMatchObject({ cause: 'x' });
  });

  it('reports a listener that throws and still reaches the others', () => {
    const onError = vi.fn();
    const bus = busOf(3, onError);
    const seen = vi.fn();
    bus.subscribe('ada', () => {
      throw new Error('broken');
    });
    bus.subscribe('ada', seen);
    bus.publish('ada', death(1));
    expect(onError).toHaveBeenCalledOnce();
    expect(seen).toHaveBeenCalledOnce();
  });

  it('sends a transient event to who hears now, with the number of the event before, and keeps it for nobody', () => {
    const bus = busOf(3);
    bus.publish('ada', death(1));
    const head = bus.head('ada');
    const seen: [string, number][] = [];
    bus.subscribe('ada', (event) => seen.push([event.type === 'death' ? event.kernelId : '', event.seq]));
    bus.publishTransient('ada', death(2));
    expect(bus.head('ada')).toBe(head);
    bus.publish('ada', death(3));
    expect(seen).toEqual([
      ['k2', head],
      ['k3', head + 1],
    ]);
    expect(bus.since('ada', head)?.map((event) => event.seq)).toEqual([head + 1]);
    expect(bus.since('ada', head - 1)?.map((event) => event.seq)).toEqual([head, head + 1]);
  });

  it('tells when the first subscriber of a user comes and when the last one goes', () => {
    const bus = busOf(3);
    const told: string[] = [];
    const quiet = bus.onDidChangeAudience((userId, isThere) => told.push(`${userId} ${isThere}`));
    const one = bus.subscribe('ada', () => undefined);
    const two = bus.subscribe('ada', () => undefined);
    bus.subscribe('bob', () => undefined);
    one();
    one();
    expect(told).toEqual(['ada true', 'bob true']);
    two();
    expect(told).toEqual(['ada true', 'bob true', 'ada false']);
    quiet();
    bus.subscribe('ada', () => undefined);
    expect(told).toHaveLength(3);
  });
});
