import type { Queue } from '@atelier-ide/contract';
import { createStore, type StoreApi } from 'zustand/vanilla';

export type QueueState = {
  /** Null until it was read. */
  queue: Queue | null;
  /** It could not be read; what is shown is older. */
  isStale: boolean;
};

export type QueueStore = StoreApi<QueueState>;

export const createQueueStore = (): QueueStore =>
  createStore<QueueState>(() => ({ queue: null, isStale: false }));
