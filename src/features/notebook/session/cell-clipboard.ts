/**
 * Cells through the system clipboard. Copying works by a `copy` event that we cause ourselves, which needs no leave and
 * works on plain http too. Reading by a key of ours asks the browser, which may ask the person; so the cells that were
 * copied on this page are taken without asking while nothing else can have come onto the clipboard.
 */
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import type { ContextService } from '@/platform/context/context-service.ts';
import { emptyCell } from '../document/notebook-model.ts';
import { newCellId } from '@atelier-ide/core/notebook/identity.ts';
import { cellsFromText, type CellsText, cellsToText } from '../document/cells-text.ts';

/** Puts the cells where this page and others find them. */
export function copyCells(context: ContextService, cells: readonly NotebookCell[]): void {
  if (cells.length === 0) return;
  context.set({ cellClipboard: cells });
  const text = cellsToText(cells);
  const isCopied = copyByEvent(text);
  if (!isCopied) void copyByRequest(text);
  context.set({ isCellClipboardNewest: true });
}

/** The cells of a native copy or cut. */
export function fillClipboard(data: DataTransfer, cells: readonly NotebookCell[]): void {
  const { plain, html } = cellsToText(cells);
  data.setData('text/plain', plain);
  data.setData('text/html', html);
}

function copyByEvent({ plain, html }: CellsText): boolean {
  let isCopied = false;
  const handle = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', plain);
    event.clipboardData?.setData('text/html', html);
    event.preventDefault();
    event.stopImmediatePropagation();
    isCopied = true;
  };
  document.addEventListener('copy', handle, true);
  try {
    document.execCommand('copy');
  } finally {
    document.removeEventListener('copy', handle, true);
  }
  return isCopied;
}

async function copyByRequest({ plain, html }: CellsText): Promise<void> {
  const blob = (type: string, text: string) => ({ [type]: new Blob([text], { type }) });
  const item = { ...blob('text/plain', plain), ...blob('text/html', html) };
  // Refused: the cells can still be pasted on this page.
  await navigator.clipboard?.write([new ClipboardItem(item)]).catch(() => undefined);
}

/** What was pasted natively: cells, or text that becomes one. */
export function cellsOfPaste(data: DataTransfer): readonly NotebookCell[] {
  return cellsOr({ plain: data.getData('text/plain'), html: data.getData('text/html') });
}

/** What a key or button of ours pastes; empty where nothing can be had. */
export async function cellsToPaste(context: ContextService): Promise<readonly NotebookCell[]> {
  const { cellClipboard = [], isCellClipboardNewest } = context.store.getState();
  if (isCellClipboardNewest && cellClipboard.length > 0) return cellClipboard;
  const text = await readSystem();
  return text ? cellsOr(text) : cellClipboard;
}

async function readSystem(): Promise<CellsText | null> {
  try {
    const text: CellsText = { plain: '', html: '' };
    for (const item of await navigator.clipboard.read()) {
      if (item.types.includes('text/plain')) text.plain = await (await item.getType('text/plain')).text();
      if (item.types.includes('text/html')) text.html = await (await item.getType('text/html')).text();
    }
    return text.plain === '' && text.html === '' ? null : text;
  } catch {
    // No leave, or no such clipboard: what this page has is what there is.
    return null;
  }
}

function cellsOr(text: CellsText): readonly NotebookCell[] {
  const cells = cellsFromText(text);
  if (cells) return cells;
  return text.plain.trim() === '' ? [] : [emptyCell(newCellId(), 'code', text.plain)];
}
