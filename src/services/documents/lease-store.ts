import { createStore } from 'zustand/vanilla';
import type { LeaseState } from './documents-service.ts';

/** Whether this page writes a document. */
export const createLeaseStore = () => createStore<LeaseState>(() => ({ kind: 'unknown' }));
