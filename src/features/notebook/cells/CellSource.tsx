import { type MouseEvent, useState } from 'react';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { MonacoEditor } from '@/ui/monaco/MonacoEditor.tsx';
import type { MonacoHandle } from '@/ui/monaco/create-editor.ts';
import { useStore } from '@/services/use-store.ts';
import { AssistPopup } from '../assist/AssistPopup.tsx';
import { useCellAssist } from '../assist/use-cell-assist.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { isEditable } from '../document/cell-edits.ts';
import { useEditorHits } from '../find/use-editor-hits.ts';
import { placeOfClick } from './place-of-click.ts';
import { neighbourOf } from './leave-by-key.ts';
import { PlainEditor } from './PlainEditor.tsx';
import { StaticSource } from './StaticSource.tsx';
import { useCursor } from './use-cursor.ts';
import { useCellLook } from './use-cell-look.ts';

type CellSourceProps = { cell: NotebookCell; index: number; isEditing: boolean };

/**
 * The source of a cell: plain text at once, coloured when there is time, a live editor while it is edited. The editor
 * stays alive, hidden, for a few cells that were edited last; both look the same to the pixel.
 */
export function CellSource({ cell, index, isEditing }: CellSourceProps) {
  const view = useNotebook();
  const { session, services } = view;
  const isLive = useNotebookState((state) => state.live.includes(cell.id));
  const language = useSourceLanguage(cell);
  const theme = useStore(services.theme.store, (state) => state.theme);
  const [handle, setHandle] = useState<MonacoHandle | null>(null);
  const { goTo, takePlace, plain, tell, select } = useCursor({ id: cell.id, handle, isEditing });
  const assist = useCellAssist(cell.id, handle, isEditing);
  const label = `Cell ${index + 1} source`;
  const look = useCellLook(cell);
  useEditorHits(cell.id, handle);

  const handleClick = (event: MouseEvent<HTMLElement>) => {
    if (isEditing || event.shiftKey || event.ctrlKey || event.metaKey) return;
    // Selecting text to copy it is not editing.
    if (window.getSelection()?.isCollapsed === false) return;
    goTo(placeOfClick(event.currentTarget, event, cell.source));
    view.focus.notePointer();
    session.editing.enterEdit(cell.id);
  };

  return (
    <div
      className="at-cell-source"
      data-part="source"
      data-editing={isEditing || undefined}
      data-wrapped={look.wordWrap || undefined}
      onClick={handleClick}
    >
      {isEditing && handle ? null : isEditing ? (
        <PlainEditor
          label={label}
          // Vim's keys are no text: until they are there, nothing is written.
          isReadOnly={!isEditable(cell) || look.keyMap === 'vim'}
          value={cell.source}
          takePlace={takePlace}
          onChange={(text) => session.editing.setSource(cell.id, text)}
          onSelect={select}
          fieldRef={plain}
        />
      ) : (
        <StaticSource
          label={`Source of cell ${index + 1}`}
          source={cell.source}
          language={language}
          isNumbered={look.lineNumbers}
        />
      )}
      {isLive ? (
        <div hidden={!isEditing || !handle}>
          <MonacoEditor
            value={cell.source}
            language={language}
            ariaLabel={label}
            theme={theme}
            autoHeight
            {...look}
            assist={assist}
            readOnly={!isEditable(cell)}
            onChange={(text) => session.editing.setSource(cell.id, text)}
            onCursor={tell}
            onFocus={() => {
              session.editing.enterEdit(cell.id);
              services.context.set({ vimMode: handle?.vim()?.mode ?? null });
            }}
            onKeyDown={(event) => {
              const by = handle && neighbourOf(event, handle);
              return by ? goToNeighbour(view, by) : false;
            }}
            onVimMode={(vimMode) => services.context.set({ vimMode })}
            onSave={() => void services.commands.run('document.save')}
            onReady={setHandle}
          />
        </div>
      ) : null}
      {isEditing ? <AssistPopup cellId={cell.id} onLeave={() => handle?.focus()} /> : null}
    </div>
  );
}

function useSourceLanguage(cell: NotebookCell): string {
  const language = useNotebookState((state) => state.language);
  if (cell.type === 'markdown') return 'markdown';
  if (cell.type === 'raw') return 'plaintext';
  // Magics are IPython's.
  if (!/python/i.test(language)) return language;
  const magic = /^%%(bash|sh|html|javascript|js|markdown|sql|R|writefile\s+\S+\.(\w+))/.exec(cell.source);
  return magic ? (magic[2] ?? magic[1] ?? language) : language;
}

function goToNeighbour({ session, services, focus }: ReturnType<typeof useNotebook>, by: 1 | -1): boolean {
  const { order, active } = session.store.getState();
  const next = active === null ? undefined : order[order.indexOf(active) + by];
  if (next === undefined) return false;
  focus.claim();
  // The editor of that cell tells its own.
  services.context.set({ vimMode: null });
  session.editing.select(next);
  session.editing.enterEdit(next);
  return true;
}
