import { createStore } from 'zustand/vanilla';

export type ShellState = {
  /** The panel beside the activity bar; null = folded. */
  panelId: string | null;
  /** The panel to unfold again. */
  lastPanelId: string | null;
  panelWidth: number;
  isPaletteOpen: boolean;
  isCentreOpen: boolean;
};

export const createShellStore = () =>
  createStore<ShellState>(() => ({
    panelId: null,
    lastPanelId: null,
    panelWidth: 264,
    isPaletteOpen: false,
    isCentreOpen: false,
  }));
