/**
 * Cells on their way through the system clipboard. What travels is a whole small notebook, so that reading it back is
 * as careful as reading a file: it may come from any page. Other programs see the sources.
 */
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { newNotebook, readNotebook } from '@atelier-ide/core/notebook/read.ts';
import { writeNotebook } from '@atelier-ide/core/notebook/write.ts';
import { NO_RESULT } from './cell-edits.ts';

/** Beyond this the outputs stay behind: a clipboard is no place for them. */
const MAX_TEXT = 8_000_000;
const ATTRIBUTE = 'data-atelier-cells';

export type CellsText = { plain: string; html: string };

export function cellsToText(cells: readonly NotebookCell[]): CellsText {
  const plain = cells.map((cell) => cell.source).join('\n\n');
  const whole = notebookText(cells);
  const text =
    whole.length > MAX_TEXT ? notebookText(cells.map((cell) => ({ ...cell, ...NO_RESULT }))) : whole;
  const shown = cells.map((cell) => `<pre>${escapeHtml(cell.source)}</pre>`).join('');
  return { plain, html: `<div ${ATTRIBUTE}="${escapeHtml(text)}">${shown}</div>` };
}

function notebookText(cells: readonly NotebookCell[]): string {
  const parsed = newNotebook();
  const readable = cells.map(({ problem, ...cell }) =>
    problem === undefined ? cell : { ...cell, type: 'raw' as const, ...NO_RESULT },
  );
  return writeNotebook(parsed, { ...parsed.document, cells: readable });
}

/** The cells in what was copied here, in JupyterLab (its text is a list of cells) or in the classic notebook. */
export function cellsFromText({ plain, html }: CellsText): readonly NotebookCell[] | null {
  if (html !== '') {
    const page = new DOMParser().parseFromString(html, 'text/html');
    const ours = page.querySelector(`[${ATTRIBUTE}]`)?.getAttribute(ATTRIBUTE);
    const classic = page.querySelector('pre.jupyter-nb-cells-json')?.textContent;
    const found = (ours && cellsOfNotebook(ours)) || (classic && cellsOfList(classic));
    if (found) return found;
  }
  return /^\s*\[\s*\{/.test(plain) ? cellsOfList(plain) : null;
}

function cellsOfNotebook(text: string): readonly NotebookCell[] | null {
  const result = readNotebook(text);
  const cells = result.ok ? result.notebook.document.cells : [];
  return cells.length > 0 ? cells : null;
}

/** A list of nbformat cells; any other list is text. */
function cellsOfList(text: string): readonly NotebookCell[] | null {
  const cells = cellsOfNotebook(`{"cells":${text},"metadata":{},"nbformat":4,"nbformat_minor":5}`);
  return cells?.every((cell) => cell.problem === undefined) ? cells : null;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
