import { useMemo, useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import { createSteadyValue } from './steady-value.ts';

/**
 * `useStore` for what may pass in a moment: such a value draws nothing until it has lasted for 60 ms.
 *
 * @param select the same function at each call
 * @param isPassing the same function at each call; that a value may be over in a moment
 */
export function useSteadyStore<S, T>(
  store: StoreApi<S>,
  select: (state: S) => T,
  isPassing: (value: T) => boolean,
): T {
  const steady = useMemo(() => createSteadyValue(store, select, isPassing), [store, select, isPassing]);
  return useSyncExternalStore(steady.subscribe, steady.get);
}
