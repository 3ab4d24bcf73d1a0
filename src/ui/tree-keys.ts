/** What the keys of a tree need to know of its visible rows. */
export type TreeKeyRow = {
  level: number;
  /** null: a leaf. */
  isExpanded: boolean | null;
};

export type TreeMove = { kind: 'focus' | 'expand' | 'collapse'; index: number };

/**
 * The tree pattern of ARIA over the rows that are visible: up, down, Home and End move; right unfolds, then goes to the
 * first child; left folds, then goes to the parent. Null: the key is none of the tree's.
 */
export function treeMove(key: string, rows: readonly TreeKeyRow[], index: number): TreeMove | null {
  const last = rows.length - 1;
  const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: last }[key];
  if (next !== undefined) return { kind: 'focus', index: Math.min(last, Math.max(0, next)) };
  const row = rows[index];
  if (!row) return null;
  if (key === 'ArrowRight') {
    if (row.isExpanded === false) return { kind: 'expand', index };
    const isParent = row.isExpanded === true && (rows[index + 1]?.level ?? 0) > row.level;
    return isParent ? { kind: 'focus', index: index + 1 } : null;
  }
  if (key !== 'ArrowLeft') return null;
  if (row.isExpanded === true) return { kind: 'collapse', index };
  const parent = rows.findLastIndex((other, at) => at < index && other.level < row.level);
  return parent < 0 ? null : { kind: 'focus', index: parent };
}

/** Where a visible row stands in its tree, and what it is called. */
export type TreeItem = TreeKeyRow & { name: string; description: string; position: number; size: number };

/** The attributes of the row's element; exactly one row of a tree is a tab stop. */
export function treeItemProps(
  { name, description, level, isExpanded, ...place }: TreeItem,
  isTabStop: boolean,
) {
  return {
    role: 'treeitem',
    'aria-label': name,
    'aria-description': description === '' ? undefined : description,
    'aria-level': level,
    'aria-posinset': place.position,
    'aria-setsize': place.size,
    'aria-expanded': isExpanded ?? undefined,
    tabIndex: isTabStop ? 0 : -1,
  } as const;
}
