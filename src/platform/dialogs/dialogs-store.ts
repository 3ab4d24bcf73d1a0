import type { ComponentType } from 'react';
import { createStore } from 'zustand/vanilla';
import type { ConfirmRequest, DialogProps, PromptRequest } from './dialog-service.ts';

/** A dialog that is open or waits for the one before it. `answer` may be called once; later calls do nothing. */
export type OpenDialog = { id: number } & (
  | { kind: 'confirm'; request: ConfirmRequest; answer: (yes: boolean) => void }
  | { kind: 'prompt'; request: PromptRequest; answer: (value: string | null) => void }
  | {
      kind: 'custom';
      load: () => Promise<{ View: ComponentType<DialogProps<unknown, unknown>> }>;
      args: unknown;
      answer: (result: unknown) => void;
      /** The component could not be loaded or failed. */
      fail: (error: unknown) => void;
    }
);

/** The dialogs that are open or wait, in the order in which they were asked. */
export const createDialogsStore = () => createStore<{ open: readonly OpenDialog[] }>(() => ({ open: [] }));
