import { type FocusEvent, type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import styles from './Toolbar.module.css';

const tools = 'button, select, input, a[href], [data-tool]';

/**
 * A row of tools with one tab stop: the tool used last, at first the first. Arrows, Home and End move within it. Tools come
 * and go without the toolbar being rendered again, so their tab stops are kept right by an observer.
 */
export function Toolbar({ label, end, children }: { label: string; end?: ReactNode; children: ReactNode }) {
  const root = useRef<HTMLDivElement>(null);
  const current = useRef<HTMLElement | null>(null);

  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const settle = () => keepOneTabStop(element, current);
    settle();
    // Finding out what is shown makes the browser lay out the page: only for tools that came, went or changed.
    const observer = new MutationObserver((changes) => {
      if (changes.some(isOfTools)) settle();
    });
    observer.observe(element, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled'],
    });
    return () => observer.disconnect();
  }, []);

  const handleFocus = (event: FocusEvent<HTMLElement>) => {
    if (!root.current || !event.target.matches(tools)) return;
    current.current = event.target;
    keepOneTabStop(root.current, current);
  };
  const handleKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    const items = root.current ? toolsOf(root.current) : [];
    const at = items.indexOf(target);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
    const isText = target instanceof HTMLInputElement && target.type === 'text';
    const keepsHomeEnd = target instanceof HTMLSelectElement && (event.key === 'Home' || event.key === 'End');
    if (at < 0 || next === undefined || isText || keepsHomeEnd || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    items[(next + items.length) % items.length]?.focus();
  };
  return (
    <div
      ref={root}
      role="toolbar"
      aria-label={label}
      aria-orientation="horizontal"
      className={styles['toolbar']}
      onFocus={handleFocus}
      onKeyDown={handleKeyDown}
    >
      {children}
      {end && <div className={styles['end']}>{end}</div>}
    </div>
  );
}

/** A thin line between groups of tools. */
export function ToolbarSeparator() {
  return <span className={styles['separator']} aria-hidden />;
}

function isOfTools({ type, addedNodes, removedNodes }: MutationRecord): boolean {
  const holdsTool = (node: Node) =>
    node instanceof Element && (node.matches(tools) || node.querySelector(tools) !== null);
  return type === 'attributes' || [...addedNodes, ...removedNodes].some(holdsTool);
}

function toolsOf(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(tools)].filter(
    (tool) => !tool.matches(':disabled') && tool.getAttribute('hidden') === null && isShown(tool),
  );
}

/** Tools that a narrow window hides by CSS are passed over. Where there is no layout (tests) all count. */
function isShown(tool: HTMLElement): boolean {
  return typeof tool.checkVisibility !== 'function' || tool.checkVisibility();
}

function keepOneTabStop(root: HTMLElement, current: { current: HTMLElement | null }): void {
  const items = toolsOf(root);
  if (!current.current || !items.includes(current.current)) current.current = items[0] ?? null;
  for (const item of items) item.tabIndex = item === current.current ? 0 : -1;
}
