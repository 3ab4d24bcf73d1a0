import type { PointerEvent } from 'react';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { Icon } from '@/ui/Icon.tsx';
import { RunState } from '../queue/RunState.tsx';
import type { CellRun } from '../session/notebook-store.ts';
import { useNotebookState } from '../view/use-notebook.ts';
import { FoldButton } from './SectionFold.tsx';

type CellGutterProps = {
  cell: NotebookCell;
  run: CellRun | undefined;
  isWaiting: boolean;
  onRun: () => void;
  n: number;
  /** Pressed where there is no button: the cells may be dragged from here. */
  onDrag: (event: PointerEvent) => void;
};

/** Count over duration, left of the source; a run button in its place while the pointer is there. */
export function CellGutter({ cell, run, isWaiting, onRun, n, onDrag }: CellGutterProps) {
  const isRendered = useNotebookState((state) => cell.type === 'markdown' && !state.unrendered.has(cell.id));
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
          onClick={onRun}
        >
          <Icon name="play" size={14} />
        </button>
      )}
    </div>
  );
}
