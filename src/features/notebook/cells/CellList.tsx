import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { Cell } from './Cell.tsx';
import { estimateHeight } from './estimate-height.ts';

const GAP = 8;

type CellListProps = {
  /** How others bring a cell into view. */
  onReady: (reveal: (id: CellId, align: 'auto' | 'start') => void) => void;
};

/** The cells, as many as are in sight; those with the keyboard, an editor or a running kernel stay. */
export const CellList = memo(function CellList({ onReady }: CellListProps) {
  const { session, focus } = useNotebook();
  const { store } = session;
  const order = useNotebookState((state) => state.order);
  const active = useNotebookState((state) => state.active);
  const scrollRef = useRef<HTMLDivElement>(null);

  const rangeExtractor = useKeptCells(order);
  // It re-renders by itself; nothing here is memoised on what it returns.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: order.length,
    getScrollElement: () => scrollRef.current,
    getItemKey: (index) => order[index] ?? index,
    estimateSize: (index) => {
      const state = store.getState();
      const cell = state.cells[order[index] ?? ('' as CellId)];
      return cell ? estimateHeight(cell, !state.unrendered.has(cell.id)) : 40;
    },
    overscan: 4,
    gap: GAP,
    paddingStart: 12,
    paddingEnd: 160,
    rangeExtractor,
  });

  useEffect(() => {
    const list = scrollRef.current;
    if (!list) return;
    const watch = focus.watch(list);
    return () => watch.dispose();
  }, [focus]);

  useEffect(() => {
    onReady((id, align) => {
      const index = store.getState().order.indexOf(id);
      if (index >= 0) virtualizer.scrollToIndex(index, { align });
    });
  }, [onReady, store, virtualizer]);

  const lastActive = useRef(active);
  useLayoutEffect(() => {
    const isNew = lastActive.current !== active;
    lastActive.current = active;
    const wasPointer = focus.takePointer();
    if (!isNew || wasPointer || active === null) return;
    const index = store.getState().order.indexOf(active);
    const list = scrollRef.current;
    const item = list?.querySelector(`[data-cell-index="${index}"]`);
    if (list && item && isInView(list, item)) return;
    virtualizer.scrollToIndex(index, { align: 'auto' });
  }, [active, focus, store, virtualizer]);

  return (
    <div ref={scrollRef} className="at-cells-scroll" tabIndex={-1}>
      <div
        role="list"
        aria-label="Cells"
        className="at-cells"
        style={{ height: `${virtualizer.getTotalSize()}px` }}
      >
        {virtualizer.getVirtualItems().map((item) => {
          const id = order[item.index];
          return id === undefined ? null : (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              role="presentation"
              data-index={item.index}
              className="at-cell-place"
              style={{ top: `${item.start}px` }}
            >
              <Cell id={id} index={item.index} count={order.length} />
            </div>
          );
        })}
      </div>
    </div>
  );
});

/** What is in sight and, wherever the list is scrolled, the cells that must stay. */
function useKeptCells(order: readonly CellId[]): (range: Range) => number[] {
  const keptIds = useNotebookState(keptCells);
  return useCallback(
    (range) => {
      const kept = keptIds === '' ? [] : keptIds.split(' ').map((id) => order.indexOf(id as CellId));
      const indexes = new Set([...defaultRangeExtractor(range), ...kept.filter((index) => index >= 0)]);
      return [...indexes].toSorted((a, b) => a - b);
    },
    [keptIds, order],
  );
}

/** Ids, joined, of the cells that stay in the page wherever the list is scrolled. */
function keptCells({ active, mode, live, runs, inputs }: NotebookState): string {
  const kept = new Set<string>();
  if (active !== null) kept.add(active);
  const [newest] = live;
  if (mode === 'edit' && newest !== undefined) kept.add(newest);
  for (const [id, run] of Object.entries(runs)) if (run.execution.state === 'running') kept.add(id);
  for (const id of Object.keys(inputs)) kept.add(id);
  return [...kept].join(' ');
}

function isInView(list: Element, item: Element): boolean {
  const frame = list.getBoundingClientRect();
  const { top, bottom } = item.getBoundingClientRect();
  const isTopSeen = top >= frame.top && top < frame.bottom - 40;
  return isTopSeen && (bottom <= frame.bottom || top < frame.top + frame.height / 2);
}
