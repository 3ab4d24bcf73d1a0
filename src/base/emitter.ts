import { type Disposable, toDisposable } from './disposable.ts';

/** Subscribes a listener; disposing the answer takes it away. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** A source of events. A listener that throws does not keep the others from being called. */
export class Emitter<T> implements Disposable {
  #listeners = new Set<(value: T) => void>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void = reportLater) {
    this.#onError = onError;
  }

  readonly event: Event<T> = (listener) => {
    // A wrapper, so that the same function can listen twice and each is taken away by itself.
    const entry = (value: T) => listener(value);
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  fire(value: T): void {
    // A copy: a listener may take itself away while it is called.
    for (const listener of Array.from(this.#listeners)) {
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** Lets the host's handler of unhandled errors see it without breaking the loop of listeners. */
function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
