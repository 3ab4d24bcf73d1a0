import { type CSSProperties, type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import type { Outline } from '@/services/documents/documents-service.ts';
import { classNames } from '@/ui/class-names.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { treeItemProps, treeMove } from '@/ui/tree-keys.ts';
import { type ContentsRow, contentsRows, currentRow } from './contents-tree.ts';
import { marksText, ordinal } from './contents-words.ts';
import styles from './ContentsView.module.css';

type TreeProps = { now: Outline; filter: string; reveal: (id: string) => void };

/** One tab stop; arrows move, right and left fold, Enter and a click go there. */
export function ContentsTree({ now, filter, reveal }: TreeProps) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | null>(null);
  const element = useRef<HTMLDivElement>(null);
  const rows = contentsRows(now.entries, { folded, filter });
  const current = currentRow(now.entries, rows, now.currentId);
  const focusedAt = rows.findIndex(({ entry }) => entry.id === (focused ?? current));
  const focusIndex = Math.max(0, focusedAt);

  useEffect(() => {
    element.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  if (rows.length === 0) {
    return (
      <EmptyState icon="list-filter" title="No headings match">
        Nothing is hidden from the notebook. Empty the filter to see all headings.
      </EmptyState>
    );
  }
  const fold = (id: string, isFolded: boolean) => {
    const next = new Set(folded);
    if (isFolded) next.add(id);
    else next.delete(id);
    setFolded(next);
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    const wanted = treeMove(event.key, rows, focusIndex);
    const row = rows[wanted?.index ?? focusIndex];
    if (!row || (!wanted && event.key !== 'Enter')) return;
    event.preventDefault();
    if (!wanted) reveal(row.entry.id);
    else if (wanted.kind !== 'focus') fold(row.entry.id, wanted.kind === 'collapse');
    else {
      setFocused(row.entry.id);
      element.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[wanted.index]?.focus();
    }
  };
  return (
    <div
      ref={element}
      role="tree"
      aria-label="Table of contents"
      className={styles['tree']}
      onKeyDown={handleKeyDown}
      onBlur={() => setFocused(null)}
    >
      {rows.map((row, index) => (
        <Row
          key={row.entry.id}
          row={row}
          isTabStop={index === focusIndex}
          isCurrent={row.entry.id === current}
          onFocus={() => setFocused(row.entry.id)}
          onGo={() => reveal(row.entry.id)}
          onFold={(isFolded) => fold(row.entry.id, isFolded)}
        />
      ))}
    </div>
  );
}

type RowProps = {
  row: ContentsRow;
  isTabStop: boolean;
  isCurrent: boolean;
  onFocus: () => void;
  onGo: () => void;
  onFold: (isFolded: boolean) => void;
};

function Row({ row, isTabStop, isCurrent, onFocus, onGo, onFold }: RowProps) {
  const { entry, level, isExpanded } = row;
  const { marks } = entry;
  const said = marksText(marks);
  const handleTwist = (event: MouseEvent) => {
    event.stopPropagation();
    onFold(isExpanded === true);
  };
  return (
    <div
      {...treeItemProps({ ...row, name: entry.text, description: said }, isTabStop)}
      aria-selected={isCurrent}
      aria-current={isCurrent ? 'location' : undefined}
      className={classNames(styles['row'], entry.depth === 1 && styles['top'])}
      style={{ '--level': level - 1 } as CSSProperties}
      onFocus={onFocus}
      onClick={onGo}
    >
      <span className={styles['twist']} onClick={isExpanded === null ? undefined : handleTwist}>
        {isExpanded !== null && <Icon name={isExpanded ? 'chevron-down' : 'chevron-right'} size={14} />}
      </span>
      <span className={styles['name']} title={entry.text}>
        {entry.text}
      </span>
      <span className={styles['marks']} aria-hidden>
        {marks.hasError && <Icon name="circle-x" size={14} className={styles['error']} />}
        {marks.isRunning && <i className={styles['dot']} />}
        {marks.queued !== null && !marks.isRunning && (
          <span>{marks.queued > 0 ? ordinal(marks.queued) : 'waits'}</span>
        )}
      </span>
    </div>
  );
}
