import { memo } from 'react';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { Icon } from '@/ui/Icon.tsx';
import { RunState } from '../queue/RunState.tsx';
import type { CellRun } from '../session/notebook-store.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { startDrag } from './cell-drag.ts';
import { FoldButton } from './SectionFold.tsx';

type CellGutterProps = {
  cell: NotebookCell;
  run: CellRun | undefined;
  isWaiting: boolean;
  n: number;
};

/** Count over duration, left of the source; a run button in its place while the pointer is there. */
export const CellGutter = memo(function CellGutter({ cell, run, isWaiting, n }: CellGutterProps) {
  const { session, services } = useNotebook();
  const isRendered = useNotebookState((state) => cell.type === 'markdown' && !state.unrendered.has(cell.id));
  // Pressed where there is no button: the cells may be dragged from here.
  const onDrag = ({ nativeEvent }: { nativeEvent: PointerEvent }) =>
    startDrag(nativeEvent, { session, tabs: services.tabs, id: cell.id });
  if (cell.type === 'raw') return <div className="at-cell-gutter" onPointerDown={onDrag} />;
  return (
    <div className="at-cell-gutter" onPointerDown={onDrag}>
      {cell.type === 'code' ? (
        <RunState cell={cell} run={run} isWaiting={isWaiting} n={n} />
      ) : (
        <FoldButton cell={cell} n={n} />
      )}
      {isRendered || isWaiting || run?.execution.state === 'queued' ? null : (
        <button
          type="button"
          className="at-cell-run"
          aria-label={cell.type === 'code' ? `Run cell ${n}` : `Render cell ${n}`}
          tabIndex={-1}
          onClick={({ currentTarget }) => {
            session.editing.select(cell.id);
            void session.runner.run([cell.id]);
            currentTarget.closest<HTMLElement>('.at-cell')?.focus({ preventScroll: true });
          }}
        >
          <Icon name="play" size={14} />
        </button>
      )}
    </div>
  );
});
