import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { ShownCell } from '../session/section-actions.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';

type Align = 'auto' | 'start';
/** Brings a cell into view. */
export type Reveal = (id: CellId, align: Align) => void;

type List = {
  shown: readonly ShownCell[];
  scrollRef: RefObject<HTMLElement | null>;
  onReady: (reveal: Reveal) => void;
};

/** Scrolls to what others ask for, and to the active cell when it changes by key. */
export function useReveal(
  { shown, scrollRef, onReady }: List,
  scrollTo: (at: number, align: Align) => void,
): void {
  const { focus } = useNotebook();
  const active = useNotebookState((state) => state.active);
  const [wanted, setWanted] = useState<{ id: CellId; align: Align } | null>(null);
  const latest = useRef({ shown, scrollTo });
  useLayoutEffect(() => {
    latest.current = { shown, scrollTo };
  });
  useEffect(() => onReady((id, align) => setWanted({ id, align })), [onReady]);

  // A cell may have come into sight just now: its place is known once the list was drawn with it.
  useLayoutEffect(() => {
    const index = latest.current.shown.findIndex(({ id }) => id === wanted?.id);
    if (wanted && index >= 0) latest.current.scrollTo(index, wanted.align);
  }, [wanted]);

  const lastActive = useRef(active);
  useLayoutEffect(() => {
    const isNew = lastActive.current !== active;
    lastActive.current = active;
    const wasPointer = focus.takePointer();
    if (!isNew || wasPointer || active === null) return;
    const list = scrollRef.current;
    const item = list?.querySelector(`[data-cell-id="${CSS.escape(active)}"]`);
    if (list && item && isInView(list, item)) return;
    const index = latest.current.shown.findIndex(({ id }) => id === active);
    if (index >= 0) latest.current.scrollTo(index, 'auto');
  }, [active, focus, scrollRef]);
}

function isInView(list: Element, item: Element): boolean {
  const frame = list.getBoundingClientRect();
  const { top, bottom } = item.getBoundingClientRect();
  const isTopSeen = top >= frame.top && top < frame.bottom - 40;
  return isTopSeen && (bottom <= frame.bottom || top < frame.top + frame.height / 2);
}
