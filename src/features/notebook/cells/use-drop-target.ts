import { type RefObject, useEffect } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { foldedEnd } from '../document/folding.ts';
import { dropCells, isCopy } from '../session/drop-cells.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import { useNotebook } from '../view/use-notebook.ts';
import { DRAG_EVENT, type DragDetail } from './cell-drag.ts';

const HALF_GAP = 4;

/** Takes cells that are dragged over the list, with a line where they would go. */
export function useDropTarget(scrollRef: RefObject<HTMLElement | null>): void {
  const { session } = useNotebook();
  useEffect(() => {
    const list = scrollRef.current;
    const cells = list?.querySelector<HTMLElement>('.at-cells');
    if (!list || !cells) return;
    const line = list.ownerDocument.createElement('div');
    line.className = 'at-drop-line';

    const handle = (event: Event) => {
      const { step, dragged, y, turned, answer } = (event as CustomEvent<DragDetail>).detail;
      const place = step === 'leave' ? null : placeAt(cells, y, session.store.getState());
      if (step === 'over' && place) {
        line.style.top = `${place.top}px`;
        if (!line.isConnected) cells.append(line);
        const isOne = dragged.ids.length === 1;
        const what = isOne ? 'cell' : `${dragged.ids.length} cells`;
        answer(`${isCopy(dragged, session, turned) ? 'Copy' : 'Move'} ${what}`);
        return;
      }
      line.remove();
      if (step === 'drop' && place) dropCells(session, dragged, { index: place.index, turned });
    };
    list.addEventListener(DRAG_EVENT, handle);
    return () => {
      line.remove();
      list.removeEventListener(DRAG_EVENT, handle);
    };
  }, [scrollRef, session]);
}

type Place = { index: number; top: number };

/** Before the first cell whose middle is below the pointer, else behind the last one that is drawn. */
function placeAt(cells: HTMLElement, y: number, state: NotebookState): Place | null {
  const drawn = [...cells.querySelectorAll<HTMLElement>('.at-cell-place')]
    .map((place) => ({ place, box: place.getBoundingClientRect() }))
    .toSorted((a, b) => a.box.top - b.box.top);
  const indexOf = (place: HTMLElement) =>
    state.order.indexOf(place.querySelector<HTMLElement>('.at-cell')?.dataset['cellId'] as CellId);
  const next = drawn.find(({ box }) => y < box.top + box.height / 2);
  if (next) return { index: indexOf(next.place), top: next.place.offsetTop - HALF_GAP };
  const last = drawn.at(-1);
  if (!last) return null;
  const top = last.place.offsetTop + last.place.offsetHeight + HALF_GAP;
  return { index: foldedEnd(state, indexOf(last.place)), top };
}
