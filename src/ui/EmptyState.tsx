import type { ReactNode } from 'react';
import { Icon, type IconProps } from './Icon.tsx';
import styles from './EmptyState.module.css';

export type EmptyStateProps = {
  icon: IconProps['name'];
  /** What is missing. */
  title: string;
  /** Why, or how to get it. */
  children?: ReactNode;
  /** At most one. */
  action?: ReactNode;
};

/** In place of rows that do not exist. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className={styles['empty']}>
      <Icon name={icon} size={20} className={styles['icon']} />
      <p className={styles['title']}>{title}</p>
      {children && <div className={styles['detail']}>{children}</div>}
      {action && <div className={styles['action']}>{action}</div>}
    </div>
  );
}
