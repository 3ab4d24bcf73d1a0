import type { Execution } from '@atelier-ide/contract';
import { createStore } from 'zustand/vanilla';

export type ExecutionsState = { isLoaded: boolean; byId: Readonly<Record<string, Execution>> };

export const createExecutionsStore = () =>
  createStore<ExecutionsState>(() => ({ isLoaded: false, byId: {} }));
