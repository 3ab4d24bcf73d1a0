import { createStore, type StoreApi } from 'zustand/vanilla';

export type SaveState =
  | { kind: 'saved'; at: number | null }
  | { kind: 'dirty' }
  | { kind: 'saving' }
  /** Stays until solved; the text is kept on the page. */
  | { kind: 'failed'; reason: string }
  /** Another program wrote the file since it was read. */
  | { kind: 'conflict' };

export type TextState =
  | { status: 'loading' }
  | { status: 'failed'; title: string; reason: string }
  /** `version` rises when the text was replaced from outside, so that the editor takes it over. */
  | { status: 'ready'; text: string; version: number; isReadOnly: boolean; save: SaveState };

export function createTextStore(): StoreApi<TextState> {
  return createStore<TextState>(() => ({ status: 'loading' }));
}
