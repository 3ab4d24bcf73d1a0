import type { StudioEvent } from '@atelier-ide/contract';
import type { StoreApi } from 'zustand/vanilla';
import type { Event } from '@/base/emitter.ts';

/** How the line of events is, and since when (ms since the epoch). */
export type ConnectionState = {
  status: 'connecting' | 'connected' | 'offline' | 'signed-out';
  since: number;
};

/** The one event stream of the page. After a gap it fires `reset`: read the resources again. */
export type EventStream = {
  readonly connection: StoreApi<ConnectionState>;
  readonly onDidReceive: Event<StudioEvent>;
  start(): void;
  /** Connects now instead of waiting for the back-off, e.g. on a click. */
  retryNow(): void;
  dispose(): void;
};
