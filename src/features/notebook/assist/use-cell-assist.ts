import { useEffect, useMemo } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { CodeAssist } from '@/ui/monaco/code-assist.ts';
import type { MonacoHandle } from '@/ui/monaco/create-editor.ts';
import { useNotebook } from '../view/use-notebook.ts';

/** Who helps in the editor of a cell. While it is edited, Escape finds its popups. */
export function useCellAssist(cellId: CellId, handle: MonacoHandle | null, isEditing: boolean): CodeAssist {
  const { assist } = useNotebook().session;
  useEffect(() => {
    if (!isEditing || !handle) return;
    const watch = assist.watch(() => handle.closePopup());
    return () => watch.dispose();
  }, [isEditing, handle, assist]);
  return useMemo(() => assist.forCell(cellId), [assist, cellId]);
}
