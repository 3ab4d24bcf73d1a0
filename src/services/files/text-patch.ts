/**
 * What differs between two texts, as splices of the first one, and how that travels: offsets and lengths in bytes of
 * UTF-8 on one line of JSON, then the new bytes. Cuts never fall into a surrogate pair.
 */
import { matchLines } from '@atelier-ide/core/merge/line-diff.ts';

/** `from` to `to` of the first text is replaced by `start` to `end` of the second. */
export type Splice = { from: number; to: number; start: number; end: number };

/** Below this the middle of a change is one splice: finding out more costs more than it saves. */
const FINE_LENGTH = 64 * 1024;

/** The splices, in order; none where the texts are equal. */
export function splicesBetween(before: string, after: string): Splice[] {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  if (from === before.length && from === after.length) return [];
  if (from > 0 && isHigh(before.charCodeAt(from - 1))) from--;
  let same = 0;
  while (
    same < most - from &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  if (same > 0 && isLow(before.charCodeAt(before.length - same))) same--;
  const whole = { from, to: before.length - same, start: from, end: after.length - same };
  const isFine = Math.min(whole.to - from, whole.end - from) <= FINE_LENGTH;
  return isFine ? [whole] : splicesByLine(before, after, whole);
}

const isHigh = (code: number) => code >= 0xd800 && code < 0xdc00;
const isLow = (code: number) => code >= 0xdc00 && code < 0xe000;

function splicesByLine(before: string, after: string, { from, to, start, end }: Splice): Splice[] {
  const old = before.slice(from, to).split('\n');
  const now = after.slice(start, end).split('\n');
  const image = matchLines(old, now);
  const splices: Splice[] = [];
  const at = { old: from, now: start };
  let open = { from, start };
  let line = 0;
  for (const [index, text] of old.entries()) {
    const place = image[index] ?? -1;
    const next = at.old + text.length + 1;
    if (place >= 0) {
      while (line < place) at.now += (now[line++]?.length ?? 0) + 1;
      close(splices, open, at);
      at.now += text.length + 1;
      line++;
      open = { from: next, start: at.now };
    }
    at.old = next;
  }
  // The last line of a text has no line break: the one before it belongs to what was added or removed.
  const back = open.from > to || open.start > end ? 1 : 0;
  close(splices, { from: open.from - back, start: open.start - back }, { old: to, now: end });
  return splices;
}

function close(
  splices: Splice[],
  open: { from: number; start: number },
  at: { old: number; now: number },
): void {
  if (open.from < at.old || open.start < at.now)
    splices.push({ from: open.from, to: at.old, start: open.start, end: at.now });
}

/** The splices as they travel; null where the new text itself is hardly longer. */
export function encodePatch(before: string, after: string): Uint8Array<ArrayBuffer> | null {
  const splices = splicesBetween(before, after);
  const length = splices.reduce((sum, { start, end }) => sum + end - start, 0);
  if (length > after.length * WORTH) return null;
  const encoder = new TextEncoder();
  const pieces = splices.map(({ start, end }) => encoder.encode(after.slice(start, end)));
  const place = { at: 0, bytes: 0 };
  const bytesTo = (at: number) => {
    place.bytes += utf8Length(before, place.at, at);
    place.at = at;
    return place.bytes;
  };
  const header = JSON.stringify({
    splices: splices.map(({ from, to }, index) => [bytesTo(from), bytesTo(to), pieces[index]?.length ?? 0]),
  });
  return joined([encoder.encode(`${header}\n`), ...pieces]);
}

/** A patch that is not shorter than this part of the text is not worth the work. */
const WORTH = 0.7;

function utf8Length(text: string, from: number, to: number): number {
  let length = to - from;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    // Each half of a pair counts two.
    length += code < 0x800 || isHigh(code) || isLow(code) ? 1 : 2;
  }
  return length;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
