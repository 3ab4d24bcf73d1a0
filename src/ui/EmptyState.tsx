import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import styles from './EmptyState.module.css';

export type EmptyStateProps = { icon: string; title: string; detail?: ReactNode; action?: ReactNode };

/** Says what is missing, why or how to get it, with at most one action. */
export function EmptyState({ icon, title, detail, action }: EmptyStateProps) {
  return (
    <div className={styles['empty']}>
      <Icon name={icon} size={20} />
      <p className={styles['title']}>{title}</p>
      {detail && <div className={styles['detail']}>{detail}</div>}
      {action}
    </div>
  );
}
