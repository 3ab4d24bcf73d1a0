import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** The page that a kernel wants shown, by MIME type; null while none is. */
export type PagerStore = StoreApi<{ page: JsonObject | null }>;

export const createPagerStore = (): PagerStore =>
  createStore<{ page: JsonObject | null }>(() => ({ page: null }));
