import type { ClipboardEvent, DragEvent } from 'react';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { useNotebook } from '../view/use-notebook.ts';
import { attachImages, imagesIn, imagesOfPaste } from './attach-images.ts';

/** What a text cell does with images that are pasted into it or dropped onto it. */
export function useAttach({ id, type }: NotebookCell) {
  const { session, services } = useNotebook();
  if (type !== 'markdown') return {};

  const attach = async (files: readonly File[]) => {
    try {
      await attachImages(session.properties, id, files);
    } catch (error) {
      services.notifications.error('The image was not attached', error);
    }
  };
  return {
    onPasteCapture(event: ClipboardEvent) {
      const files = imagesOfPaste(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      void attach(files);
    },
    onDragOverCapture(event: DragEvent) {
      if (!hasImage(event.dataTransfer)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = 'copy';
    },
    onDropCapture(event: DragEvent) {
      const files = imagesIn(event.dataTransfer);
      if (files.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      void attach(files);
    },
  };
}

/** While something is dragged only its type can be seen. */
function hasImage({ items }: DataTransfer): boolean {
  return [...items].some((item) => item.kind === 'file' && item.type.startsWith('image/'));
}

/** Files that nobody takes: without this the browser would leave the page and show them. */
export function refuseFiles(event: DragEvent): void {
  if (!event.dataTransfer.types.includes('Files') || event.defaultPrevented) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'none';
}
