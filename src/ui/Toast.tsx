import type { ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import { Spinner } from './Spinner.tsx';
import styles from './Toast.module.css';

export type MessageKind = 'success' | 'progress' | 'info' | 'error';
export type MessageAction = { label: string; onSelect: () => void };

export type MessageProps = {
  kind: MessageKind;
  title: string;
  detail?: string | undefined;
  /** Raw text of the system, folded under Details. */
  raw?: string | undefined;
  actions?: readonly MessageAction[];
  isUnread?: boolean;
  /** At the right of the title: a time, a dismiss button. */
  end?: ReactNode;
};

const icons = { success: 'circle-check', info: 'info', error: 'circle-x' } as const;

/** Fact, what is kept, what to do: the same in a toast and in the notification centre. */
export function Message({ kind, title, detail, raw, actions = [], isUnread = true, end }: MessageProps) {
  const buttons = actions.map((action) => (
    <button key={action.label} type="button" className={styles['action']} onClick={action.onSelect}>
      {action.label}
    </button>
  ));
  const isShort = !detail && !raw;
  return (
    <div className={styles['message']}>
      {kind === 'progress' ? <Spinner size={16} /> : <Icon name={icons[kind]} className={styles[kind]} />}
      <div className={styles['text']}>
        <p className={classNames(styles['title'], isUnread && !isShort && styles['unread'])}>{title}</p>
        {detail && <p className={styles['detail']}>{detail}</p>}
        {raw && (
          <details className={styles['raw']}>
            <summary>Details</summary>
            <pre>{raw}</pre>
          </details>
        )}
        {!isShort && buttons.length > 0 && <div className={styles['actions']}>{buttons}</div>}
      </div>
      {isShort && buttons}
      {end}
    </div>
  );
}

export type ToastProps = Omit<MessageProps, 'end'> & { onDismiss: () => void };

/** A message that just came, right bottom. An error interrupts a screen reader, others wait. */
export function Toast({ onDismiss, ...message }: ToastProps) {
  return (
    <div role={message.kind === 'error' ? 'alert' : 'status'} className={styles['toast']}>
      <Message {...message} end={<IconButton icon="x" label="Dismiss" iconSize={14} onClick={onDismiss} />} />
    </div>
  );
}
