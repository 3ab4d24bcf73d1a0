import { createStore, type StoreApi } from 'zustand/vanilla';

/**
 * Where a widget can be shown from: the kernel has it; a kernel had it while this page was there; the file has its last
 * state; the kernel is being asked; the kernel took it away; nobody has it.
 */
export type WidgetPlace = 'live' | 'past' | 'saved' | 'asking' | 'closed' | 'missing';

/** By id of the model; only models that something wants to show. */
export type WidgetStore = StoreApi<{ places: Readonly<Record<string, WidgetPlace>> }>;

/** Makes the store of one notebook. */
export function createWidgetStore(): WidgetStore {
  return createStore(() => ({ places: {} }));
}
