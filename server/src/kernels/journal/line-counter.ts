/**
 * Counts the frames of a line in the files of a journal, so that a server that was killed knows how far it was without
 * having said so at each frame: what stands in the folder's meta file is true for one number, and the records behind
 * that number tell the rest.
 */
import type { LineCount } from '../journal.ts';
import type { JournalMeta } from './journal-meta.ts';
import type { JournalRecord } from './record.ts';
import type { Segment } from './segment.ts';

/** The count at the end of these files; null when there is a hole in what must be counted. */
export function countLine(segments: readonly Segment[], known: JournalMeta['line']): LineCount | null {
  if (!known) return null;
  let { seq: at, out, in: inward } = known;
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    if (next && next.first <= at + 1) continue;
    let isWhole = true;
    segment.walk(segment.placeFor(at + 1), ({ seq, count, kind }) => {
      if (seq <= at) return true;
      isWhole = seq - count <= at;
      const fresh = Math.min(count, seq - at);
      if (kind === 'out') out += fresh;
      else if (kind === 'in') inward += fresh;
      at = seq;
      return isWhole;
    });
    if (!isWhole) return null;
  }
  return { id: known.id, out, in: inward };
}

/** The last `count` frames to the kernel in these files, in order; fewer where they are gone. */
export function lastInward(segments: readonly Segment[], count: number): Uint8Array[] {
  let found: Uint8Array[] = [];
  for (const segment of segments.toReversed()) {
    if (found.length >= count) break;
    const here: Uint8Array[] = [];
    segment.walk(0, ({ kind, bytes }: JournalRecord) => {
      if (kind !== 'in') return true;
      here.push(bytes);
      if (here.length > count) here.shift();
      return true;
    });
    found = [...here, ...found].slice(-count);
  }
  return found;
}
