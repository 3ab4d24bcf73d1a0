import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useDeferredValue, useMemo, useRef, useState } from 'react';
import { readCutMark } from '@atelier-ide/core/outputs/saved-cut.ts';
import { utf8Length } from '@atelier-ide/core/outputs/stream-text.ts';
import { Button, IconButton } from '@/ui/Button.tsx';
import { Dialog } from '@/ui/Dialog.tsx';
import { SearchField } from '@/ui/Field.tsx';
import { useNotebook } from '../view/use-notebook.ts';
import { terminalText, withoutAnsi } from './ansi.ts';
import { AnsiText } from './AnsiText.tsx';
import { copyText } from './copy-output.ts';
import { type TextRow, textRows } from './long-text.ts';
import { saveFile } from '@/ui/save-file.ts';
import { byteText, counted } from './text-size.ts';
import './text-viewer.css';

const ROW = 18;

type TextViewerProps = { text: string; title: string; onClose: () => void };

/** All of a long text, of which only what is in sight is drawn. */
export function TextViewer({ text, title, onClose }: TextViewerProps) {
  const { notifications } = useNotebook().services;
  const rows = useMemo(() => textRows(text), [text]);
  const plain = () => withoutAnsi(terminalText(text));
  const save = () => saveFile(`${title}.txt`, new Blob([plain()], { type: 'text/plain;charset=utf-8' }));
  return (
    <Dialog
      title={title}
      subtitle={useSizeWords(text, rows)}
      size={976}
      onClose={onClose}
      actions={
        <>
          <Button icon="copy" size="lg" onClick={() => void copyText(notifications, plain())}>
            Copy all
          </Button>
          <Button icon="download" size="lg" onClick={save}>
            Save as file
          </Button>
        </>
      }
    >
      <Rows rows={rows} />
    </Dialog>
  );
}

function useSizeWords(text: string, rows: readonly TextRow[]): string {
  return useMemo(() => {
    const marked = readCutMark(text);
    const lines = rows.reduce((sum, { number }) => sum + (number === null ? 0 : 1), marked ? -1 : 0);
    const size = `${counted(lines, 'line')}, ${byteText(utf8Length(marked?.text ?? text))}`;
    if (!marked) return size;
    const { cut } = marked;
    return `${size}. ${counted(cut.lines, 'line')} (${byteText(cut.bytes)}) in the middle are not kept.`;
  }, [text, rows]);
}

function Rows({ rows }: { rows: readonly TextRow[] }) {
  const scrollRef = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const hits = useHits(rows, useDeferredValue(query));
  const [at, setAt] = useState(0);
  // It re-renders by itself; nothing here is memoised on what it returns.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => ROW,
    overscan: 20,
    initialRect: { width: 900, height: 500 },
  });
  const go = (to: number) => {
    if (hits.length === 0) return;
    const next = (to + hits.length) % hits.length;
    setAt(next);
    virtualizer.scrollToIndex(hits[next] ?? 0, { align: 'center' });
  };
  const handleQuery = (value: string) => {
    setQuery(value);
    setAt(-1);
  };
  const handleKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    go(event.shiftKey ? at - 1 : at + 1);
  };
  const current = hits[at];
  return (
    <div className="at-text-viewer">
      <div className="at-text-viewer-find" role="search" aria-label="Find in output" onKeyDown={handleKey}>
        <SearchField label="Find in output" value={query} onChange={handleQuery} />
        <span role="status">{statusWords(query, hits.length, at)}</span>
        <IconButton icon="chevron-up" label="Previous line" onClick={() => go(at - 1)} />
        <IconButton icon="chevron-down" label="Next line" onClick={() => go(at + 1)} />
      </div>
      <div ref={scrollRef} className="at-text-viewer-rows" role="region" aria-label="Text" tabIndex={0}>
        <div style={{ height: `${virtualizer.getTotalSize()}px` }}>
          <div
            className="at-text-viewer-sheet"
            style={{ top: `${virtualizer.getVirtualItems()[0]?.start ?? 0}px` }}
          >
            {virtualizer.getVirtualItems().map(({ index }) => (
              <Row key={index} row={rows[index]} query={query} isCurrent={current === index} />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function statusWords(query: string, hits: number, at: number): string {
  if (query === '') return '';
  if (hits === 0) return 'No line';
  return at < 0 ? counted(hits, 'line') : `${(at + 1).toLocaleString('en-US')} of ${counted(hits, 'line')}`;
}

/** Indexes of the rows that have the words. */
function useHits(rows: readonly TextRow[], query: string): readonly number[] {
  return useMemo(() => {
    const wanted = query.toLowerCase();
    if (wanted === '') return [];
    const hits: number[] = [];
    for (const [index, { text }] of rows.entries())
      if (withoutAnsi(text).toLowerCase().includes(wanted)) hits.push(index);
    return hits;
  }, [rows, query]);
}

type RowProps = { row: TextRow | undefined; query: string; isCurrent: boolean };

function Row({ row, query, isCurrent }: RowProps) {
  if (!row) return null;
  return (
    <div className="at-text-viewer-row" data-current={isCurrent || undefined}>
      <span className="at-text-viewer-number" aria-hidden>
        {row.number ?? '·'}
      </span>
      <span>{query === '' ? <AnsiText text={row.text} /> : <Marked text={row.text} query={query} />}</span>
    </div>
  );
}

/** A row with the words that are looked for; where it has any, it is drawn without its colours. */
function Marked({ text, query }: { text: string; query: string }) {
  const plain = withoutAnsi(text);
  const wanted = query.toLowerCase();
  const lower = plain.toLowerCase();
  const first = lower.length === plain.length ? lower.indexOf(wanted) : -1;
  if (first < 0) return <AnsiText text={text} />;
  const pieces = [plain.slice(0, first)];
  for (let at = first; at >= 0;) {
    const next = lower.indexOf(wanted, at + wanted.length);
    pieces.push(
      plain.slice(at, at + wanted.length),
      plain.slice(at + wanted.length, next < 0 ? undefined : next),
    );
    at = next;
  }
  return pieces.map((piece, index) =>
    // Pieces have no identity but their place.
    // oxlint-disable-next-line react/no-array-index-key
    index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece,
  );
}
