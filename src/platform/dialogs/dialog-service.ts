import type { ComponentType } from 'react';

/** A question with one way on and Cancel. */
export type ConfirmRequest = {
  title: string;
  detail: string;
  /** Verb + thing: "Delete 2 files". */
  confirmLabel: string;
  danger?: boolean;
  items?: readonly string[];
};

/** A question that is answered by a line of text. */
export type PromptRequest = {
  title: string;
  label: string;
  initial?: string;
  confirmLabel: string;
  /** A sentence when the value cannot be used, else null. */
  validate?(value: string): string | null;
};

/** Props of a custom dialog's component: it renders `@/ui` `Dialog` and calls `close` with its answer. */
export type DialogProps<A, R> = { args: A; close(result: R | null): void };

/** Modal dialogs. Escape or Cancel answers null/false; focus returns to the opener. */
export type DialogService = {
  confirm(request: ConfirmRequest): Promise<boolean>;
  prompt(request: PromptRequest): Promise<string | null>;
  show<A, R>(load: () => Promise<{ View: ComponentType<DialogProps<A, R>> }>, args: A): Promise<R | null>;
};
