import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { useStore } from '@/services/use-store.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';

/** How the source of a cell is drawn, edited or not. */
export type CellLook = {
  wordWrap: boolean;
  lineNumbers: boolean;
  closeBrackets: boolean;
  fontSize: number;
  keyMap: 'default' | 'vim';
};

/** The settings as they count for one cell. */
export function useCellLook(cell: NotebookCell): CellLook {
  const { settings } = useNotebook().services;
  const wraps = useStore(settings.store, (values) => values['editor.wordWrap']);
  const isNumbered = useStore(settings.store, (values) => values['notebook.lineNumbers']);
  const closeBrackets = useStore(settings.store, (values) => values['editor.closeBrackets']);
  const fontSize = useStore(settings.store, (values) => values['editor.fontSize']);
  const keyMap = useStore(settings.store, (values) => values['editor.keyMap']);
  const isTurned = useNotebookState((state) => state.turnedNumbers.has(cell.id));
  return {
    wordWrap: wraps || cell.type !== 'code',
    lineNumbers: isNumbered !== isTurned,
    closeBrackets,
    fontSize,
    keyMap,
  };
}
