import { useMemo, useState } from 'react';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { metadataText } from '@atelier-ide/core/notebook/metadata-text.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import type { NotebookSession } from '../session/notebook-session.ts';
import { type NotebookState, selectedShownIds } from '../session/notebook-store.ts';
import { sameList } from '../session/same-list.ts';
import { useActiveNotebook } from '../session/use-active-notebook.ts';
import { Attachments } from './Attachments.tsx';
import { CellProperties } from './CellProperties.tsx';
import { type Draft, MetadataEditor } from './MetadataEditor.tsx';
import styles from './Inspector.module.css';

/** What the notebook in front and its selected cells say of themselves. */
export function View() {
  const { context } = useServices();
  const session = useActiveNotebook();
  const isReady = useStore(context.store, ({ notebook }) => notebook?.isReady ?? false);
  // What was typed and not applied stays while one looks at other cells and notebooks.
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
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
  const chosen = useCells(store, selectedShownIds);
  const [active] = useCells(store, activeId);
  const n = useStore(store, ({ active: id, order }) => (id === null ? 0 : order.indexOf(id) + 1));
  const metadata = useStore(store, (state) => state.metadata);
  const isLocked = useStore(store, (state) => state.lock !== null);
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

const activeId = ({ active }: NotebookState) => (active === null ? [] : [active]);

/** Cells as far as they are shown here: what a run prints into them is no change. */
function useCells(
  store: NotebookSession['store'],
  idsOf: (state: NotebookState) => readonly NotebookCell['id'][],
): readonly NotebookCell[] {
  const select = useMemo(
    () =>
      sameList((state: NotebookState) => idsOf(state).flatMap((id) => state.cells[id] ?? []), looksTheSame),
    [idsOf],
  );
  return useStore(store, select);
}

/** The text counts where images of it are listed. */
function looksTheSame(one: NotebookCell, other: NotebookCell): boolean {
  return (
    one.id === other.id &&
    one.type === other.type &&
    one.metadata === other.metadata &&
    one.problem === other.problem &&
    one.attachments === other.attachments &&
    (one.attachments === undefined || one.source === other.source)
  );
}
