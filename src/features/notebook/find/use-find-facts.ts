import { useEffect } from 'react';
import type { Disposable } from '@/base/disposable.ts';
import { createPageClock } from '@/services/clock.ts';
import { useServices } from '@/services/use-services.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import { hasError, runningCell } from './cell-places.ts';

const AFTER_TYPING_MS = 300;

/** Tells commands which places of the notebook in front there are to go to. */
export function useFindFacts(session: NotebookSession, isActive: boolean): void {
  const { context } = useServices();
  useEffect(() => {
    if (!isActive) return;
    let last = '';
    const tell = () => {
      const places = placesOf(session.store.getState());
      const text = JSON.stringify(places);
      if (text !== last) context.set({ notebookPlaces: places });
      last = text;
    };
    tell();
    const clock = createPageClock();
    let later: Disposable | null = null;
    const stop = session.store.subscribe((now, before) => {
      const isTold = now.runs !== before.runs || now.order !== before.order;
      const isEdited = now.lastEdited !== before.lastEdited;
      if (!isTold && !isEdited && now.cells === before.cells) return;
      later?.dispose();
      later = null;
      // All cells are looked at for errors: while somebody types in one, that can wait.
      if (isTold || isEdited) tell();
      else later = clock.after(AFTER_TYPING_MS, tell);
    });
    return () => {
      later?.dispose();
      stop();
      context.set({ notebookPlaces: null });
    };
  }, [context, session, isActive]);
}

function placesOf(state: NotebookState) {
  const { order, cells, lastEdited } = state;
  return {
    running: runningCell(state) !== null,
    edited: lastEdited !== null && cells[lastEdited] !== undefined,
    error: order.some((id) => hasError(state, id)),
  };
}
