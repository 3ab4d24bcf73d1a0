import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { escapeHtml } from '@/ui/monaco/colorize.ts';
import { useNotebook } from '../view/use-notebook.ts';
import { numberedLines } from './numbered-lines.ts';
import './numbers.css';

type StaticSourceProps = {
  /** What it is, for those who come there by key. */
  label: string;
  source: string;
  language: string;
  isNumbered?: boolean;
};

/** Source code to look at: plain at once, coloured when there is time. Where it scrolls it is reached by key. */
export function StaticSource({ label, source, language, isNumbered = false }: StaticSourceProps) {
  const html = useColored(source, language) ?? escapeHtml(source);
  const { ref, isOverflowing } = useOverflow(html);
  const scrolling = isOverflowing
    ? { role: 'group', 'aria-label': label, tabIndex: 0, onFocus: onlyByKey, onKeyDown: backToCell }
    : {};
  return (
    <pre
      ref={ref}
      className="at-source-text"
      data-numbered={isNumbered || undefined}
      {...scrolling}
      // Made by us from the plain text: every character of it is escaped.
      dangerouslySetInnerHTML={{ __html: isNumbered ? numberedLines(html) : html }}
    />
  );
}

/** Null until there was time. */
function useColored(source: string, language: string): string | null {
  const { colors } = useNotebook();
  const [colored, setColored] = useState({ source: '', language: '', html: null as string | null });
  const known = colors.get(source, language);
  useEffect(() => {
    if (known !== undefined) return;
    return colors.request(source, language, (made) => setColored({ source, language, html: made }));
  }, [colors, source, language, known]);
  if (known !== undefined) return known;
  return colored.source === source && colored.language === language ? colored.html : null;
}

/** Whether some line is wider than its box; asked after the browser has laid it out anyway. */
function useOverflow(html: string) {
  const ref = useRef<HTMLPreElement>(null);
  const [isOverflowing, setIsOverflowing] = useState(false);
  useEffect(() => {
    const { current: text } = ref;
    if (!text) return;
    const sizes = new ResizeObserver(() => setIsOverflowing(text.scrollWidth > text.clientWidth));
    sizes.observe(text);
    return () => sizes.disconnect();
  }, [html]);
  return { ref, isOverflowing };
}

/** A press selects the cell, which has the keyboard then. */
function onlyByKey({ currentTarget }: FocusEvent<HTMLElement>): void {
  if (!currentTarget.matches(':focus-visible'))
    currentTarget.closest<HTMLElement>('.at-cell')?.focus({ preventScroll: true });
}

function backToCell({ key, currentTarget }: KeyboardEvent<HTMLElement>): void {
  if (key === 'Escape') currentTarget.closest<HTMLElement>('.at-cell')?.focus({ preventScroll: true });
}
