/**
 * What one text has that another has not, as places in the first: small enough to be told on every key, and such that
 * changes made at the same time in two places can be brought together. Nothing that is put in is ever lost by that; what
 * either side drops is dropped.
 */
import { matchLines } from '@atelier-ide/core/merge/line-diff.ts';
import { minimalEdit } from '@/ui/monaco/minimal-edit.ts';

/** At a place of the text before, `put` comes in and the next `drop` characters go. */
export type Splice = { readonly at: number; readonly drop: number; readonly put: string };
/** In order, none over another. */
export type TextChange = readonly Splice[];

const LINES = /(?<=\n)/;
/** A word, or one character that is in none. */
const WORDS = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_]/gu;

/** What makes `after` of `before`: by lines, in these by words, and of these only what differs between their ends. */
export function diffText(before: string, after: string): TextChange {
  return before === after ? [] : narrow(before, after, 0, 'lines');
}

/** The change between two texts, the first of which begins at `at`. */
function narrow(before: string, after: string, at: number, by: 'lines' | 'words' | 'ends'): TextChange {
  const { start, end, text } = wholeCharacters(before, minimalEdit(before, after));
  const gone = before.slice(start, end);
  const place = at + start;
  if (gone === '' || text === '' || by === 'ends') return [{ at: place, drop: gone.length, put: text }];
  if (by === 'words') return between(gone.match(WORDS) ?? [], text.match(WORDS) ?? [], place, 'ends');
  return between(gone.split(LINES), text.split(LINES), place, 'words');
}

type Edit = { start: number; end: number; text: string };

/** No half of a pair of surrogates is changed without the other. */
function wholeCharacters(before: string, { start, end, text }: Edit): Edit {
  const isLow = (at: number) => (before.charCodeAt(at) & 0xfc00) === 0xdc00 && at > 0;
  const from = isLow(start) ? start - 1 : start;
  const to = isLow(end) ? end + 1 : end;
  return { start: from, end: to, text: before.slice(from, start) + text + before.slice(end, to) };
}

/** Between the pieces that are in both. */
// oxlint-disable-next-line max-params -- the two texts, where they are, and how to go on
function between(old: string[], now: string[], at: number, by: 'words' | 'ends'): TextChange {
  const image = matchLines(old, now);
  const change: Splice[] = [];
  let place = at;
  let from = 0;
  let start = 0;
  for (let piece = 0; piece <= old.length; piece++) {
    const match = piece === old.length ? now.length : (image[piece] ?? -1);
    if (match < 0) continue;
    const [gone, come] = [old.slice(from, piece).join(''), now.slice(start, match).join('')];
    if (gone !== come) change.push(...narrow(gone, come, place, by));
    place += gone.length + (old[piece] ?? '').length;
    from = piece + 1;
    start = match + 1;
  }
  return change;
}

export function applyChange(text: string, change: TextChange): string {
  let result = '';
  let at = 0;
  for (const splice of change) {
    result += text.slice(at, splice.at) + splice.put;
    at = splice.at + splice.drop;
  }
  return result + text.slice(at);
}

/** `change`, made of the same text as `over`, for the text that `over` made. `isFirst`: of two at one place, it is before. */
export function rebase(change: TextChange, over: TextChange, isFirst: boolean): TextChange {
  const result: Splice[] = [];
  for (const { at, drop, put } of change) {
    if (put !== '') push(result, { at: moved(at, over, isFirst), drop: 0, put });
    for (const { from, to } of left(at, at + drop, over))
      push(result, { at: moved(from, over, false), drop: to - from, put: '' });
  }
  return result;
}

function push(change: Splice[], next: Splice): void {
  const last = change.at(-1);
  if (!last || last.at + last.drop !== next.at) change.push(next);
  else change[change.length - 1] = { at: last.at, drop: last.drop + next.drop, put: last.put + next.put };
}

/** Where a place is after `over`. */
function moved(place: number, over: TextChange, isFirst: boolean): number {
  let result = place;
  for (const { at, drop, put } of over) {
    if (at > place) break;
    if (at < place || !isFirst) result += put.length;
    result -= Math.min(drop, place - at);
  }
  return result;
}

/** What `over` leaves of a range, in pieces between which it puts something. */
function left(from: number, to: number, over: TextChange): { from: number; to: number }[] {
  const pieces: { from: number; to: number }[] = [];
  let start = from;
  for (const { at, drop } of over) {
    if (at >= to) break;
    if (at > start) pieces.push({ from: start, to: at });
    start = Math.max(start, at, at + drop);
  }
  if (start < to) pieces.push({ from: start, to });
  return pieces;
}

/** `mine`, which was made of `base`, with a change of `base` that was made elsewhere, and that change as it is there. */
export function carry(base: string, mine: string, change: TextChange): { text: string; change: TextChange } {
  const moved = rebase(change, diffText(base, mine), true);
  return { text: applyChange(mine, moved), change: moved };
}
