/** Matching and ranking of the palette: plain functions, so that what is found can be tested without a screen. */

export type PaletteEntry = {
  /** Unique in the whole palette. */
  id: string;
  group: string;
  title: string;
  icon?: string | undefined;
  keys?: string | undefined;
  /** Where it belongs or why it cannot run now, behind the title. */
  context?: string | undefined;
  isDisabled?: boolean;
  /** Choosing it leaves the palette open. */
  staysOpen?: boolean;
  run: () => void;
};

export type Hit = PaletteEntry & { marks: readonly (readonly [number, number])[] };
export type HitGroup = { title: string; hits: readonly Hit[] };

type Match = { score: number; marks: Hit['marks'] };

/** How well a title fits: the whole start, a word's start, anywhere, letters in order; null = not at all. */
export function match(title: string, query: string): Match | null {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return { score: 0, marks: [] };
  const text = title.toLowerCase();
  const at = text.indexOf(wanted);
  if (at === 0) return { score: 4, marks: [[0, wanted.length]] };
  const word = text.search(new RegExp(`(?<=[^a-z0-9])${escapeRegExp(wanted)}`));
  if (word > 0) return { score: 3, marks: [[word, word + wanted.length]] };
  if (at > 0) return { score: 2, marks: [[at, at + wanted.length]] };
  return words(text, wanted) ?? inOrder(text, wanted);
}

/** Every word of the query starts a word of the title, in any order: "all run" finds "Run all cells". */
function words(text: string, wanted: string): Match | null {
  const parts = wanted.split(/\s+/);
  if (parts.length < 2) return null;
  const marks: [number, number][] = [];
  for (const part of parts) {
    const at = text.search(new RegExp(`(?:^|(?<=[^a-z0-9]))${escapeRegExp(part)}`));
    if (at < 0) return null;
    marks.push([at, at + part.length]);
  }
  return { score: 1.5, marks: marks.sort((a, b) => a[0] - b[0]) };
}

/** Letters of the query in their order, each at a word's start or beside the one before: "rac" finds "Run all cells". */
function inOrder(text: string, wanted: string): Match | null {
  const marks: [number, number][] = [];
  let from = 0;
  for (const letter of wanted.replaceAll(' ', '')) {
    const last = marks.at(-1);
    const next = text.slice(from).search(new RegExp(`(?:^|(?<=[^a-z0-9]))${escapeRegExp(letter)}`));
    if (last && text[last[1]] === letter) last[1] += 1;
    else if (next >= 0 && isWordStart(text, from + next)) marks.push([from + next, from + next + 1]);
    else return null;
    from = marks.at(-1)?.[1] ?? 0;
  }
  return { score: 1, marks };
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[^a-z0-9]/.test(text[at - 1] ?? '');
}

/**
 * What is found, in groups: groups as they come, those in which nothing can run after the others; within a group what
 * can run first, then by how well it fits.
 */
export function search(entries: readonly PaletteEntry[], query: string): readonly HitGroup[] {
  const scored = entries.flatMap((entry) => {
    const found = match(entry.title, query);
    return found ? [{ hit: { ...entry, marks: found.marks }, score: found.score }] : [];
  });
  const titles = [...new Set(entries.map((entry) => entry.group))];
  const groups = titles.flatMap((title) => {
    const own = scored.filter(({ hit }) => hit.group === title);
    own.sort(
      (a, b) => Number(a.hit.isDisabled ?? false) - Number(b.hit.isDisabled ?? false) || b.score - a.score,
    );
    return own.length > 0 ? [{ title, hits: own.map(({ hit }) => hit) }] : [];
  });
  const canRun = (group: HitGroup) => group.hits.some((hit) => !hit.isDisabled);
  return [...groups.filter(canRun), ...groups.filter((group) => !canRun(group))];
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
