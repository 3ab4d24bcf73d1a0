import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { markRead } from '@/platform/notifications/create-notification-service.ts';
import type { Notification } from '@/platform/notifications/notification-service.ts';
import { useServices } from '@/services/use-services.ts';
import { IconButton } from '@/ui/Button.tsx';
import { classNames } from '@/ui/class-names.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { Message } from '@/ui/Toast.tsx';
import { clockTime } from '../status-words.ts';
import { useStudio } from '../use-studio.ts';
import { groupByAge, messageActions } from './message-actions.ts';
import styles from './Notifications.module.css';

/** All messages of this page, newest first. Closing it marks them as read. */
export function NotificationCentre({ items }: { items: readonly Notification[] }) {
  const { notifications } = useServices();
  const { shell } = useStudio();
  const [openedAt] = useState(() => Date.now());
  const [onlyErrors, setOnlyErrors] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const errors = items.filter((item) => item.kind === 'error');
  const groups = groupByAge(onlyErrors ? errors : items, openedAt);

  useFocusWithin(panel);
  const close = () => {
    markRead(notifications);
    shell.setCentre(false);
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  };
  return (
    <div ref={panel} className={styles['centre']} tabIndex={-1} onKeyDown={handleKeyDown}>
      <header className={styles['head']}>
        <h2>Notifications</h2>
        <Choice label={`All ${items.length}`} isOn={!onlyErrors} onSelect={() => setOnlyErrors(false)} />
        <Choice label={`Errors ${errors.length}`} isOn={onlyErrors} onSelect={() => setOnlyErrors(true)} />
        <IconButton icon="check-check" label="Mark all as read" onClick={() => markRead(notifications)} />
        <IconButton icon="x" label="Close notifications" onClick={close} />
      </header>
      <div className={styles['list']}>
        {groups.length === 0 && (
          <EmptyState icon="bell" title="No notifications">
            What finishes or fails while this page is open is kept here.
          </EmptyState>
        )}
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h3>{group.title}</h3>
            {group.items.map((item) => (
              <Row key={item.id} item={item} />
            ))}
          </section>
        ))}
      </div>
      <footer className={styles['foot']}>Kept until this page is closed</footer>
    </div>
  );
}

function Row({ item }: { item: Notification }) {
  const { notifications } = useServices();
  const { kind, title, detail, raw, isRead, time } = item;
  return (
    <div className={styles['row']}>
      <Message
        {...{ kind, title, detail, raw }}
        isUnread={!isRead}
        actions={messageActions(item, () => markRead(notifications, item.id))}
        end={<time className={styles['time']}>{clockTime(time)}</time>}
      />
    </div>
  );
}

function Choice({ label, isOn, onSelect }: { label: string; isOn: boolean; onSelect: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      className={classNames(styles['choice'], isOn && styles['on'])}
      onClick={onSelect}
    >
      {label}
    </button>
  );
}

/** Takes the focus while it is there and gives it back to where it was. */
function useFocusWithin(panel: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const element = panel.current;
    const before = element?.ownerDocument.activeElement;
    element?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [panel]);
}
