import { createStore } from 'zustand/vanilla';
import type { TerminalChannelState } from './terminals-service.ts';

export const createTerminalChannelStore = (since: number) =>
  createStore<TerminalChannelState>(() => ({ status: 'connecting', since }));
