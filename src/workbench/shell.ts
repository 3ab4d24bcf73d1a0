import type { StoreApi } from 'zustand/vanilla';
import type { PanelView } from '@/platform/contributions/contribution.ts';
import type { StorageService } from '@/platform/storage/storage-service.ts';
import { createShellStore, type ShellState } from './shell-store.ts';

export const panelWidths = { least: 200, usual: 264, most: 600 } as const;

/** State of the frame around the work: panel, palette, centre of messages. Kept per user where it is a choice. */
export type Shell = {
  readonly store: StoreApi<ShellState>;
  /** Reads what this user kept. */
  restore(): void;
  /** `isKept` false: for now only, as when the window is too narrow. */
  showPanel(id: string | null, isKept?: boolean): void;
  togglePanel(id?: string): void;
  resizePanel(width: number): void;
  setPalette(isOpen: boolean): void;
  setCentre(isOpen: boolean): void;
};

const KEY = 'workbench.shell';

export function createShell(views: readonly PanelView[], storage: StorageService): Shell {
  const store = createShellStore();
  const firstId = [...views].sort((a, b) => a.order - b.order)[0]?.id ?? null;
  const isKnown = (id: unknown): id is string => views.some((view) => view.id === id);
  const keep = () => {
    const { panelId, lastPanelId, panelWidth } = store.getState();
    storage.set(KEY, { panelId, lastPanelId, panelWidth });
  };
  const showPanel = (id: string | null, isKept = true) => {
    store.setState((state) => ({ panelId: id, lastPanelId: id ?? state.panelId ?? state.lastPanelId }));
    if (isKept) keep();
  };
  return {
    store,
    restore() {
      const kept = storage.get(KEY);
      const known = typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? kept : null;
      const panelId = known ? known['panelId'] : firstId;
      const lastPanelId = known?.['lastPanelId'];
      const width = known?.['panelWidth'];
      store.setState({
        panelId: isKnown(panelId) ? panelId : null,
        lastPanelId: isKnown(lastPanelId) ? lastPanelId : firstId,
        panelWidth: typeof width === 'number' ? clampWidth(width) : panelWidths.usual,
      });
    },
    showPanel,
    togglePanel(id) {
      const { panelId, lastPanelId } = store.getState();
      const wanted = id ?? panelId ?? lastPanelId ?? firstId;
      showPanel(panelId === wanted ? null : wanted);
    },
    resizePanel(width) {
      store.setState({ panelWidth: clampWidth(width) });
      keep();
    },
    setPalette: (isPaletteOpen) => store.setState({ isPaletteOpen }),
    setCentre: (isCentreOpen) => store.setState({ isCentreOpen }),
  };
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(panelWidths.most, Math.max(panelWidths.least, width)));
}
