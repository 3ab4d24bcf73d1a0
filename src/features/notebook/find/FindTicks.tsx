import { useMemo } from 'react';
import { useStore } from '@/services/use-store.ts';
import { estimateHeight } from '../cells/estimate-height.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import { useNotebook } from '../view/use-notebook.ts';
import type { Hit } from './search-notebook.ts';

/** More ticks than this would be one bar. */
const STEPS = 400;

/** Where in the notebook the hits are: a strip at the right, for the eye only. */
export function FindTicks() {
  const { session } = useNotebook();
  const hits = useStore(session.find, (state) => state.hits);
  const current = useStore(session.find, (state) => state.current);
  // As the notebook was when the hits were found; they are found again when it changes.
  const places = useMemo(() => tickPlaces(session.store.getState(), hits), [session, hits]);
  const shown = places[current];
  return (
    <div className="at-find-ticks" aria-hidden>
      {[...new Set(places)].map((place) => (
        <i
          key={place}
          style={{ top: `${(place / STEPS) * 100}%` }}
          data-current={place === shown || undefined}
        />
      ))}
    </div>
  );
}

/** For each hit, in steps from the top. */
export function tickPlaces(
  { order, cells, unrendered }: Pick<NotebookState, 'order' | 'cells' | 'unrendered'>,
  hits: readonly Hit[],
): number[] {
  const tops = new Map<string, { top: number; height: number }>();
  let total = 1;
  for (const id of order) {
    const cell = cells[id];
    const height = cell ? estimateHeight(cell, !unrendered.has(id)) : 0;
    tops.set(id, { top: total, height });
    total += height;
  }
  return hits.map(({ cellId, place, start }) => {
    const { top, height } = tops.get(cellId) ?? { top: 0, height: 0 };
    const length = cells[cellId]?.source.length ?? 0;
    const part = place === 'source' && length > 0 ? start / length / 2 : 0.75;
    return Math.min(STEPS - 1, Math.floor(((top + height * part) / total) * STEPS));
  });
}
