import { createStore, type StoreApi } from 'zustand/vanilla';

/** What is said of edits that an earlier page did not get into the file. */
export type RecoveryNote =
  | {
      /** They are in the cells again, or were taken out. */
      kind: 'back' | 'discarded';
      time: number;
      /** Nothing else was edited since, so one step takes them out or brings them in. */
      canTurn: boolean;
      /** The file was changed after they were made. */
      isMerged: boolean;
      /** Cells that were edited on both sides. */
      clashes: number;
    }
  /** The file is gone. */
  | { kind: 'gone'; time: number };

export type RecoveryState = { note: RecoveryNote | null };

export function createRecoveryStore(): StoreApi<RecoveryState> {
  return createStore<RecoveryState>(() => ({ note: null }));
}
