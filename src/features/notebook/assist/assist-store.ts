import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { CaretBox } from '@/ui/monaco/code-assist.ts';

/** What lies over a cell at the cursor: what the kernel knows of a name, or why there is no help. */
export type AssistPopup = {
  cellId: CellId;
  kind: 'help' | 'hint';
  text: string;
  caret: CaretBox;
};

/** The popup of one notebook; at most one is open. */
export type AssistStore = StoreApi<{ popup: AssistPopup | null }>;

/** Nothing is open. */
export function createAssistStore(): AssistStore {
  return createStore<{ popup: AssistPopup | null }>(() => ({ popup: null }));
}
