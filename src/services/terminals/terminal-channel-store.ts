import { createStore } from 'zustand/vanilla';
import type { TerminalChannelState } from './terminals-service.ts';

/** The state of a line that is not connected yet. */
export const createTerminalChannelStore = (since: number) =>
  createStore<TerminalChannelState>(() => ({ status: 'connecting', since }));
