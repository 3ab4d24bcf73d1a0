/** Three versions of a text into one, line by line. Changes of both sides that touch each other are a conflict. */
import { matchLines } from './line-diff.ts';

/** `text` is null where both sides changed the same lines, each in its way. */
export type TextMerge = { readonly text: string | null };

/** Merges what was made of `base` here and there. */
export function mergeText(base: string, mine: string, theirs: string): TextMerge {
  if (mine === theirs || theirs === base) return { text: mine };
  if (mine === base) return { text: theirs };
  const lines = { base: base.split('\n'), mine: mine.split('\n'), theirs: theirs.split('\n') };
  const inMine = matchLines(lines.base, lines.mine);
  const inTheirs = matchLines(lines.base, lines.theirs);
  const merged: string[] = [];
  const at = { base: 0, mine: 0, theirs: 0 };
  for (let next = 0; next <= lines.base.length; next++) {
    const isEnd = next === lines.base.length;
    const place = {
      base: next,
      mine: isEnd ? lines.mine.length : (inMine[next] ?? -1),
      theirs: isEnd ? lines.theirs.length : (inTheirs[next] ?? -1),
    };
    if (place.mine < 0 || place.theirs < 0) continue;
    const chunk = mergeChunk(
      lines.base.slice(at.base, place.base),
      lines.mine.slice(at.mine, place.mine),
      lines.theirs.slice(at.theirs, place.theirs),
    );
    if (chunk === null) return { text: null };
    merged.push(...chunk, ...lines.base.slice(next, next + 1));
    at.base = place.base + 1;
    at.mine = place.mine + 1;
    at.theirs = place.theirs + 1;
  }
  return { text: merged.join('\n') };
}

function mergeChunk(
  base: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
): readonly string[] | null {
  if (areEqual(mine, theirs) || areEqual(theirs, base)) return mine;
  return areEqual(mine, base) ? theirs : null;
}

const areEqual = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((line, index) => line === b[index]);
