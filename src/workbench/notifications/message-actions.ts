import type { Notification } from '@/platform/notifications/notification-service.ts';

/** The buttons of a message. Pressing one is having read it. */
export function messageActions(
  { actions }: Notification,
  didRead: () => void,
): { label: string; onSelect: () => void }[] {
  return actions.map((action) => ({
    label: action.label,
    onSelect: () => {
      didRead();
      void action.run();
    },
  }));
}

export type MessageGroup = { title: 'Now' | 'Earlier today' | 'Earlier'; items: readonly Notification[] };

/** Messages by age, newest first, as the store has them. `Now` is the last ten minutes. */
export function groupByAge(items: readonly Notification[], now: number): readonly MessageGroup[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const titleOf = ({ time }: Notification): MessageGroup['title'] => {
    if (now - time < 10 * 60_000) return 'Now';
    return time >= midnight ? 'Earlier today' : 'Earlier';
  };
  return (['Now', 'Earlier today', 'Earlier'] as const)
    .map((title) => ({ title, items: items.filter((item) => titleOf(item) === title) }))
    .filter((group) => group.items.length > 0);
}
