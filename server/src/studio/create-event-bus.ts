import type { StudioEvent } from '@atelier-ide/contract';
import type { EventBody, EventBus } from './event-bus.ts';

/*
 * Events of a user are numbered from the clock of the server's start, in ms. Numbers of an earlier run are therefore
 * always below the kept range, and a client that resumes with one is told to read the resources again.
 */

export type EventBusOptions = {
  /** Events kept for a user. */
  capacity: number;
  now: () => Date;
  /** A listener that throws must not keep an event from the others. */
  onListenerError: (error: unknown) => void;
};

type Stream = {
  /** Kept events, dense in seq, oldest first. */
  kept: StudioEvent[];
  head: number;
  listeners: Set<(event: StudioEvent) => void>;
};

/** Makes the bus, in memory. */
export function createEventBus(options: EventBusOptions): EventBus {
  const { capacity, now, onListenerError } = options;
  const streams = new Map<string, Stream>();
  const first = now().getTime();
  const audienceListeners = new Set<(userId: string, isThere: boolean) => void>();
  const streamOf = (userId: string): Stream => {
    const known = streams.get(userId);
    if (known) return known;
    const made: Stream = { kept: [], head: first, listeners: new Set() };
    streams.set(userId, made);
    return made;
  };
  const callAll = <A extends unknown[]>(listeners: Iterable<(...args: A) => void>, ...args: A): void => {
    for (const listener of listeners) {
      try {
        listener(...args);
      } catch (error) {
        onListenerError(error);
      }
    }
  };
  // The event is a snapshot: a publisher that goes on changing its record must not change what is sent later.
  const stamp = (body: EventBody, seq: number): StudioEvent =>
    structuredClone({ ...body, seq, time: now().toISOString() }) as StudioEvent;
  return {
    publish(userId: string, body: EventBody) {
      const stream = streamOf(userId);
      stream.head += 1;
      const event = stamp(body, stream.head);
      stream.kept.push(event);
      // Trimmed in blocks, so that a full buffer does not move all its entries at every event.
      if (stream.kept.length >= capacity * 1.25) stream.kept.splice(0, stream.kept.length - capacity);
      callAll(stream.listeners, event);
    },
    publishTransient(userId: string, body: EventBody) {
      const stream = streamOf(userId);
      callAll(stream.listeners, stamp(body, stream.head));
    },
    head: (userId) => streams.get(userId)?.head ?? first,
    since(userId, seq) {
      const { kept, head } = streamOf(userId);
      if (seq === head) return [];
      const missing = head - seq;
      return missing < 0 || missing > Math.min(kept.length, capacity) ? null : kept.slice(-missing);
    },
    subscribe(userId, listener) {
      const { listeners } = streamOf(userId);
      listeners.add(listener);
      if (listeners.size === 1) callAll(audienceListeners, userId, true);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) callAll(audienceListeners, userId, false);
      };
    },
    onDidChangeAudience(listener) {
      audienceListeners.add(listener);
      return () => void audienceListeners.delete(listener);
    },
  };
}
