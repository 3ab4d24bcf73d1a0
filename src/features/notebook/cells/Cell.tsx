import { memo, type MouseEvent, useLayoutEffect, useMemo, useRef } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { cellStateOf } from '@atelier-ide/core/execution/states.ts';
import { useSteady } from '@/ui/use-steady.ts';
import { type NotebookState, selectedIds } from '../session/notebook-store.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { useIsStale } from '../queue/use-is-stale.ts';
import { isHandle } from './cell-drag.ts';
import { CellGutter } from './CellGutter.tsx';
import { CellBody } from './CellBody.tsx';

type CellProps = { id: CellId; index: number; count: number };

const TYPE_WORDS = { code: 'code', markdown: 'text', raw: 'raw' } as const;

/** One cell: gutter, source or rendered text, outputs. It re-renders only for what it shows. */
export const Cell = memo(function Cell({ id, index, count }: CellProps) {
  const { session, focus } = useNotebook();
  const cell = useNotebookState((state) => state.cells[id]);
  const run = useNotebookState((state) => state.runs[id]);
  const isWaiting = useNotebookState((state) => state.waiting.includes(id));
  const isActive = useNotebookState((state) => state.active === id);
  const isSelected = useNotebookState((state) => isInSelection(state, id));
  const isEditing = useNotebookState((state) => state.active === id && state.mode === 'edit');
  const itemRef = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const item = itemRef.current;
    if (!item || !isActive || isEditing || !focus.isOurs) return;
    // A field or button inside keeps the keyboard; an editor that was left does not.
    const { activeElement } = item.ownerDocument;
    const isInside = activeElement !== item && item.contains(activeElement);
    if (isInside && !activeElement?.closest('.at-cell-source')) return;
    item.focus({ preventScroll: true });
  }, [isActive, isEditing, focus]);

  const state = isWaiting ? 'queued' : cell?.type === 'code' ? cellStateOf(run?.execution) : 'idle';
  const now = useMemo(() => ({ cell, run, isWaiting, state }), [cell, run, isWaiting, state]);
  const shown = useSteady(now, state === 'queued' || state === 'running');

  if (!cell) return null;

  const handlePointer = (event: MouseEvent) => {
    // What is selected may be about to be dragged: a press alone does not take it apart.
    if (isHandle(event.target) && isSelected && !event.shiftKey && hasMore(session.store.getState())) return;
    focus.notePointer();
    focus.claim();
    if (event.button === 0 && !isEditing) session.editing.select(id, { extend: event.shiftKey });
  };
  return (
    <div
      ref={itemRef}
      role="listitem"
      className="at-cell"
      tabIndex={isActive ? 0 : -1}
      aria-label={`Cell ${index + 1}, ${TYPE_WORDS[cell.type]}${state === 'idle' ? '' : `, ${state}`}`}
      aria-setsize={count}
      aria-posinset={index + 1}
      aria-selected={isSelected}
      data-cell-id={id}
      data-cell-type={cell.type}
      data-cell-index={index}
      data-cell-state={state}
      data-shown-state={shown.state}
      data-active={isActive || undefined}
      data-editing={isEditing || undefined}
      onMouseDown={handlePointer}
    >
      <CellRail id={id} />
      <CellGutter cell={shown.cell ?? cell} run={shown.run} isWaiting={shown.isWaiting} n={index + 1} />
      <CellBody cell={cell} index={index} isEditing={isEditing} />
    </div>
  );
});

/** The line at the left that tells state and selection. */
const CellRail = memo(function CellRail({ id }: { id: CellId }) {
  const cell = useNotebookState((state) => state.cells[id]);
  const run = useNotebookState((state) => state.runs[id]);
  const isStale = useIsStale(cell ?? emptyForRail, run);
  return <div className="at-cell-rail" data-stale={isStale || undefined} aria-hidden />;
});

const emptyForRail = {
  id: '' as CellId,
  type: 'code',
  source: '',
  metadata: {},
  executionCount: null,
  outputs: [],
  hasFileId: false,
} as const;

const hasMore = ({ active, anchor }: NotebookState) => active !== anchor;

function isInSelection(state: NotebookState, id: CellId): boolean {
  if (state.active === state.anchor) return state.active === id;
  return selectedIds(state).includes(id);
}
