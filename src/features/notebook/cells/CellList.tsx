import {
  defaultRangeExtractor,
  type Range,
  useVirtualizer,
  type VirtualItem,
  type Virtualizer,
} from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import type { ShownCell } from '../session/section-actions.ts';
import { FrameLayer } from '../frames/FrameLayer.tsx';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { Cell } from './Cell.tsx';
import { estimateHeight } from './estimate-height.ts';
import { refuseFiles } from './use-attach.ts';
import { useDropTarget } from './use-drop-target.ts';
import { type Reveal, useReveal } from './use-reveal.ts';

const GAP = 8;

type List = Virtualizer<HTMLDivElement, Element>;

type CellListProps = {
  /** How others bring a cell into view. */
  onReady: (reveal: Reveal) => void;
};

/** The cells, as many as are in sight; those with the keyboard, an editor or a running kernel stay. */
export const CellList = memo(function CellList({ onReady }: CellListProps) {
  const { session, focus } = useNotebook();
  const shown = useNotebookState(session.sections.shown);
  const count = useNotebookState((state) => state.order.length);
  const scrollRef = useRef<HTMLDivElement>(null);
  const rangeExtractor = useKeptCells(shown);
  const estimate = useMemo(() => estimatesOf(session, shown), [session, shown]);
  // It re-renders by itself; nothing here is memoised on what it returns.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scrollRef.current,
    getItemKey: (index) => shown[index]?.id ?? index,
    estimateSize: estimate,
    overscan: 4,
    gap: GAP,
    paddingStart: 12,
    paddingEnd: 160,
    rangeExtractor,
  });
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = movesWhatIsRead;

  useEffect(() => {
    const list = scrollRef.current;
    if (!list) return;
    const watch = focus.watch(list);
    return () => watch.dispose();
  }, [focus]);

  useDropTarget(scrollRef);
  useReveal({ shown, scrollRef, onReady }, (index, align) => virtualizer.scrollToIndex(index, { align }));

  return (
    <div ref={scrollRef} className="at-cells-scroll at-framed" tabIndex={-1} onDragOver={refuseFiles}>
      <FrameLayer />
      <div
        role="list"
        aria-label="Cells"
        className="at-cells at-framed-list"
        style={{ height: `${virtualizer.getTotalSize()}px` }}
      >
        {virtualizer.getVirtualItems().map((item) => {
          const cell = shown[item.index];
          return cell === undefined ? null : (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              role="presentation"
              data-index={item.index}
              className="at-cell-place at-framed-place"
              style={{ top: `${item.start}px` }}
            >
              <Cell id={cell.id} index={cell.index} count={count} />
            </div>
          );
        })}
      </div>
    </div>
  );
});

/**
 * Whether the list scrolls along with a cell that became higher or lower, so that what is read stays in its place. A
 * cell above the upper edge: always, also while one scrolls up, when formulas and pictures are drawn a moment after their
 * text. One that reaches over the edge: when it comes into sight from below, or was only guessed so far; else what grows
 * is its end, which may be output that is being printed.
 */
function movesWhatIsRead(cell: VirtualItem, _by: number, list: List): boolean {
  const edge = list.scrollOffset ?? 0;
  if (!list.itemSizeCache.has(cell.key) || list.scrollDirection === 'backward') return cell.start < edge;
  return cell.end <= edge;
}

/** The list asks for all cells behind one that was measured, with each that comes into sight: a guess is made once. */
function estimatesOf({ store, frames }: NotebookSession, shown: readonly ShownCell[]) {
  const known = new Float64Array(shown.length);
  return (index: number): number => {
    const before = known[index];
    if (before) return before;
    const { cells, unrendered } = store.getState();
    const cell = cells[shown[index]?.id ?? ('' as CellId)];
    const height = cell
      ? estimateHeight(cell, !unrendered.has(cell.id), (output) => frames.heights.of(output))
      : 40;
    known[index] = height;
    return height;
  };
}

/** What is in sight and, wherever the list is scrolled, the cells that must stay. */
function useKeptCells(shown: readonly ShownCell[]): (range: Range) => number[] {
  const keptIds = useNotebookState(keptCells);
  const kept = useMemo(
    () => (keptIds === '' ? [] : placesOf(shown, new Set(keptIds.split(' ')))),
    [keptIds, shown],
  );
  return useCallback(
    (range) => {
      const indexes = new Set([...defaultRangeExtractor(range), ...kept]);
      return [...indexes].toSorted((a, b) => a - b);
    },
    [kept],
  );
}

function placesOf(shown: readonly ShownCell[], ids: ReadonlySet<string>): number[] {
  const places: number[] = [];
  for (const [index, { id }] of shown.entries()) if (ids.has(id)) places.push(index);
  return places;
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
