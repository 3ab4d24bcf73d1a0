import type { ReactNode } from 'react';
import { Icon } from '@/ui/Icon.tsx';
import styles from './dialogs.module.css';

/** Says what becomes of the kernel that runs now. */
export function StaysNote({ typeName, hasNew }: { typeName: string | null; hasNew: boolean }) {
  const where = typeName === null ? 'The kernel that runs now' : `The kernel on ${typeName}`;
  const next = hasNew
    ? 'The notebook gets a new kernel. Edits and outputs stay here, variables stay there.'
    : 'Edits and outputs stay here, variables stay there.';
  return (
    <p className={styles['note']}>
      <Icon name="info" size={14} /> {where} goes on. {next}
    </p>
  );
}

export function CostNote({ children }: { children: ReactNode }) {
  return (
    <p className={styles['note']}>
      <Icon name="circle-gauge" size={14} /> {children}
    </p>
  );
}

/** Why it did not work and what to do, where it was tried. */
export function ProblemNote({ problem }: { problem: string | null }) {
  if (problem === null) return null;
  return (
    <p role="alert" className={styles['problem']}>
      <Icon name="circle-alert" size={14} /> {problem}
    </p>
  );
}
