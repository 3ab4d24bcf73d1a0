import { useEffect, useMemo } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { TabViewProps } from '@/platform/tabs/tab-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { Button } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorBoundary } from '@/ui/ErrorBoundary.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { FrameLayer } from '../frames/FrameLayer.tsx';
import { OutputFrames } from '../frames/OutputFrames.tsx';
import type { NotebookSession } from '../session/notebook-session.ts';
import { createView } from '../view/create-view.ts';
import { NotebookContext, type NotebookView, useNotebookState } from '../view/use-notebook.ts';
import { useSession } from '../view/use-session.ts';
import { CellOutputs } from './CellOutputs.tsx';
import { keyOf, partsOfKey, titleOf } from './open-output-view.ts';
import '../view/notebook.css';
import '../cells/cells.css';
import './outputs.css';

/** A tab that shows the outputs of one cell, live, wherever the notebook is scrolled. */
export function View({ tab }: TabViewProps) {
  const { path, id } = partsOfKey(tab.key);
  const session = useSession(path, tab.id);
  return session ? <OutputsOfCell session={session} id={id} tabId={tab.id} /> : null;
}

type OutputsOfCellProps = { session: NotebookSession; id: CellId; tabId: string };

function OutputsOfCell({ session, id, tabId }: OutputsOfCellProps) {
  const services = useServices();
  const shared = useMemo((): NotebookView => {
    const show = () => {
      services.tabs.openPath(session.path);
      session.reveal(id);
    };
    return { ...createView(session, services), reveal: show, revealHeading: () => false };
  }, [session, services, id]);
  useTitle({ session, id, tabId });
  return (
    <NotebookContext value={shared}>
      <ErrorBoundary what="The outputs of this cell">
        <Shown id={id} onShowCell={() => shared.reveal(id)} />
      </ErrorBoundary>
    </NotebookContext>
  );
}

/** Keeps the tab true while cells and files move. */
function useTitle({ session, id, tabId }: OutputsOfCellProps): void {
  const { tabs } = useServices();
  const path = useStore(session.store, (state) => state.path);
  const n = useStore(session.store, (state) => state.order.indexOf(id) + 1);
  useEffect(() => {
    if (n > 0) tabs.update(tabId, { key: keyOf(path, id), title: titleOf(path, n), tooltip: path });
  }, [tabs, tabId, path, id, n]);
}

/** What is pressed here selects nothing in the notebook. */
const stayHere = () => undefined;

function Shown({ id, onShowCell }: { id: CellId; onShowCell: () => void }) {
  const status = useNotebookState((state) => state.status.kind);
  const index = useNotebookState(({ order }) => order.indexOf(id));
  const hasOutput = useNotebookState(
    ({ cells, inputs, runs }) =>
      (cells[id]?.outputs.length ?? 0) > 0 ||
      inputs[id] !== undefined ||
      runs[id]?.execution.state === 'kernel-died',
  );
  if (status === 'loading') return <Skeleton rows={4} label="Reading the notebook" />;
  if (status === 'problem') return <EmptyState icon="circle-alert" title="The notebook could not be read" />;
  if (index < 0)
    return (
      <EmptyState icon="notebook-text" title="The cell is not there any more">
        It was deleted, or it has another name since the file was read again.
      </EmptyState>
    );
  const n = index + 1;
  return (
    <section className="at-output-view" aria-label={`Outputs of cell ${n}`}>
      <header className="at-output-view-head">
        <span>{`Outputs of cell ${n}, live`}</span>
        <Button icon="arrow-left" variant="quiet" onClick={onShowCell}>
          Show the cell
        </Button>
      </header>
      {hasOutput ? (
        <OutputFrames title="Outputs of one cell" onTouch={stayHere}>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls is reached by key */}
          <div className="at-output-view-scroll at-framed" tabIndex={0} role="region" aria-label="Outputs">
            <FrameLayer />
            <div className="at-output-view-list at-framed-list at-framed-place">
              <CellOutputs id={id} index={index} />
            </div>
          </div>
        </OutputFrames>
      ) : (
        <EmptyState icon="notebook-text" title="No outputs yet">
          They appear here when the cell has run.
        </EmptyState>
      )}
    </section>
  );
}
