import { createStore } from 'zustand/vanilla';
import type { ContextFacts } from './context-service.ts';

/** Features add their keys with `set`; a key that nobody set reads as undefined. */
export const createContextStore = () =>
  createStore<ContextFacts>(() => ({ focus: 'none', activeTabKind: null, activeTabId: null }));
