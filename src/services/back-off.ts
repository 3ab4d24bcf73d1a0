import type { Clock } from './clock.ts';

/**
 * Waiting times of a reconnection that never gives up: the first try is at once, later ones wait a random part of a
 * growing range, so that the pages of one server do not come back in step.
 */
export type BackOff = { next(): number; reset(): void };

const FIRST_RANGE_MS = 1_000;

/** Makes the waiting times of one connection; `capMs` is the end of the growing range, asked before each wait. */
export function createBackOff(clock: Clock, capMs: () => number = () => 30_000): BackOff {
  let attempt = 0;
  return {
    next() {
      const range = attempt === 0 ? 0 : Math.min(capMs(), FIRST_RANGE_MS * 2 ** (attempt - 1));
      attempt = Math.min(attempt + 1, 30);
      return Math.round(range * (0.5 + clock.random() / 2));
    },
    reset() {
      attempt = 0;
    },
  };
}
