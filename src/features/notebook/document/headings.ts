/** Headings as the structure of a notebook: a heading's section reaches to the next one of its level or above. */
import type { CellId, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import type { NotebookContent } from './notebook-model.ts';

/** The level, from 1, of the heading that a Markdown cell begins with; 0 = none. */
export function headingLevel(cell: NotebookCell | undefined): number {
  if (cell?.type !== 'markdown') return 0;
  return /^\s*(#{1,6})[ \t]/.exec(cell.source)?.[1]?.length ?? 0;
}

/** The level of the heading that the active cell is, or stands under; 1 where there is none. */
export function enclosingLevel(
  state: Pick<NotebookContent, 'order' | 'cells'> & { active: CellId | null },
): number {
  const at = state.active === null ? state.order.length - 1 : state.order.indexOf(state.active);
  for (let index = at; index >= 0; index--) {
    const id = state.order[index];
    const level = id === undefined ? 0 : headingLevel(state.cells[id]);
    if (level > 0) return level;
  }
  return 1;
}
