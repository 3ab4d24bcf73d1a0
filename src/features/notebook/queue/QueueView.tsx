import { useEffect, useMemo, useState } from 'react';
import type { Queue as KernelQueue } from '@atelier-ide/contract';
import { createPageClock } from '@/services/clock.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { IconButton } from '@/ui/Button.tsx';
import { PanelActions } from '@/ui/PanelActions.tsx';
import type { NotebookSession } from '../session/notebook-session.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import { sameList } from '../session/same-list.ts';
import { useActiveNotebook } from '../session/use-active-notebook.ts';
import { QueueModel } from './queue-model.ts';
import { rowsOf } from './queue-rows.ts';
import { QueueLists } from './QueueLists.tsx';
import './queue.css';

/** What runs and waits on the kernel of the notebook in front. */
export function View() {
  const session = useActiveNotebook();
  const documentId = useDocumentId(session);
  if (!session) {
    return (
      <EmptyState icon="list-ordered" title="No notebook is open">
        Open a notebook to see what its kernel has to do.
      </EmptyState>
    );
  }
  return <Queue key={`${session.path} ${documentId ?? ''}`} session={session} />;
}

function useDocumentId(session: NotebookSession | null): string | null {
  const { tabs } = useServices();
  // Any store will do where there is no notebook.
  const store = (session?.store ?? tabs.store) as NotebookSession['store'];
  return useStore(store, (state) => (session ? (state.document?.id ?? null) : null));
}

function Queue({ session }: { session: NotebookSession }) {
  const { events } = useServices();
  const [model] = useState(
    () => new QueueModel({ queue: session.queue, notebook: session.store, events, clock: createPageClock() }),
  );
  useEffect(() => model.follow(), [model]);
  return <Shown session={session} model={model} />;
}

const EMPTY: KernelQueue = { items: [], total: 0 };

function Shown({ session, model }: { session: NotebookSession; model: QueueModel }) {
  const { documents } = useServices();
  const queue = useStore(model.store, (state) => state.queue);
  const isStale = useStore(model.store, (state) => state.isStale);
  const order = useStore(session.store, (state) => state.order);
  const { items, total } = queue ?? EMPTY;
  const selectSources = useMemo(
    () =>
      sameList(({ cells }: NotebookState) =>
        items.map((execution) => {
          const id = session.queue.cellOf(execution);
          return id === undefined ? '' : (cells[id]?.source ?? '');
        }),
      ),
    [items, session],
  );
  const sources = useStore(session.store, selectSources);
  const documentId = useStore(session.store, (state) => state.document?.id ?? null);
  const waitsForKernel = useStore(session.store, (state) => state.waiting);
  const rows = useMemo(
    () =>
      rowsOf(
        { items, total },
        {
          documentId,
          order,
          cellOf: (execution) => session.queue.cellOf(execution),
          sourceOf: (execution) => sources[items.indexOf(execution)] ?? '',
          pathOf: (id) => documents.store.getState().byId[id]?.path,
        },
      ),
    [items, total, documentId, order, sources, session, documents],
  );
  if (!queue) return null;
  const { running, waiting } = rows;
  const mine = waiting.filter((row) => row.execution.documentId === documentId).map((row) => row.id);
  const isEmpty = running.length === 0 && waiting.length === 0 && waitsForKernel.length === 0;
  return (
    <>
      <PanelActions>
        <IconButton
          icon="list-x"
          label="Take all cells of this notebook out of the queue"
          disabledReason={mine.length + waitsForKernel.length === 0 ? 'No cell waits' : null}
          onClick={() => void session.queue.removeCells(session.store.getState().order)}
        />
      </PanelActions>
      {isStale ? (
        <p role="status" className="at-queue-note">
          The server did not answer. What stands here may be old.
        </p>
      ) : null}
      {isEmpty ? (
        <EmptyState icon="list-ordered" title="Nothing runs and nothing waits">
          Cells stand here in the order in which the kernel takes them.
        </EmptyState>
      ) : (
        <QueueLists rows={rows} session={session} model={model} />
      )}
      {waitsForKernel.length > 0 ? (
        <p className="at-queue-note">
          {`${waitsForKernel.length === 1 ? '1 cell waits' : `${waitsForKernel.length} cells wait`} for a kernel.`}
        </p>
      ) : null}
    </>
  );
}
