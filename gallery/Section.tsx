import type { ReactNode } from 'react';

export const nothing = () => undefined;

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="g-section" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** A part with the name of its state below. */
export function State({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="g-state">
      {children}
      <span className="g-caption">{name}</span>
    </div>
  );
}
