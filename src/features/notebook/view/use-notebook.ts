import { createContext, useContext } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { Services } from '@/services/services.ts';
import { useStore } from '@/services/use-store.ts';
import type { FileFinder } from '../html/file-finder.ts';
import type { PictureSizes } from '../html/picture-sizes.ts';
import type { Sanitizer } from '../html/sanitize.ts';
import type { FormulaSetter } from '../markdown/formula-setter.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import type { ColorCache } from './color-cache.ts';
import type { FocusKeeper } from './focus-keeper.ts';

/** What the parts of one notebook view share. */
export type NotebookView = {
  session: NotebookSession;
  services: Services;
  sanitizer: Sanitizer;
  colors: ColorCache;
  formulas: FormulaSetter;
  pictures: PictureSizes;
  finder: FileFinder;
  focus: FocusKeeper;
  /** Brings a cell into view. */
  reveal(this: void, id: CellId): void;
  /** Goes to a heading of this notebook; false where there is none of that name. */
  revealHeading(fragment: string): boolean;
};

export const NotebookContext = createContext<NotebookView | null>(null);

export function useNotebook(): NotebookView {
  const view = useContext(NotebookContext);
  if (!view) throw new Error('useNotebook needs a NotebookContext above it');
  return view;
}

/** Re-renders when the selected part of the notebook's state changes. */
export function useNotebookState<T>(select: (state: NotebookState) => T): T {
  return useStore(useNotebook().session.store, select);
}
