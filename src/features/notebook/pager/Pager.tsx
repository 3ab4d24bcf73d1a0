import { useEffect, useRef } from 'react';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { IconButton } from '@/ui/Button.tsx';
import { SafeHtml } from '../html/SafeHtml.tsx';
import { AnsiText } from '../outputs/AnsiText.tsx';
import { focusCell } from '../view/focus-cell.ts';
import { useNotebook } from '../view/use-notebook.ts';
import './pager.css';

/** What `name?` tells, beside the cells; Escape, in it or on a cell, closes it and gives the keyboard to the cell. */
export function Pager({ page }: { page: JsonObject }) {
  const { session, focus } = useNotebook();
  const pagerRef = useRef<HTMLElement>(null);
  const textRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (textRef.current) textRef.current.scrollTop = 0;
  }, [page]);
  const close = () => {
    focus.claim();
    session.pager.setState({ page: null });
    focusCell(session.store.getState().active);
  };
  useEffect(() => {
    const pager = pagerRef.current;
    const notebook = pager?.closest('.at-notebook');
    const handleKeyDown = (event: Event) => {
      const { target } = event;
      if (!(event instanceof KeyboardEvent) || event.key !== 'Escape' || event.defaultPrevented) return;
      if (!(target instanceof Element) || !(target.matches('.at-cell') || pager?.contains(target))) return;
      event.preventDefault();
      event.stopPropagation();
      close();
    };
    notebook?.addEventListener('keydown', handleKeyDown);
    return () => notebook?.removeEventListener('keydown', handleKeyDown);
  });
  return (
    <section ref={pagerRef} className="at-pager" aria-label="Page of the kernel">
      <header className="at-pager-head">
        <h3>Page of the kernel</h3>
        <IconButton icon="x" label="Close page" keys="Escape" iconSize={14} onClick={close} />
      </header>
      {/* A box that scrolls must be reachable by key. */}
      <div ref={textRef} className="at-pager-text" tabIndex={0} role="document" aria-label="Text of the page">
        <Content page={page} />
      </div>
    </section>
  );
}

function Content({ page }: { page: JsonObject }) {
  const { 'text/plain': text, 'text/html': html } = page;
  if (typeof text === 'string' && text.trim() !== '') {
    return (
      <pre>
        <AnsiText text={text} />
      </pre>
    );
  }
  if (typeof html === 'string') return <SafeHtml html={html} className="at-markdown" mime="text/html" />;
  return <p>The kernel sent a page without text.</p>;
}
