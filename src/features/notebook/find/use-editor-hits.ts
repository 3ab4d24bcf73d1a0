import { useEffect } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { useStore } from '@/services/use-store.ts';
import type { MonacoHandle } from '@/ui/monaco/create-editor.ts';
import { useNotebook } from '../view/use-notebook.ts';

/** Marks the hits of a cell in its live editor. */
export function useEditorHits(id: CellId, handle: MonacoHandle | null): void {
  const { find } = useNotebook().session;
  const hits = useStore(find, (state) => (handle && state.isOpen ? state.hits : null));
  const current = useStore(find, (state) => (handle && state.isOpen ? state.current : -1));
  useEffect(() => {
    if (!handle) return;
    const own = (hits ?? []).flatMap((hit, index) =>
      hit.cellId === id && hit.place === 'source'
        ? [{ start: hit.start, end: hit.end, isCurrent: index === current }]
        : [],
    );
    handle.markHits(own);
  }, [id, handle, hits, current]);
}
