import { toDisposable } from '@/base/disposable.ts';
import type { Clock } from './clock.ts';

/** A clock that moves only when a test says so. */
export type FakeClock = Clock & {
  /** Moves time on, running what is due in order, and lets promises settle between. */
  advance(ms: number): Promise<void>;
  /** Lets promises that are ready settle without moving time. */
  settle: () => Promise<void>;
  /** The time passes with nobody running: timers come late. A negative time sets the clock back. */
  sleep: (ms: number) => Promise<void>;
  readonly pending: number;
};

/** Time begins at the epoch and chance is always `random`. */
export function createFakeClock(random = 0.5): FakeClock {
  let time = 0;
  /** By how much the clock was set back in all. */
  let setBack = 0;
  let timers: { due: number; run: () => void }[] = [];
  const settle = async () => {
    for (let i = 0; i < 40; i++) await Promise.resolve();
  };
  return {
    now: () => time,
    elapsed: () => time + setBack,
    random: () => random,
    after(ms, run) {
      const timer = { due: time + ms, run };
      timers.push(timer);
      return toDisposable(() => {
        timers = timers.filter((one) => one !== timer);
      });
    },
    settle,
    async advance(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const next = timers.filter((one) => one.due <= end).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        timers = timers.filter((one) => one !== next);
        time = Math.max(time, next.due);
        next.run();
        await settle();
      }
      time = end;
    },
    async sleep(ms) {
      // Timers that are due meanwhile come late, as in a machine that sleeps; those of a clock set back do not move.
      for (const timer of timers) if (ms < 0) timer.due += ms;
      time += ms;
      if (ms < 0) setBack -= ms;
      await settle();
    },
    get pending() {
      return timers.length;
    },
  };
}
