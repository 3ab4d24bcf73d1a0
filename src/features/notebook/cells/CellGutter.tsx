import { useEffect, useMemo, useState } from 'react';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { cellStateOf, isFinished } from '@atelier-ide/core/execution/states.ts';
import { Icon } from '@/ui/Icon.tsx';
import { Spinner } from '@/ui/Spinner.tsx';
import type { CellRun } from '../session/notebook-store.ts';
import { formatDuration, ordinal } from '../view/duration.ts';
import { FoldButton } from './SectionFold.tsx';

type CellGutterProps = {
  cell: NotebookCell;
  run: CellRun | undefined;
  isWaiting: boolean;
  onRun: () => void;
  n: number;
};

/** Count over duration, left of the source; a run button in its place while the pointer is there. */
export function CellGutter({ cell, run, isWaiting, onRun, n }: CellGutterProps) {
  if (cell.type === 'raw') return <div className="at-cell-gutter" />;
  return (
    <div className="at-cell-gutter">
      {cell.type === 'code' ? (
        <RunState cell={cell} run={run} isWaiting={isWaiting} />
      ) : (
        <FoldButton cell={cell} n={n} />
      )}
      <button
        type="button"
        className="at-cell-run"
        aria-label={cell.type === 'code' ? `Run cell ${n}` : `Render cell ${n}`}
        tabIndex={-1}
        onClick={onRun}
      >
        <Icon name="play" size={14} />
      </button>
    </div>
  );
}

type RunStateProps = { cell: NotebookCell; run: CellRun | undefined; isWaiting: boolean };

function RunState({ cell, run, isWaiting }: RunStateProps) {
  const state = isWaiting ? 'queued' : cellStateOf(run?.execution);
  const isStale = useIsStale(cell, run);
  const count = cell.executionCount === null ? ' ' : String(cell.executionCount);
  switch (state) {
    case 'running':
      return (
        <>
          <span className="at-cell-count">
            <Spinner size={12} /> [*]
          </span>
          <Elapsed since={run?.execution.startedAt} />
        </>
      );
    case 'queued':
      return (
        <>
          <span className="at-cell-count">[ ]</span>
          <span className="at-cell-time">{run?.place ? ordinal(run.place) : 'waits'}</span>
        </>
      );
    case 'unknown':
      return (
        <>
          <span className="at-cell-count">[?]</span>
          <span className="at-cell-time">unknown</span>
        </>
      );
    default:
      return (
        <>
          <span className="at-cell-count">{`[${count}]`}</span>
          <span className="at-cell-time">{isStale ? 'edited' : durationOf(run)}</span>
        </>
      );
  }
}

/** The source is no longer what ran. */
export function useIsStale(cell: NotebookCell, run: CellRun | undefined): boolean {
  const hash = run?.execution.sourceHash ?? null;
  return useMemo(
    () =>
      run !== undefined &&
      isFinished(run.execution.state) &&
      run.execution.state !== 'aborted' &&
      hash !== null &&
      hashSource(cell.source) !== hash,
    [cell.source, hash, run],
  );
}

function durationOf(run: CellRun | undefined): string {
  const { startedAt, endedAt } = run?.execution ?? {};
  if (startedAt === undefined || endedAt === undefined) return '';
  return formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}

/** Ticks once a second while a cell runs. */
function Elapsed({ since }: { since: string | undefined }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (since === undefined) return null;
  const ms = now - Date.parse(since);
  return (
    <span className="at-cell-time">
      {ms < 1_000 ? '0 s' : formatDuration(Math.floor(ms / 1_000) * 1_000)}
    </span>
  );
}
