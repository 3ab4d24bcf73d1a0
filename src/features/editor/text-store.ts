import { createStore, type StoreApi } from 'zustand/vanilla';

export type SaveState =
  | { kind: 'saved'; at: number | null }
  | { kind: 'dirty' }
  | { kind: 'saving' }
  /** Stays until solved; `retries`: it is tried again by itself. */
  | { kind: 'failed'; reason: string; retries: boolean }
  /** Another program wrote the file since it was read. */
  | { kind: 'conflict' };

/** Edits that an earlier page did not get into the file: they are in the text again, or were taken out of it. */
export type RecoveredText = { kind: 'back' | 'discarded'; time: number; text: string };

export type TextState =
  | { status: 'loading' }
  /** `kept`: the time of edits that this browser has of a file that is gone. */
  | { status: 'failed'; title: string; reason: string; isGone: boolean; kept?: number }
  /** `version` rises when the text was replaced from outside, so that the editor takes it over. */
  | {
      status: 'ready';
      text: string;
      version: number;
      isReadOnly: boolean;
      save: SaveState;
      recovered: RecoveredText | null;
    };

export function createTextStore(): StoreApi<TextState> {
  return createStore<TextState>(() => ({ status: 'loading' }));
}
