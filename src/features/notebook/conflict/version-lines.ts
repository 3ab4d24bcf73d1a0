/** A version of a cell as lines: what is new in it, what of the earlier text is missing, what stayed. */
import { matchLines } from '@atelier-ide/core/merge/line-diff.ts';

export type VersionLine = { readonly mark: '+' | '-' | ' '; readonly text: string };

export function versionLines(before: string | null, after: string): VersionLine[] {
  const old = before === null || before === '' ? [] : before.split('\n');
  const now = after.split('\n');
  const image = matchLines(old, now);
  const lines: VersionLine[] = [];
  let at = 0;
  for (const [index, text] of old.entries()) {
    const place = image[index] ?? -1;
    if (place < 0) {
      lines.push({ mark: '-', text });
      continue;
    }
    while (at < place) lines.push({ mark: '+', text: now[at++] ?? '' });
    lines.push({ mark: ' ', text });
    at = place + 1;
  }
  while (at < now.length) lines.push({ mark: '+', text: now[at++] ?? '' });
  return lines;
}
