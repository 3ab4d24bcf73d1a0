import type { Execution } from '@atelier-ide/contract';
import { createStore } from 'zustand/vanilla';

/** The executions of one document by id; `isLoaded` once the list was read. */
export type ExecutionsState = { isLoaded: boolean; byId: Readonly<Record<string, Execution>> };

/** Empty until the list was read. */
export const createExecutionsStore = () =>
  createStore<ExecutionsState>(() => ({ isLoaded: false, byId: {} }));
