import type { ReactNode } from 'react';
import { Logo } from '../menu-bar/Logo.tsx';
import styles from './SignIn.module.css';

/** A page with one thing to say, in place of the work. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={styles['page']}>
      <section className={styles['card']} aria-label={title}>
        <Logo size={28} />
        <h1 className={styles['title']}>{title}</h1>
        {children}
      </section>
    </main>
  );
}
