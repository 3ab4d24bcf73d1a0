import type { ComponentType } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import type { DialogProps, DialogService } from './dialog-service.ts';
import { createDialogsStore, type OpenDialog } from './dialogs-store.ts';

/** The service with what the shell renders: dialogs in the order in which they were asked for. */
export type DialogQueue = DialogService & { readonly store: StoreApi<{ open: readonly OpenDialog[] }> };

/** Makes the dialog service; the workbench draws what is in its store. */
export function createDialogService(): DialogQueue {
  const store = createDialogsStore();
  let count = 0;
  const nextId = () => (count += 1);
  const push = (dialog: OpenDialog) => store.setState(({ open }) => ({ open: [...open, dialog] }));
  const drop = (id: number) => store.setState(({ open }) => ({ open: open.filter((one) => one.id !== id) }));
  /** Removes the dialog before its asker goes on, so that a dialog opened by the answer is the only one. */
  const settle =
    <T>(id: number, resolve: (value: T) => void) =>
    (value: T) => {
      drop(id);
      resolve(value);
    };
  return {
    store,
    confirm: (request) =>
      new Promise((resolve) => {
        const id = nextId();
        push({ id, kind: 'confirm', request, answer: settle(id, resolve) });
      }),
    prompt: (request) =>
      new Promise((resolve) => {
        const id = nextId();
        push({ id, kind: 'prompt', request, answer: settle(id, resolve) });
      }),
    show<A, R>(load: () => Promise<{ View: ComponentType<DialogProps<A, R>> }>, args: A) {
      return new Promise<R | null>((resolve, reject) => {
        const id = nextId();
        push({
          id,
          kind: 'custom',
          // The pair of component and arguments is typed by this function's parameters; the queue holds any.
          load: load as unknown as () => Promise<{ View: ComponentType<DialogProps<unknown, unknown>> }>,
          args,
          answer: settle(id, (result: unknown) => resolve(result as R | null)),
          fail: settle(id, (error: unknown) =>
            reject(error instanceof Error ? error : new Error(String(error))),
          ),
        });
      });
    },
  };
}
