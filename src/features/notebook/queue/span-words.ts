import { formatDuration } from '../view/duration.ts';
import type { Span } from './execution-times.ts';

const DAY_MS = 86_400_000;

/** `14:02`; of another day with its date, `22 Nov`. */
export function clockTime(ms: number, now = Date.now()): string {
  const time = new Date(ms);
  if (time.toDateString() === new Date(now).toDateString()) return hoursOf(time, false);
  return time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}

/** Start, end and duration in full, and how long ago. */
export function spanWords({ start, end }: Span, now: number): string {
  const [from, to] = [new Date(start), new Date(end)];
  const day = to.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const times = `${hoursOf(from, true)} to ${hoursOf(to, true)}, ${day}`;
  return `Took ${formatDuration(end - start)}, ended ${agoWords(now - end)} (${times})`;
}

/** `just now`, `3 minutes ago`, `yesterday`, `12 days ago`. */
export function agoWords(ms: number): string {
  if (ms < 45_000) return 'just now';
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return plural(Math.max(1, minutes), 'minute');
  const hours = Math.round(ms / 3_600_000);
  if (hours < 24) return plural(hours, 'hour');
  return plural(Math.round(ms / DAY_MS), 'day');
}

const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'} ago`;

const hoursOf = (time: Date, withSeconds: boolean): string =>
  time.toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  });
