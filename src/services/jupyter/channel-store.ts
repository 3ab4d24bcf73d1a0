import { createStore } from 'zustand/vanilla';
import type { KernelChannelState } from './kernels-service.ts';

export const createChannelStore = (since: number) =>
  createStore<KernelChannelState>(() => ({ state: 'unknown', since, from: null, language: null }));
