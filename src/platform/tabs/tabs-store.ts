import { createStore } from 'zustand/vanilla';
import type { TabsState } from './tab-service.ts';

export const createTabsStore = () =>
  createStore<TabsState>(() => ({ tabs: [], activeId: null, mainId: null }));
