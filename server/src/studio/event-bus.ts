import type { StudioEvent } from '@atelier-ide/contract';

/** An event without what the bus adds. */
export type EventBody = StudioEvent extends infer E
  ? E extends StudioEvent
    ? Omit<E, 'seq' | 'time'>
    : never
  : never;

/**
 * The one stream of changes of a user. `publish` numbers and stamps; the newest events (bounded) are kept for clients
 * that resume. Everything that changes a resource publishes it whole.
 */
export type EventBus = {
  publish(userId: string, event: EventBody): void;
  /**
   * An event that is old news at the next one: it goes to who hears now, with the number of the event before it, and is
   * not kept for clients that resume.
   */
  publishTransient(userId: string, event: EventBody): void;
  /** Number of the newest event. */
  head(userId: string): number;
  /** Events after `seq`, or null when some of them are no longer kept. */
  since(userId: string, seq: number): readonly StudioEvent[] | null;
  subscribe(userId: string, listener: (event: StudioEvent) => void): () => void;
  /** Called when the first subscriber of a user has come (`true`) and when the last one has gone (`false`). */
  onDidChangeAudience(listener: (userId: string, isThere: boolean) => void): () => void;
};
