import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import styles from './Toolbar.module.css';

const focusable = 'button, select, [tabindex]';

/** A row of tools with one tab stop; arrows, Home and End move within it. */
export function Toolbar({ label, end, children }: { label: string; end?: ReactNode; children: ReactNode }) {
  const root = useRef<HTMLDivElement>(null);
  const handleKeyDown = (event: KeyboardEvent) => {
    const items = [...(root.current?.querySelectorAll<HTMLElement>(focusable) ?? [])].filter(
      (item) => item.offsetParent !== null,
    );
    const at = items.indexOf(event.target as HTMLElement);
    const isSelect = (event.target as HTMLElement).tagName === 'SELECT';
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (at < 0 || next === undefined || (isSelect && (event.key === 'Home' || event.key === 'End'))) return;
    event.preventDefault();
    items[(next + items.length) % items.length]?.focus();
  };
  return (
    <div ref={root} role="toolbar" aria-label={label} className={styles['toolbar']} onKeyDown={handleKeyDown}>
      {children}
      {end && <div className={styles['end']}>{end}</div>}
    </div>
  );
}

export function ToolbarSeparator() {
  return <span className={styles['separator']} aria-hidden />;
}
