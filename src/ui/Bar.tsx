import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import styles from './Bar.module.css';

const icons = { info: 'info', warn: 'triangle-alert', danger: 'circle-x', ok: 'circle-check' } as const;

export type BarProps = {
  kind: keyof typeof icons;
  /** With a label the bar is a region of this name. */
  label?: string;
  actions?: ReactNode;
  children: ReactNode;
};

/** A line below the toolbar that says something lasting: text, then actions. It is never modal. */
export function Bar({ kind, label, actions, children }: BarProps) {
  return (
    <div
      className={classNames(styles['bar'], styles[kind])}
      role={label ? 'region' : kind === 'danger' ? 'alert' : 'status'}
      aria-label={label}
    >
      <Icon name={icons[kind]} />
      <div className={styles['text']}>{children}</div>
      {actions && <div className={styles['actions']}>{actions}</div>}
    </div>
  );
}
