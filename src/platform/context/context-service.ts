import type { StoreApi } from 'zustand/vanilla';

/** Which part of the workbench has the keyboard. Features may add members by declaration merging. */
export interface FocusAreas {
  none: true;
  files: true;
  'notebook-command': true;
  'notebook-edit': true;
  editor: true;
  terminal: true;
  launcher: true;
  dialog: true;
}
/** Where the focus is, as keybindings ask for it in `when`. */
export type FocusArea = keyof FocusAreas;

/** Facts that enablement of commands and keybindings looks at. Features add keys by declaration merging. */
export interface ContextFacts {
  focus: FocusArea;
  /** Kind and key of the active tab. */
  activeTabKind: string | null;
  activeTabId: string | null;
  /** The mode of the editor that was used last, where its keys are Vim's. */
  vimMode?: 'normal' | 'insert' | 'visual' | 'replace' | null;
}

/** One plain store of facts; features set their own keys while their tab is active. */
export type ContextService = {
  readonly store: StoreApi<ContextFacts>;
  set(facts: Partial<ContextFacts>): void;
};
