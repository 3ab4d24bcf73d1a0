/** 94877 → `94,877`. */
export const grouped = (n: number): string => n.toLocaleString('en-US');

/** 1 line, 94,877 lines. */
export const counted = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? '' : 's'}`;

/** A size in the units that people read. */
export function byteText(n: number): string {
  if (n < 1_000) return `${n} B`;
  return n < 1_000_000 ? `${(n / 1_000).toFixed(0)} kB` : `${(n / 1_000_000).toFixed(1)} MB`;
}
