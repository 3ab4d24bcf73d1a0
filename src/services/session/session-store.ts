import { createStore } from 'zustand/vanilla';
import type { SessionState } from './session-service.ts';

/** Nothing is known before the first answer. */
export const createSessionStore = () => createStore<SessionState>(() => ({ status: 'unknown' }));
