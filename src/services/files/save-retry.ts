/** A server that is away for a moment is asked again, more and more seldom. In ms. */
const DELAYS = [3_000, 6_000, 12_000, 30_000] as const;

/** How long to wait before a save that failed so many times in a row already is tried again, in ms. */
export function saveRetryDelay(failures: number): number {
  return DELAYS[Math.min(failures, DELAYS.length - 1)] ?? 30_000;
}
