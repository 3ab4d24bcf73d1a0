import { createStore } from 'zustand/vanilla';
import type { Tab } from './tab-service.ts';

export const createTabsStore = () =>
  createStore<{ tabs: readonly Tab[]; activeId: string | null }>(() => ({ tabs: [], activeId: null }));
