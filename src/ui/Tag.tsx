import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconProps } from './Icon.tsx';
import styles from './Tag.module.css';

export type TagProps = {
  tone?: 'neutral' | 'accent' | 'ok' | 'warn' | 'danger';
  icon?: IconProps['name'] | undefined;
  children: ReactNode;
};

/** A short fact beside a name; the words carry it, the tint only helps. */
export function Tag({ tone = 'neutral', icon, children }: TagProps) {
  return (
    <span className={classNames(styles['tag'], styles[tone])}>
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}
