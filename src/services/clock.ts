import { type Disposable, toDisposable } from '@/base/disposable.ts';

/** Time and chance as the services see them, so that tests own both. */
export type Clock = {
  /** Milliseconds since the epoch: a time to show. Somebody may set it, forward and back. */
  now(): number;
  /** Milliseconds by which spans are measured: they never go back, and go on while the machine sleeps. */
  elapsed(): number;
  /** Runs once after `ms`; disposing the answer before that prevents it. */
  after(ms: number, run: () => void): Disposable;
  /** In [0, 1). */
  random(): number;
};

/** The clock of the page. */
export function createPageClock(): Clock {
  let last = { wall: Date.now(), steady: performance.now() };
  let elapsed = 0;
  return {
    now: () => Date.now(),
    elapsed() {
      const now = { wall: Date.now(), steady: performance.now() };
      // The steady clock may stand still in a machine that sleeps, and the other one may be set back.
      elapsed += Math.max(now.wall - last.wall, now.steady - last.steady);
      last = now;
      return elapsed;
    },
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
