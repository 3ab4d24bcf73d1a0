import type { StoreApi } from 'zustand/vanilla';
import { PASSING_MS } from '@/base/passing.ts';

/** A part of a store as it is drawn: what passes at once is not told to anybody. */
export type SteadyValue<T> = { get(this: void): T; subscribe(this: void, listener: () => void): () => void };

/**
 * Follows a part of a store while somebody listens. A value that may be over in a moment is told when it has lasted for
 * 60 ms; until then the one before stays. So a cell that is over at once draws nothing but itself.
 *
 * @param isPassing that a value may be over in a moment, such as "busy"
 */
export function createSteadyValue<S, T>(
  store: Pick<StoreApi<S>, 'getState' | 'subscribe'>,
  select: (state: S) => T,
  isPassing: (value: T) => boolean,
): SteadyValue<T> {
  const listeners = new Set<() => void>();
  let shown = select(store.getState());
  /** What passes has lasted: its changes are told at once. */
  let hasLasted = isPassing(shown);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;
  const show = (value: T) => {
    if (Object.is(value, shown)) return;
    shown = value;
    for (const listener of listeners) listener();
  };
  const settle = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const look = () => {
    const value = select(store.getState());
    if (!isPassing(value)) {
      settle();
      hasLasted = false;
      show(value);
    } else if (hasLasted) show(value);
    else
      timer ??= setTimeout(() => {
        settle();
        hasLasted = true;
        look();
      }, PASSING_MS);
  };
  return {
    get: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      stop ??= store.subscribe(look);
      look();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
        settle();
      };
    },
  };
}
