import { useStore as useZustand } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';

/** The one binding of stores to React: re-renders when the selected value changes (Object.is). */
export function useStore<S, T>(store: StoreApi<S>, select: (state: S) => T): T {
  return useZustand(store, select);
}
