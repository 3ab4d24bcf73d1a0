/** Listeners of one kind of event, called in the order in which they came. */
export type Emitter<Args extends readonly unknown[]> = {
  on: (listener: (...args: Args) => void) => () => void;
  fire: (...args: Args) => void;
};

export function createEmitter<Args extends readonly unknown[]>(): Emitter<Args> {
  const listeners = new Set<(...args: Args) => void>();
  return {
    on(listener) {
      // A wrapper, so that one function added twice is two listeners.
      const own = (...args: Args): void => listener(...args);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    fire(...args) {
      for (const listener of listeners) listener(...args);
    },
  };
}
