import { createStore } from 'zustand/vanilla';
import type { SessionState } from './session-service.ts';

export const createSessionStore = () => createStore<SessionState>(() => ({ status: 'unknown' }));
