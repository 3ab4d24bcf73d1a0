import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon } from './Icon.tsx';
import styles from './Tag.module.css';

export type TagProps = {
  kind?: 'plain' | 'accent' | 'ok' | 'warn' | 'danger';
  icon?: string;
  children: ReactNode;
};

/** A short word about a thing. */
export function Tag({ kind = 'plain', icon, children }: TagProps) {
  return (
    <span className={classNames(styles['tag'], styles[kind])}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}
