import { useEffect, useRef, useState } from 'react';
import { markRead } from '@/platform/notifications/create-notification-service.ts';
import type { Notification } from '@/platform/notifications/notification-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Toast } from '@/ui/Toast.tsx';
import { useStudio } from '../use-studio.ts';
import { messageActions } from './message-actions.ts';
import { NotificationCentre } from './NotificationCentre.tsx';
import styles from './Notifications.module.css';

const shownAtOnce = 3;
/** How long a success stands; what has buttons, is at work or failed stays until it is dismissed. */
const leavesAfter = 6_000;

/** Messages that nobody has read, at most three; and the centre, which keeps all. */
export function Notifications() {
  const { notifications } = useServices();
  const { shell } = useStudio();
  const items = useStore(notifications.store, (state) => state.items);
  const isCentreOpen = useStore(shell.store, (state) => state.isCentreOpen);
  const unread = items.filter((item) => !item.isRead);
  return (
    <section aria-label="Notifications">
      {isCentreOpen && <NotificationCentre items={items} />}
      <div className={styles['toasts']} aria-live="polite">
        {unread
          .map((item, index) => (
            <Fading key={item.id} item={item} isShown={!isCentreOpen && index < shownAtOnce} />
          ))
          .reverse()}
      </div>
    </section>
  );
}

/** One toast. A success leaves by itself, unless the pointer or the focus is on it. */
function Fading({ item, isShown }: { item: Notification; isShown: boolean }) {
  const { notifications } = useServices();
  const [isHeld, setHeld] = useState(false);
  const read = () => markRead(notifications, item.id);
  const leave = useRef(read);
  useEffect(() => {
    leave.current = read;
  });
  const leaves = (item.kind === 'success' || item.kind === 'info') && item.actions.length === 0;
  useEffect(() => {
    if (!leaves || isHeld) return;
    const timer = setTimeout(() => leave.current(), leavesAfter);
    return () => clearTimeout(timer);
  }, [leaves, isHeld]);
  if (!isShown) return null;
  const { kind, title, detail, raw } = item;
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Toast {...{ kind, title, detail, raw }} actions={messageActions(item, read)} onDismiss={read} />
    </div>
  );
}
