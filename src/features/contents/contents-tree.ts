/** Headings as rows of a tree. Levels that the author skipped are closed up: `#` then `###` is one step in. */
import type { OutlineEntry } from '@/services/documents/documents-service.ts';

export type ContentsRow = {
  entry: OutlineEntry;
  level: number;
  /** null: nothing below. */
  isExpanded: boolean | null;
  position: number;
  size: number;
};

type Node = { entry: OutlineEntry; children: Node[] };

/** The rows in sight. With a filter: headings with its words and those above them, all unfolded. */
export function contentsRows(
  entries: readonly OutlineEntry[],
  { folded, filter }: { folded: ReadonlySet<string>; filter: string },
): ContentsRow[] {
  const words = filter.trim().toLowerCase();
  const tree = words === '' ? treeOf(entries) : filtered(treeOf(entries), words);
  const rows: ContentsRow[] = [];
  const add = (nodes: readonly Node[], level: number) => {
    for (const [index, { entry, children }] of nodes.entries()) {
      const isFolded = words === '' && folded.has(entry.id);
      const isExpanded = children.length === 0 ? null : !isFolded;
      rows.push({ entry, level, isExpanded, position: index + 1, size: nodes.length });
      if (isExpanded) add(children, level + 1);
    }
  };
  add(tree, 1);
  return rows;
}

function treeOf(entries: readonly OutlineEntry[]): Node[] {
  const top: Node[] = [];
  const open: Node[] = [];
  for (const entry of entries) {
    const node: Node = { entry, children: [] };
    while ((open.at(-1)?.entry.depth ?? 0) >= entry.depth) open.pop();
    (open.at(-1)?.children ?? top).push(node);
    open.push(node);
  }
  return top;
}

function filtered(nodes: readonly Node[], words: string): Node[] {
  return nodes.flatMap(({ entry, children }) => {
    const below = filtered(children, words);
    return below.length > 0 || entry.text.toLowerCase().includes(words) ? [{ entry, children: below }] : [];
  });
}

/** The row that stands for the current section: itself, or the nearest one above that is not folded away. */
export function currentRow(
  entries: readonly OutlineEntry[],
  rows: readonly ContentsRow[],
  currentId: string | null,
): string | null {
  const shown = new Set(rows.map(({ entry }) => entry.id));
  let at = entries.findIndex(({ id }) => id === currentId);
  let depth = Number.POSITIVE_INFINITY;
  for (; at >= 0; at--) {
    const entry = entries[at];
    if (!entry || entry.depth >= depth) continue;
    if (shown.has(entry.id)) return entry.id;
    depth = entry.depth;
  }
  return null;
}
