import { createStore } from 'zustand/vanilla';
import type { ConnectionState } from './studio-api/event-stream.ts';

export const createFakeConnectionStore = () =>
  createStore<ConnectionState>(() => ({ status: 'connected', since: 0 }));
