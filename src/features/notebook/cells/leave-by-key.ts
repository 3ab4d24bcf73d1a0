import type { MonacoHandle } from '@/ui/monaco/create-editor.ts';

type Cursor = Pick<MonacoHandle, 'cursor' | 'lineCount' | 'isAtEnd' | 'hasPopup' | 'vim'>;
type Press = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/** Which neighbour a key at the edge of the text leads to: the arrows, and Vim's `j` and `k` in any column. */
export function neighbourOf(press: Press, handle: Cursor): 1 | -1 | null {
  if (handle.hasPopup() || press.shiftKey || press.ctrlKey || press.altKey || press.metaKey) return null;
  const isVim = handle.vim()?.isResting === true;
  const by = directionOf(press.key, isVim);
  return by !== null && isAtEdge(by, handle, isVim) ? by : null;
}

function directionOf(key: string, isVim: boolean): 1 | -1 | null {
  if (key === 'ArrowUp' || (isVim && key === 'k')) return -1;
  return key === 'ArrowDown' || (isVim && key === 'j') ? 1 : null;
}

function isAtEdge(by: 1 | -1, handle: Cursor, isVim: boolean): boolean {
  const { line, column } = handle.cursor();
  if (by < 0) return line === 1 && (isVim || column === 1);
  return line === handle.lineCount() && (isVim || handle.isAtEnd());
}
