import { useState } from 'react';
import type { CellId, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { cellStateOf } from '@atelier-ide/core/execution/states.ts';
import { Icon } from '@/ui/Icon.tsx';
import { Spinner } from '@/ui/Spinner.tsx';
import { Tooltip } from '@/ui/Tooltip.tsx';
import '../command-args.ts';
import type { CellRun } from '../session/notebook-store.ts';
import { formatDuration, formatElapsed, ordinal } from '../view/duration.ts';
import { useNotebook } from '../view/use-notebook.ts';
import { useNow } from '../view/use-now.ts';
import { savedSpan, type Span, spanOf } from './execution-times.ts';
import { clockTime, spanWords } from './span-words.ts';
import { useIsStale } from './use-is-stale.ts';
import './run-state.css';

type RunStateProps = { cell: NotebookCell; run: CellRun | undefined; isWaiting: boolean; n: number };

/** Count over duration of the last run, or what goes on. */
export function RunState({ cell, run, isWaiting, n }: RunStateProps) {
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
          <Place place={run?.place ?? null} n={n} />
          <RemoveButton id={cell.id} n={n} />
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
          <LastRun span={lastSpan(cell, run)} isStale={isStale} />
        </>
      );
  }
}

/** What the server knows counts more than what the file tells; a run that never began says nothing of time. */
function lastSpan(cell: NotebookCell, run: CellRun | undefined): Span | null {
  const known = run ? spanOf(run.execution) : null;
  return known ?? (run?.execution.state === 'aborted' || !run ? savedSpan(cell.metadata) : null);
}

/** The duration; the end under it while the cell is looked at; both in full while the pointer is on them. */
function LastRun({ span, isStale }: { span: Span | null; isStale: boolean }) {
  const [now, setNow] = useState(0);
  if (!span) return <span className="at-cell-time">{isStale ? 'edited' : ''}</span>;
  return (
    <Tooltip text={spanWords(span, now)} side="right">
      <span className="at-cell-last" onPointerEnter={() => setNow(Date.now())}>
        <span className="at-cell-time">{isStale ? 'edited' : formatDuration(span.end - span.start)}</span>
        <span className="at-cell-when">{clockTime(span.end)}</span>
      </span>
    </Tooltip>
  );
}

/** "3rd"; pressing it shows the whole queue. */
function Place({ place, n }: { place: number | null; n: number }) {
  const { services } = useNotebook();
  const words = place === null ? 'waits' : ordinal(place);
  return (
    <button
      type="button"
      className="at-cell-place-in-queue at-cell-time"
      aria-label={`Cell ${n} waits${place === null ? '' : `, ${words}`}. Show queue`}
      tabIndex={-1}
      onClick={() => void services.commands.run('notebook.showQueue')}
    >
      {words}
    </button>
  );
}

function RemoveButton({ id, n }: { id: CellId; n: number }) {
  const { session } = useNotebook();
  return (
    <button
      type="button"
      className="at-cell-run"
      aria-label={`Take cell ${n} out of the queue`}
      tabIndex={-1}
      onClick={(event) => {
        // The button goes; the keyboard stays with the cell.
        event.currentTarget.closest<HTMLElement>('.at-cell')?.focus({ preventScroll: true });
        void session.queue.removeCells([id]);
      }}
    >
      <Icon name="x" size={14} />
    </button>
  );
}

/** Ticks once a second while a cell runs; what ends at once shows none. */
function Elapsed({ since }: { since: string | undefined }) {
  const now = useNow(true);
  return (
    <span className="at-cell-time">{since === undefined ? '' : formatElapsed(now - Date.parse(since))}</span>
  );
}
