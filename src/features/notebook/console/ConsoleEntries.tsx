import { memo, useLayoutEffect, useRef, useState } from 'react';
import { cellStateOf, isFinished } from '@atelier-ide/core/execution/states.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { Button, IconButton } from '@/ui/Button.tsx';
import { FrameLayer } from '../frames/FrameLayer.tsx';
import { StaticSource } from '../cells/StaticSource.tsx';
import { CellOutputs } from '../outputs/CellOutputs.tsx';
import { copyCells } from '../session/cell-clipboard.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { INPUT } from './console-address.ts';
import type { ConsoleSession } from './console-session.ts';

/** As many of the newest are drawn; the others on request. */
const SHOWN = 100;
const MORE = 200;

/** What was run, the newest last. It stays at its end while a person looks at it. */
export function ConsoleEntries({ session, clearedAt }: { session: ConsoleSession; clearedAt: string }) {
  const ids = useNotebookState((state) => shownIds(state, clearedAt));
  const [count, setCount] = useState(SHOWN);
  const entries = ids === '' ? [] : (ids.split(' ') as CellId[]);
  const hidden = Math.max(0, entries.length - count);
  const scrollRef = useFollowEnd(entries.at(-1));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls is reached by key
    <div
      ref={scrollRef}
      className="at-console-scroll at-framed"
      tabIndex={0}
      role="region"
      aria-label="Console entries"
    >
      <FrameLayer />
      <div className="at-console-content at-framed-list">
        {hidden > 0 ? (
          <div className="at-console-more at-framed-place">
            <Button variant="quiet" onClick={() => setCount(count + MORE)}>
              {hidden === 1 ? 'Show 1 earlier entry' : `Show ${hidden} earlier entries`}
            </Button>
          </div>
        ) : null}
        {entries.length === 0 ? <Empty session={session} /> : null}
        <div role="list" aria-label="Entries" className="at-console-list">
          {entries.slice(hidden).map((id) => (
            <Entry
              key={id}
              id={id}
              index={entries.indexOf(id)}
              isOwn={id.startsWith(session.address.prefix)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function Empty({ session }: { session: ConsoleSession }) {
  const { isAttached, documentPath, showsAll } = session.address;
  const name = documentPath.slice(documentPath.lastIndexOf('/') + 1);
  return (
    <p className="at-console-empty">
      {isAttached ? `Runs on the kernel of ${name}. ` : ''}
      Write code below and press Shift+Enter.
      {showsAll ? ' What others run on this kernel is shown too.' : ''}
    </p>
  );
}

/** Ids, joined, of the entries to show: not the input, not what was cleared, not what the server no longer tells of. */
function shownIds({ order, cells, runs }: NotebookState, clearedAt: string): string {
  return order
    .filter((id) => {
      if (id === INPUT) return false;
      const execution = runs[id]?.execution;
      const isKnown = cells[id]?.source !== '' || (execution && !isFinished(execution.state));
      return isKnown && !(clearedAt !== '' && execution && execution.queuedAt <= clearedAt);
    })
    .join(' ');
}

type EntryProps = { id: CellId; index: number; isOwn: boolean };

const Entry = memo(function Entry({ id, index, isOwn }: EntryProps) {
  const { session, services } = useNotebook();
  const cell = useNotebookState((state) => state.cells[id]);
  const execution = useNotebookState((state) => state.runs[id]?.execution);
  const isWaiting = useNotebookState((state) => state.waiting.includes(id));
  const language = useNotebookState((state) => state.language);
  if (!cell) return null;
  const state = isWaiting ? 'queued' : cellStateOf(execution);
  const isOpen = state === 'running' || state === 'queued';
  const count = state === 'running' ? '*' : (cell.executionCount ?? ' ');
  return (
    <div
      role="listitem"
      className="at-cell at-console-entry at-framed-place"
      aria-label={`Entry ${index + 1}${state === 'idle' ? '' : `, ${state}`}${isOwn ? '' : ', not from this console'}`}
      data-cell-state={state}
      data-shown-state={state}
      data-foreign={!isOwn || undefined}
    >
      <div className="at-cell-gutter">
        <span className="at-cell-count">[{count}]</span>
      </div>
      <div className="at-cell-main">
        <div className="at-console-source">
          <StaticSource label={`Source of entry ${index + 1}`} source={cell.source} language={language} />
        </div>
        <CellOutputs id={id} index={index} />
      </div>
      <div className="at-console-tools">
        <IconButton
          icon="copy"
          label={`Copy entry ${index + 1} as a cell`}
          disabled={isOpen}
          onClick={() => {
            copyCells(services.context, session.store.getState().cells[id] ? [cell] : []);
            services.notifications.info('The entry was copied', 'Paste it into a notebook as a cell.');
          }}
        />
      </div>
    </div>
  );
});

/** Keeps the end in view while it was in view, and shows it whenever there is a new entry. */
function useFollowEnd(last: CellId | undefined) {
  const scrollRef = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const box = scrollRef.current;
    if (!box) return;
    const note = () => {
      isAtEnd.current = box.scrollTop + box.clientHeight >= box.scrollHeight - 24;
    };
    const follow = () => {
      if (isAtEnd.current) box.scrollTop = box.scrollHeight;
    };
    const observer = new ResizeObserver(follow);
    for (const child of box.children) observer.observe(child);
    observer.observe(box);
    box.addEventListener('scroll', note, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', note);
    };
  }, []);
  useLayoutEffect(() => {
    const box = scrollRef.current;
    if (box) box.scrollTop = box.scrollHeight;
    isAtEnd.current = true;
  }, [last]);
  return scrollRef;
}
