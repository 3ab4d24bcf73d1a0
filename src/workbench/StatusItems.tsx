import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Icon } from '@/ui/Icon.tsx';
import { Tooltip } from '@/ui/Tooltip.tsx';
import { connectionWords, problemWords } from './status-words.ts';
import { useStudio } from './use-studio.ts';
import styles from './StatusBar.module.css';

/** State of the line to the server; while it is cut, a click tries at once. */
export function ConnectionItem() {
  const { events } = useServices();
  const connection = useStore(events.connection, (state) => state);
  const { text, icon, hint } = connectionWords(connection);
  const { status } = connection;
  if (status !== 'offline') {
    return (
      <span role="status" className={styles['item']} data-quiet={status === 'connected' || undefined}>
        <Icon name={icon} size={14} />
        {text}
      </span>
    );
  }
  return (
    <Tooltip text={hint}>
      <button
        type="button"
        className={styles['button']}
        data-kind="warn"
        aria-description={hint}
        onClick={() => events.retryNow()}
      >
        <Icon name={icon} size={14} />
        {text}
      </button>
    </Tooltip>
  );
}

/** How many errors nobody has looked at; opens the centre. */
export function ProblemsItem() {
  const { notifications } = useServices();
  const { shell } = useStudio();
  const count = useStore(
    notifications.store,
    ({ items }) => items.filter((item) => item.kind === 'error' && !item.isRead).length,
  );
  return (
    <button
      type="button"
      className={styles['button']}
      data-quiet={count === 0 || undefined}
      onClick={() => shell.setCentre(true)}
    >
      <Icon name="circle-alert" size={14} />
      {problemWords(count)}
    </button>
  );
}
