import { describeError } from './describe-error.ts';
import type { Notification, NotificationAction, NotificationService } from './notification-service.ts';
import { createNotificationsStore } from './notifications-store.ts';

/** How many the centre keeps; older ones go. */
const KEPT = 200;

/** Makes the notification service over a clock. */
export function createNotificationService(now: () => number): NotificationService {
  const store = createNotificationsStore();
  let count = 0;
  const add = (message: Pick<Notification, 'kind' | 'title' | 'actions'> & Partial<Notification>) => {
    count += 1;
    const id = `notification-${count}`;
    const item: Notification = { ...message, id, time: now(), isRead: false };
    store.setState(({ items }) => ({ items: [item, ...items].slice(0, KEPT) }));
    return id;
  };
  const told =
    (kind: 'info' | 'success') => (title: string, detail?: string, actions?: readonly NotificationAction[]) =>
      add({ kind, title, actions: actions ?? [], ...(detail === undefined ? {} : { detail }) });
  return {
    store,
    info: told('info'),
    success: told('success'),
    error: (what, error, actions = []) =>
      add({ kind: 'error', title: what, actions, ...describeError(error) }),
    dismiss: (id) => store.setState(({ items }) => ({ items: items.filter((item) => item.id !== id) })),
  };
}

/** Marks one message or all as read; those that are read stay in the centre. */
export function markRead({ store }: NotificationService, id?: string): void {
  const isMeant = (item: Notification) => !item.isRead && (id === undefined || item.id === id);
  if (!store.getState().items.some(isMeant)) return;
  store.setState(({ items }) => ({
    items: items.map((item) => (isMeant(item) ? { ...item, isRead: true } : item)),
  }));
}
