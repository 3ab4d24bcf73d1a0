import { createStore, type StoreApi } from 'zustand/vanilla';

/** What the panel shows. */
export type HelpState = {
  /** The last that the kernel said of a name; stays while the cursor is where it knows nothing. */
  shown: { name: string; text: string } | null;
  /** Why there is no newer answer, in a sentence. */
  note: string | null;
  isPinned: boolean;
};

export type HelpStore = StoreApi<HelpState>;

/** Nothing is shown yet. */
export function createHelpStore(): HelpStore {
  return createStore<HelpState>(() => ({ shown: null, note: null, isPinned: false }));
}
