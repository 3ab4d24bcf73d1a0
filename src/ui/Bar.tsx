import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { IconButton } from './Button.tsx';
import { Icon, type IconProps } from './Icon.tsx';
import { Spinner } from './Spinner.tsx';
import styles from './Bar.module.css';

export type BarProps = {
  tone: 'info' | 'warn' | 'danger' | 'progress';
  /** Accessible name of the bar where one is promised ("Changes on disk", "Starting ml.t3.medium"). */
  label?: string | undefined;
  /** `status` and `alert` are read out when they change; `region` for a bar one works with. */
  role?: 'status' | 'alert' | 'region';
  icon?: IconProps['name'] | undefined;
  children: ReactNode;
  actions?: ReactNode;
  onDismiss?: (() => void) | undefined;
};

const icons = { info: 'info', warn: 'triangle-alert', danger: 'circle-x', progress: 'info' } as const;

/** Stands below a toolbar and pushes content when it appears; where a bar does, no dialog is shown. */
export function Bar({ tone, label, role = 'status', icon, children, actions, onDismiss }: BarProps) {
  return (
    <div role={role} aria-label={label} className={classNames(styles['bar'], styles[tone])}>
      {tone === 'progress' && !icon ? (
        <Spinner />
      ) : (
        <Icon name={icon ?? icons[tone]} className={styles['icon']} />
      )}
      <div className={styles['body']}>
        <div className={styles['text']}>{children}</div>
        {actions && <div className={styles['actions']}>{actions}</div>}
      </div>
      {onDismiss && <IconButton icon="x" label="Dismiss" onClick={onDismiss} />}
    </div>
  );
}
