import type { FileEntry } from '@/services/files/files-service.ts';
import type { FilesState } from './files-store.ts';

export type FileRow =
  | { kind: 'entry'; entry: FileEntry; level: number; isExpanded: boolean; position: number; size: number }
  /** Stands for what of a folder is not read yet, or why it cannot be read. */
  | { kind: 'more' | 'loading' | 'failed'; folder: string; level: number; reason: string | null };

/** The rows of the tree in order: the folder's entries, and below each expanded folder its own. Pure. */
export function visibleRows(state: FilesState): readonly FileRow[] {
  const rows: FileRow[] = [];
  const filter = state.filter.trim().toLowerCase();
  const add = (folder: string, level: number) => {
    const known = state.folders[folder];
    if (!known || known.status === 'loading') {
      rows.push({ kind: 'loading', folder, level, reason: null });
      return;
    }
    if (known.status === 'failed') {
      rows.push({ kind: 'failed', folder, level, reason: known.reason });
      return;
    }
    const entries = known.children.map((path) => state.entries[path]).filter((entry) => entry !== undefined);
    const shown =
      filter === '' ? entries : entries.filter((entry) => entry.name.toLowerCase().includes(filter));
    for (const [index, entry] of shown.entries()) {
      const isExpanded = entry.type === 'directory' && state.expanded.includes(entry.path);
      rows.push({ kind: 'entry', entry, level, isExpanded, position: index + 1, size: shown.length });
      if (isExpanded) add(entry.path, level + 1);
    }
    if (known.nextCursor !== null) rows.push({ kind: 'more', folder, level, reason: null });
  };
  add(state.folder, 1);
  return rows;
}
