import { createStore } from 'zustand/vanilla';
import type { ConnectionState } from './event-stream.ts';

export const createConnectionStore = (now: number) =>
  createStore<ConnectionState>(() => ({ status: 'connecting', since: now }));
