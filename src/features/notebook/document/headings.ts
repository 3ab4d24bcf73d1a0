/** Headings as the structure of a notebook: a heading's section reaches to the next one of its level or above. */
import type { CellId, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import type { NotebookContent } from './notebook-model.ts';

const ANY = /^ {0,3}(?:#{1,6}(?:[ \t]|$)|(?:=+|-+)[ \t]*$)|<h[1-6]\b/im;
/** A block of code between its fences, or to the end. */
const FENCED = /^ {0,3}(`{3,}|~{3,})[^]*?(?:^ {0,3}\1[`~]*[ \t]*$|$(?![^]))/gm;
const NOT_A_PARAGRAPH = /^ {4}|^\s*(?:[>|]|[-*+][ \t]|\d+[.)][ \t]|<|$)/;

/** The level, from 1, of the highest heading in a Markdown cell; 0 = none. */
export function headingLevel(cell: NotebookCell | undefined): number {
  if (cell?.type !== 'markdown' || !ANY.test(cell.source)) return 0;
  const lines = cell.source.replaceAll(FENCED, '').split('\n');
  const levels = lines
    .map((line, index) => levelOfLine(line, lines[index - 1] ?? ''))
    .filter((one) => one > 0);
  return levels.length > 0 ? Math.min(...levels) : 0;
}

function levelOfLine(line: string, above: string): number {
  const marks = /^ {0,3}(#{1,6})(?:[ \t]|$)/.exec(line)?.[1];
  if (marks) return marks.length;
  const rule = /^ {0,3}(=+|-+)[ \t]*$/.exec(line)?.[1];
  if (rule && !NOT_A_PARAGRAPH.test(above)) return rule.startsWith('=') ? 1 : 2;
  return Number(/<h([1-6])\b/i.exec(line)?.[1] ?? 0);
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
