import type { KeyboardEvent, RefObject } from 'react';
import type { FileActions } from './file-actions.ts';
import type { FilesModel } from './files-model.ts';
import type { FileRow } from './visible-rows.ts';

export type TreeKeys = {
  model: FilesModel;
  actions: FileActions;
  rows: readonly FileRow[];
  /** Row that is the tree's tab stop. */
  focusIndex: number;
  scroller: RefObject<HTMLDivElement | null>;
  scrollToIndex: (index: number) => void;
};

/** Keys of the tree: arrows, Home and End move (Shift extends), Enter opens, right and left expand and collapse. */
export function useTreeKeys({ model, actions, rows, focusIndex, scroller, scrollToIndex }: TreeKeys) {
  const focusRow = (index: number, isExtending: boolean) => {
    const row = rows[index];
    if (row?.kind !== 'entry') return;
    scrollToIndex(index);
    const { path } = row.entry;
    const { selected } = model.store.getState();
    model.select(isExtending ? [...selected.filter((other) => other !== path), path] : [path]);
    // The row may have to be scrolled into being first.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus(),
    );
  };

  return (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    const last = rows.length - 1;
    const next = { ArrowDown: focusIndex + 1, ArrowUp: focusIndex - 1, Home: 0, End: last }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      focusRow(Math.min(last, Math.max(0, next)), event.shiftKey);
      return;
    }
    const row = rows[focusIndex];
    if (row?.kind === 'entry' && actOn(row, event.key, model, actions)) event.preventDefault();
  };
}

function actOn(
  row: FileRow & { kind: 'entry' },
  key: string,
  model: FilesModel,
  actions: FileActions,
): boolean {
  const isFolder = row.entry.type === 'directory';
  if (key === 'Enter') actions.open(row.entry.path);
  else if (key === 'ArrowRight' && isFolder && !row.isExpanded) void model.toggle(row.entry.path);
  else if (key === 'ArrowLeft' && row.isExpanded) void model.toggle(row.entry.path);
  else return false;
  return true;
}
