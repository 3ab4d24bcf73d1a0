/**
 * Which lines of one text are lines of another, in order. Exact (longest common subsequence) for texts as cells have
 * them; very long ones are cut at the lines that are unique in both first, so that no text takes long.
 */

/** The most steps that the exact comparison may take. */
const EXACT_STEPS = 4_000_000;

/** For each line of `before` the index of its line in `after`, or -1; rising. */
export function matchLines(before: readonly string[], after: readonly string[]): Int32Array {
  const image = new Int32Array(before.length).fill(-1);
  matchRange({ before, after, image }, { from: 0, to: before.length, start: 0, end: after.length });
  return image;
}

type Texts = { before: readonly string[]; after: readonly string[]; image: Int32Array };
/** Lines from..to of before against start..end of after. */
type Span = { from: number; to: number; start: number; end: number };

function matchRange(texts: Texts, span: Span): void {
  const { before, after, image } = texts;
  let { from, to, start, end } = span;
  while (from < to && start < end && before[from] === after[start]) image[from++] = start++;
  while (from < to && start < end && before[to - 1] === after[end - 1]) image[--to] = --end;
  if (from === to || start === end) return;
  const rest = { from, to, start, end };
  if ((to - from) * (end - start) <= EXACT_STEPS) matchExactly(texts, rest);
  else matchAtUniqueLines(texts, rest);
}

function matchExactly({ before, after, image }: Texts, { from, to, start, end }: Span): void {
  const width = end - start + 1;
  const lengths = new Int32Array((to - from + 1) * width);
  for (let i = to - from - 1; i >= 0; i--) {
    for (let j = end - start - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] =
        before[from + i] === after[start + j]
          ? (lengths[at + width + 1] ?? 0) + 1
          : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  }
  let i = 0;
  let j = 0;
  while (from + i < to && start + j < end) {
    const at = i * width + j;
    if (before[from + i] === after[start + j]) image[from + i++] = start + j++;
    else if ((lengths[at + width] ?? 0) >= (lengths[at + 1] ?? 0)) i++;
    else j++;
  }
}

/** Without a line that is unique in both, the whole range counts as replaced. */
function matchAtUniqueLines(texts: Texts, { from, to, start, end }: Span): void {
  const places = uniquePlaces(texts.after, start, end);
  const pairs = [...uniquePlaces(texts.before, from, to)].flatMap(([line, at]) => {
    const place = places.get(line);
    return place === undefined ? [] : [{ at, place }];
  });
  const rising = longestRising(pairs.map(({ place }) => place));
  if (rising.length === 0) return;
  let last = { at: from, place: start };
  for (const index of rising) {
    const pair = pairs[index];
    if (!pair) continue;
    matchRange(texts, { from: last.at, to: pair.at, start: last.place, end: pair.place });
    texts.image[pair.at] = pair.place;
    last = { at: pair.at + 1, place: pair.place + 1 };
  }
  matchRange(texts, { from: last.at, to, start: last.place, end });
}

/** Lines that are there once, with their index, in order. */
function uniquePlaces(lines: readonly string[], from: number, to: number): Map<string, number> {
  const places = new Map<string, number>();
  const doubled = new Set<string>();
  for (let at = from; at < to; at++) {
    const line = lines[at] ?? '';
    if (doubled.has(line)) continue;
    if (places.delete(line)) doubled.add(line);
    else places.set(line, at);
  }
  return places;
}

/** Indexes of a longest strictly rising subsequence. */
export function longestRising(values: readonly number[]): number[] {
  const tails: number[] = [];
  const previous = new Int32Array(values.length).fill(-1);
  for (const [index, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = tails[low - 1] ?? -1;
    tails[low] = index;
  }
  const found: number[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) found.push(at);
  return found.reverse();
}
