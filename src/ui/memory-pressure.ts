/** How a badge is tinted by memory. CPU is never a warning. */
export type MemoryTone = 'neutral' | 'warn' | 'danger';

export type MemoryReading = {
  /** Whose memory it is: the tone of another instance says nothing of this one. */
  instance: string;
  usedBytes: number;
  limitBytes: number;
  /** A kernel ended for lack of memory and nobody has answered yet. */
  hasRunOut: boolean;
};

/** The tone that shows, and since when (ms). */
export type MemoryPressure = { instance: string; tone: MemoryTone; since: number };

const WARN = 0.8;
const DANGER = 0.95;
/** A tone goes only when the memory is this far below where it came, so that it does not flicker around its limit. */
const HYSTERESIS = 0.05;
/** At most one change in this time. */
export const PRESSURE_HOLD_MS = 2_000;

/**
 * The tone that shows after a reading: `warn` from 80 % of the memory, `danger` from 95 % or after an end for lack of
 * it; each goes 5 % lower than it came, and a tone stays for 2 s at least.
 */
export function nextPressure(
  before: MemoryPressure | null,
  reading: MemoryReading,
  now: number,
): MemoryPressure {
  const { instance } = reading;
  if (before?.instance !== instance) return { instance, tone: wanted('neutral', reading), since: now };
  const tone = wanted(before.tone, reading);
  if (tone === before.tone || now - before.since < PRESSURE_HOLD_MS) return before;
  return { instance, tone, since: now };
}

function wanted(tone: MemoryTone, { usedBytes, limitBytes, hasRunOut }: MemoryReading): MemoryTone {
  const share = limitBytes > 0 ? usedBytes / limitBytes : 0;
  if (hasRunOut || share >= (tone === 'danger' ? DANGER - HYSTERESIS : DANGER)) return 'danger';
  return share >= (tone === 'neutral' ? WARN : WARN - HYSTERESIS) ? 'warn' : 'neutral';
}
