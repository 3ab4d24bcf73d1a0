import { useEffect } from 'react';
import { useServices } from '@/services/use-services.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import { hasError, runningCell } from './cell-places.ts';

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
    const stop = session.store.subscribe((now, before) => {
      if (now.runs !== before.runs || now.cells !== before.cells || now.lastEdited !== before.lastEdited)
        tell();
    });
    return () => {
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
