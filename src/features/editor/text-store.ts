import { createStore, type StoreApi } from 'zustand/vanilla';

export type SaveState =
  | { kind: 'saved'; at: number | null }
  | { kind: 'dirty' }
  | { kind: 'saving' }
  /** Stays until solved; `retries`: it is tried again by itself. */
  | { kind: 'failed'; reason: string; retries: boolean }
  /** Another program wrote the file since it was read, or it is gone. */
  | { kind: 'conflict'; isGone: boolean };

/** What the file held when it was read or written last. */
export type TextBase = { readonly hash: string; readonly text: string };

/** Edits that an earlier page did not get into the file: they are in the text again, or were taken out of it. */
export type RecoveredText = { kind: 'back' | 'discarded'; time: number; text: string };

/** What came in from the file: all of it where nothing was edited here, else beside the edits. */
export type DiskNews = { kind: 'followed' | 'merged'; canUndo: boolean };

export type ReadyText = {
  status: 'ready';
  text: string;
  base: TextBase;
  /** Rises when the text was replaced from outside, so that the editor takes it over. */
  version: number;
  isReadOnly: boolean;
  save: SaveState;
  recovered: RecoveredText | null;
  news: DiskNews | null;
};

export type TextState =
  | { status: 'loading' }
  /** `kept`: the time of edits that this browser has of a file that is gone. */
  | { status: 'failed'; title: string; reason: string; isGone: boolean; kept?: number }
  | ReadyText;

export type TextStore = StoreApi<TextState>;

export function createTextStore(): TextStore {
  return createStore<TextState>(() => ({ status: 'loading' }));
}
