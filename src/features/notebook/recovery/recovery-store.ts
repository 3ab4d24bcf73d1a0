import { createStore, type StoreApi } from 'zustand/vanilla';

/** What is said of edits that an earlier page did not get into the file. */
export type RecoveryNote =
  /** They are in the cells again; `canDiscard` until something else is edited. */
  | { kind: 'back'; time: number; canDiscard: boolean }
  | { kind: 'discarded'; time: number; canUndo: boolean }
  /** The file is gone. */
  | { kind: 'gone'; time: number };

export type RecoveryState = { note: RecoveryNote | null };

export function createRecoveryStore(): StoreApi<RecoveryState> {
  return createStore<RecoveryState>(() => ({ note: null }));
}
