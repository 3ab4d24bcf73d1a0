import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { Services } from '@/services/services.ts';

/** The kind of the tabs that show the outputs of one cell. */
export const OUTPUT_VIEW = 'notebook-output';

/** Path and cell of such a tab, by its key. */
export function partsOfKey(key: string): { path: string; id: CellId } {
  const at = key.lastIndexOf('#');
  return { path: key.slice(0, at), id: key.slice(at + 1) as CellId };
}

export const keyOf = (path: string, id: CellId): string => `${path}#${id}`;

// oxlint-disable-next-line max-params -- where, and the three things that name the cell
export function openOutputView({ tabs }: Services, path: string, id: CellId, n: number): void {
  tabs.open({ kind: OUTPUT_VIEW, key: keyOf(path, id), title: titleOf(path, n), tooltip: path });
}

export function titleOf(path: string, n: number): string {
  return `Output ${n}, ${path.slice(path.lastIndexOf('/') + 1)}`;
}
