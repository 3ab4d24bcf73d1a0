import { type Disposable, toDisposable } from '@/base/disposable.ts';

/** Time and chance as the services see them, so that tests own both. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs once after `ms`; disposing the answer before that prevents it. */
  after(ms: number, run: () => void): Disposable;
  /** In [0, 1). */
  random(): number;
};

/** The clock of the page. */
export function createPageClock(): Clock {
  return {
    now: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return toDisposable(() => clearTimeout(timer));
    },
    random: () => Math.random(),
  };
}

/** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortReason(signal));
      return;
    }
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    function stop() {
      timer.dispose();
      reject(abortReason(signal));
    }
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** The error of an aborted signal, always an `Error`. */
export function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('Aborted', 'AbortError');
}
