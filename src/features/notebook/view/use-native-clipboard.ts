import { type RefObject, useEffect } from 'react';
import { useServices } from '@/services/use-services.ts';
import { cellsOfPaste, fillClipboard } from '../session/cell-clipboard.ts';
import type { NotebookSession } from '../session/notebook-session.ts';

type Place = { session: NotebookSession; region: RefObject<HTMLElement | null>; isActive: boolean };

/**
 * The browser's own copy, cut and paste act on cells while these have the keyboard: no leave is asked for, and it works
 * between windows. Selected text is copied as text.
 */
export function useNativeClipboard({ session, region, isActive }: Place): void {
  const { context } = useServices();
  useEffect(() => {
    const element = region.current;
    if (!isActive || !element) return;
    const { ownerDocument } = element;
    const isOurs = () =>
      context.store.getState().focus === 'notebook-command' && element.contains(ownerDocument.activeElement);

    const handleCopy = (event: ClipboardEvent) => {
      const hasText = ownerDocument.getSelection()?.isCollapsed === false;
      if (!isOurs() || hasText || !event.clipboardData) return;
      const cells = session.editing.copies();
      fillClipboard(event.clipboardData, cells);
      event.preventDefault();
      context.set({ cellClipboard: cells, isCellClipboardNewest: true });
      if (event.type === 'cut') session.editing.deleteSelected();
    };
    const handlePaste = (event: ClipboardEvent) => {
      if (!isOurs() || !event.clipboardData) return;
      const { cellClipboard = [], isCellClipboardNewest } = context.store.getState();
      const cells = isCellClipboardNewest ? cellClipboard : cellsOfPaste(event.clipboardData);
      if (cells.length === 0) return;
      event.preventDefault();
      session.editing.paste(cells);
    };
    ownerDocument.addEventListener('copy', handleCopy);
    ownerDocument.addEventListener('cut', handleCopy);
    ownerDocument.addEventListener('paste', handlePaste);
    return () => {
      ownerDocument.removeEventListener('copy', handleCopy);
      ownerDocument.removeEventListener('cut', handleCopy);
      ownerDocument.removeEventListener('paste', handlePaste);
    };
  }, [context, session, region, isActive]);
}
