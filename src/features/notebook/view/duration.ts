/** How long something took: `< 0.01 s`, `0.04 s`, `4.2 s`, `42 s`, `1:38`, `2 h 05`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  // What rounds to nothing did not take nothing.
  if (seconds < 0.005) return '< 0.01 s';
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)}`;
}

/** How long something goes on by now, in whole seconds: it is told once a second. Nothing in the first one. */
export function formatElapsed(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 1) return '';
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000);
}

const two = (n: number) => String(n).padStart(2, '0');

/** `1st`, `2nd`, `3rd`, `4th`, `11th`. */
export function ordinal(n: number): string {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
