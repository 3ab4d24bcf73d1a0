import { createStore, type StoreApi } from 'zustand/vanilla';

/**
 * Where a widget can be shown from: the kernel has it, the file has its last state, the kernel is being asked, or
 * nobody has it.
 */
export type WidgetPlace = 'live' | 'saved' | 'asking' | 'missing';

/** By id of the model; only models that something wants to show. */
export type WidgetStore = StoreApi<{ places: Readonly<Record<string, WidgetPlace>> }>;

/** Makes the store of one notebook. */
export function createWidgetStore(): WidgetStore {
  return createStore(() => ({ places: {} }));
}
