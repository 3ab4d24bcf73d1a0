import { useState } from 'react';
import { metadataText } from '@atelier-ide/core/notebook/metadata-text.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { activeNotebook } from '../session/active-session.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { selectedShownIds } from '../session/notebook-store.ts';
import { Attachments } from './Attachments.tsx';
import { CellProperties } from './CellProperties.tsx';
import { type Draft, MetadataEditor } from './MetadataEditor.tsx';
import styles from './Inspector.module.css';

/** What the notebook in front and its selected cells say of themselves. */
export function View() {
  const services = useServices();
  useStore(services.tabs.store, ({ mainId }) => mainId);
  // A session comes with the first drawing of its tab, and the facts of a notebook with it.
  const isReady = useStore(services.context.store, ({ notebook }) => notebook?.isReady ?? false);
  // What was typed and not applied stays while one looks at other cells and notebooks.
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const session = activeNotebook(services);
  if (!session || !isReady) {
    return (
      <EmptyState icon="sliders-horizontal" title="No notebook is open">
        Open a notebook to see and change the properties of its cells.
      </EmptyState>
    );
  }
  const change = (key: string, draft: Draft | null) =>
    setDrafts(({ [key]: _, ...rest }) => (draft === null ? rest : { ...rest, [key]: draft }));
  return <Inspector session={session} drafts={drafts} onDraft={change} />;
}

type InspectorProps = {
  session: NotebookSession;
  drafts: Readonly<Record<string, Draft>>;
  onDraft: (key: string, draft: Draft | null) => void;
};

function Inspector({ session, drafts, onDraft }: InspectorProps) {
  const { store, properties, path } = session;
  // One text for the selection: another object each time would draw the panel with every change.
  const selection = useStore(store, (state) => selectedShownIds(state).join(' '));
  const cells = useStore(store, (state) => state.cells);
  const active = useStore(store, ({ active: id, cells: all }) => (id === null ? undefined : all[id]));
  const n = useStore(store, ({ active: id, order }) => (id === null ? 0 : order.indexOf(id) + 1));
  const metadata = useStore(store, (state) => state.metadata);
  const isLocked = useStore(store, (state) => state.lock !== null);
  const chosen = selection.split(' ').flatMap((id) => cells[id as keyof typeof cells] ?? []);
  const cellKey = `${path}/${active?.id ?? ''}`;
  const notebookKey = `${path}/`;

  return (
    <div className={styles['panel']}>
      {active === undefined || chosen.length === 0 ? null : (
        <>
          <h3 className={styles['title']}>{chosen.length > 1 ? `${chosen.length} cells` : `Cell ${n}`}</h3>
          <CellProperties session={session} cells={chosen} isLocked={isLocked} />
          {chosen.length === 1 && active.attachments ? (
            <Attachments
              cell={active}
              isLocked={isLocked}
              onRemove={(name) => properties.removeAttachment(active, name)}
            />
          ) : null}
          <MetadataEditor
            key={cellKey}
            label="Cell metadata"
            kind="cell"
            hint={chosen.length > 1 ? `Of cell ${n}, the active one` : undefined}
            metadata={active.metadata}
            text={metadataText(active.metadata)}
            isReadOnly={isLocked || active.problem !== undefined}
            draft={drafts[cellKey]}
            onDraft={(draft) => onDraft(cellKey, draft)}
            onApply={(next) => properties.change([active], () => next)}
          />
        </>
      )}
      <h3 className={styles['title']}>Notebook</h3>
      <MetadataEditor
        key={notebookKey}
        label="Notebook metadata"
        kind="notebook"
        metadata={metadata}
        text={metadataText(metadata)}
        isReadOnly={isLocked}
        draft={drafts[notebookKey]}
        onDraft={(draft) => onDraft(notebookKey, draft)}
        onApply={(next) => properties.setNotebookMetadata(next)}
      />
    </div>
  );
}
