import { createStore } from 'zustand/vanilla';
import type { ConnectionState } from './event-stream.ts';

/** The line of events, not connected yet. */
export const createConnectionStore = (now: number) =>
  createStore<ConnectionState>(() => ({ status: 'connecting', since: now }));
