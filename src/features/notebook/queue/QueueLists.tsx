import { type DragEvent, useRef } from 'react';
import { IconButton } from '@/ui/Button.tsx';
import { Icon } from '@/ui/Icon.tsx';
import { Spinner } from '@/ui/Spinner.tsx';
import type { NotebookSession } from '../session/notebook-session.ts';
import { formatElapsed, ordinal } from '../view/duration.ts';
import { useNow } from '../view/use-now.ts';
import type { QueueModel } from './queue-model.ts';
import type { QueueRow, QueueRows } from './queue-rows.ts';
import { goTo, useWaitingList } from './use-waiting-list.ts';

type ListsProps = { rows: QueueRows; session: NotebookSession; model: QueueModel };

/** What runs, then what waits; those that wait are moved and taken out, by key and by pointer. */
export function QueueLists({ rows, session, model }: ListsProps) {
  const { running, waiting, more } = rows;
  return (
    <div className="at-queue">
      {running.length > 0 ? (
        <>
          <h3 className="at-queue-head">Runs now</h3>
          <div role="list" aria-label="Runs now">
            {running.map((row) => (
              <RunningRow key={row.id} row={row} session={session} />
            ))}
          </div>
        </>
      ) : null}
      {waiting.length > 0 ? (
        <>
          <h3 className="at-queue-head">
            Waits <span className="at-queue-count">{waiting.length + more}</span>
          </h3>
          <WaitingList rows={rows} session={session} model={model} />
        </>
      ) : null}
      {more > 0 ? (
        <p className="at-queue-note">{`${more.toLocaleString('en-US')} more wait behind these.`}</p>
      ) : null}
    </div>
  );
}

function RunningRow({ row, session }: { row: QueueRow; session: NotebookSession }) {
  const { startedAt, waitingForInput } = row.execution;
  const now = useNow(startedAt !== undefined);
  const elapsed = startedAt === undefined ? '' : formatElapsed(now - Date.parse(startedAt));
  const state = waitingForInput ? 'waits for input' : elapsed;
  return (
    <div
      role="listitem"
      tabIndex={0}
      className="at-queue-row"
      aria-label={[row.name, state, row.line].filter(Boolean).join(', ')}
      data-execution={row.id}
      onClick={() => goTo(session, row)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target === event.currentTarget) goTo(session, row);
      }}
    >
      <span className="at-queue-sign">
        {waitingForInput ? <Icon name="keyboard" size={14} /> : <Spinner size={12} />}
      </span>
      <Words row={row} />
      <span className="at-queue-time">{state}</span>
      <span className="at-queue-actions">
        <IconButton
          icon="square"
          iconSize={14}
          label="Interrupt kernel"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            void session.care.interrupt();
          }}
        />
      </span>
    </div>
  );
}

function Words({ row }: { row: QueueRow }) {
  return (
    <span className="at-queue-words">
      <span className="at-queue-name">{row.name}</span>
      <code className="at-queue-line">{row.line}</code>
    </span>
  );
}

function WaitingList({ rows, session, model }: ListsProps) {
  const { waiting } = rows;
  const ref = useRef<HTMLDivElement>(null);
  const list = useWaitingList({ rows, session, model, list: ref });
  return (
    <>
      <div
        ref={ref}
        role="list"
        aria-label="Waits"
        onKeyDown={list.handleKeyDown}
        onDragOver={(event) => {
          if (list.dragged) event.preventDefault();
        }}
        onDrop={list.handleDrop}
      >
        {waiting.map((row, index) => (
          <WaitingRow
            key={row.id}
            row={row}
            place={index + 1}
            isTabStop={index === list.tabStop}
            mark={markOf(list.dragged, index, waiting.length)}
            onFocus={() => list.focus(row.id)}
            onGo={() => goTo(session, row)}
            onRemove={() => void list.remove(row, index)}
            onDrag={(to) => list.drag(row.id, to)}
          />
        ))}
      </div>
      <div className="at-visually-hidden" aria-live="polite">
        {list.words}
      </div>
    </>
  );
}

type Mark = 'above' | 'below' | undefined;

/** Where a row that is dragged would come to stand. */
function markOf(dragged: { to: number } | null, index: number, count: number): Mark {
  if (dragged?.to === index) return 'above';
  return dragged?.to === count && index === count - 1 ? 'below' : undefined;
}

type WaitingRowProps = {
  row: QueueRow;
  place: number;
  isTabStop: boolean;
  mark: Mark;
  onFocus: () => void;
  onGo: () => void;
  onRemove: () => void;
  /** To before the row of this index; null = not any more. */
  onDrag: (to: number | null) => void;
};

function WaitingRow({ row, place, isTabStop, mark, onFocus, onGo, onRemove, onDrag }: WaitingRowProps) {
  const handleDragOver = (event: DragEvent<HTMLElement>) => {
    const { top, height } = event.currentTarget.getBoundingClientRect();
    onDrag(event.clientY < top + height / 2 ? place - 1 : place);
  };
  return (
    <div
      role="listitem"
      tabIndex={isTabStop ? 0 : -1}
      className="at-queue-row"
      aria-label={[row.name, `waits, ${ordinal(place)}`, row.line].filter(Boolean).join(', ')}
      aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Delete Enter"
      data-execution={row.id}
      data-mark={mark}
      draggable
      onFocus={onFocus}
      onClick={onGo}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', row.name);
        onDrag(place - 1);
      }}
      onDragOver={handleDragOver}
      onDragEnd={() => onDrag(null)}
    >
      <span className="at-queue-sign">
        <span className="at-queue-place">{ordinal(place)}</span>
        <Icon name="grip-vertical" size={14} />
      </span>
      <Words row={row} />
      <span className="at-queue-actions">
        <IconButton
          icon="x"
          iconSize={14}
          label={`Take ${row.name} out of the queue`}
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            onRemove();
          }}
        />
      </span>
    </div>
  );
}
