import { useEffect, useRef } from 'react';
import { useServices } from '@/services/use-services.ts';
import type { Shell } from './shell.ts';

/**
 * While the panel lies over the work it is in the way: it folds when the window becomes narrow and when a tab is
 * activated, and unfolds again when there is room beside the work.
 */
export function useOverlayPanel(shell: Shell, isOverlay: boolean): void {
  const { tabs } = useServices();
  const folded = useRef<string | null>(null);
  useEffect(() => {
    if (!isOverlay) {
      if (folded.current !== null && shell.store.getState().panelId === null)
        shell.showPanel(folded.current, false);
      folded.current = null;
      return;
    }
    const fold = () => {
      const { panelId } = shell.store.getState();
      if (panelId === null) return;
      folded.current = panelId;
      shell.showPanel(null, false);
    };
    fold();
    return tabs.store.subscribe((state, before) => {
      if (state.activeId !== before.activeId) fold();
    });
  }, [shell, tabs, isOverlay]);
}
