import type { StoreApi } from 'zustand/vanilla';

/** What a person can do about it, as a button. */
export type NotificationAction = { label: string; run(): void | Promise<void> };

/** One message to the person: what happened, what is kept, what to do. */
export type Notification = {
  id: string;
  kind: 'success' | 'progress' | 'info' | 'error';
  /** The fact, in a sentence. */
  title: string;
  /** What is kept and what to do. */
  detail?: string;
  /** Raw text of the system, folded under Details. */
  raw?: string;
  actions: readonly NotificationAction[];
  time: number;
  isRead: boolean;
};

/** All messages of the product; the region "Notifications" shows toasts, the centre keeps them. */
export type NotificationService = {
  readonly store: StoreApi<{ items: readonly Notification[] }>;
  info(title: string, detail?: string, actions?: readonly NotificationAction[]): string;
  success(title: string, detail?: string, actions?: readonly NotificationAction[]): string;
  /** Turns an error (ProblemError or any) into words; `what` says what failed: "prepare.py was not saved". */
  error(what: string, error: unknown, actions?: readonly NotificationAction[]): string;
  dismiss(id: string): void;
};
