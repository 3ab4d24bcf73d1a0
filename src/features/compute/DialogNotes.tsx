import type { ReactNode } from 'react';
import { Icon } from '@/ui/Icon.tsx';
import styles from './dialogs.module.css';

/** Says what becomes of the kernel that runs now. */
export function StaysNote({ typeName, hasNew }: { typeName: string | null; hasNew: boolean }) {
  const where = typeName === null ? 'in the old kernel' : `on ${typeName}`;
  const place = typeName ?? 'the old kernel';
  return (
    <p className={styles['note']}>
      <Icon name="info" size={14} />
      <span>
        {hasNew
          ? `You stay on ${place} until the new kernel is ready. `
          : 'The notebook has no kernel then. '}
        Edits and outputs are kept. Variables stay {where}, which goes on.
      </span>
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
