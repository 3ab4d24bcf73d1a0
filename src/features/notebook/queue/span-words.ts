import { formatDuration } from '../view/duration.ts';
import type { Span } from './execution-times.ts';

const DAY_MS = 86_400_000;

// Made once: each end of a cell asks for them, and making one takes as long as drawing the cell.
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const fullClock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const fullDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** `14:02`; of another day with its date, `22 Nov`. */
export function clockTime(ms: number, now = Date.now()): string {
  const time = new Date(ms);
  return time.toDateString() === new Date(now).toDateString() ? clock.format(time) : dayAndMonth.format(time);
}

/** Start, end and duration in full, and how long ago. */
export function spanWords({ start, end }: Span, now: number): string {
  const times = `${fullClock.format(start)} to ${fullClock.format(end)}, ${fullDay.format(end)}`;
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
