/** How a file says that text of an output is missing: one line between the kept parts, which can be read back. */
import type { Cut } from './stream-text.ts';

const MARK = /(?:^|\n)(\[… ([\d,]+) lines left out here \(([\d,]+) bytes\) …\]\n)/;

const grouped = (count: number) => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

/** The text with a line in it where the cut is. */
export function withCutMark(text: string, { at, lines, bytes }: Cut): string {
  const head = text.slice(0, at);
  const mark = `[… ${grouped(lines)} lines left out here (${grouped(bytes)} bytes) …]\n`;
  return `${head}${head === '' || head.endsWith('\n') ? '' : '\n'}${mark}${text.slice(at)}`;
}

/** Text from a file without the line that tells of a cut, and that cut; null where it tells of none. */
export function readCutMark(saved: string): { text: string; cut: Cut } | null {
  // Most text has none, and that is found out without reading it twice.
  if (!saved.includes('[… ')) return null;
  const match = MARK.exec(saved);
  if (!match) return null;
  const [whole, mark = '', lines = '', bytes = ''] = match;
  const at = match.index + whole.length - mark.length;
  const count = (digits: string) => Number(digits.replaceAll(',', ''));
  return {
    text: saved.slice(0, at) + saved.slice(at + mark.length),
    cut: { lines: count(lines), bytes: count(bytes), at },
  };
}
