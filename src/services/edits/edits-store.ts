import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EditsState } from './edits-service.ts';

export function createEditsStore(): StoreApi<EditsState> {
  return createStore<EditsState>(() => ({ trouble: null, unkept: [] }));
}
