import { memo } from 'react';
import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { Icon } from '@/ui/Icon.tsx';
import { CellNotes } from '../conflict/CellNotes.tsx';
import { type CellPart, isHidden } from '../document/cell-edits.ts';
import { Markdown } from '../markdown/Markdown.tsx';
import { CellOutputs } from '../outputs/CellOutputs.tsx';
import { RunNote } from '../queue/RunNote.tsx';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import { CellSource } from './CellSource.tsx';
import { FoldedNote } from './SectionFold.tsx';
import { useAttach } from './use-attach.ts';

type CellBodyProps = { cell: NotebookCell; index: number; isEditing: boolean };

/** Source or rendered text, and the outputs, as far as they are not collapsed. An edited source is always shown. */
export const CellBody = memo(function CellBody({ cell, index, isEditing }: CellBodyProps) {
  const { session } = useNotebook();
  const attaching = useAttach(cell);
  const isUnrendered = useNotebookState((state) => state.unrendered.has(cell.id));
  const refusal = useNotebookState((state) => (state.refusal?.id === cell.id ? state.refusal.words : null));
  const isRendered = cell.type === 'markdown' && !isUnrendered && !isEditing;
  const hasOutputs = cell.type === 'code' && cell.outputs.length > 0;
  return (
    <div className="at-cell-main" {...attaching}>
      {cell.problem === undefined ? null : <div className="at-output-note">{cell.problem}</div>}
      {isHidden(cell, 'source') && !isEditing ? (
        <Collapsed cell={cell} part="source" n={index + 1} />
      ) : isRendered ? (
        <div
          className="at-cell-rendered"
          data-part="rendered"
          onDoubleClick={() => session.editing.enterEdit(cell.id)}
        >
          {cell.source.trim() === '' ? (
            <p className="at-cell-empty">Empty text cell. Press Enter to write.</p>
          ) : (
            <Markdown source={cell.source} attachments={cell.attachments} />
          )}
        </div>
      ) : (
        <CellSource cell={cell} index={index} isEditing={isEditing} />
      )}
      {cell.type === 'markdown' ? <FoldedNote cell={cell} n={index + 1} /> : null}
      {refusal === null ? null : (
        <div role="alert" className="at-output-note">
          {refusal}
        </div>
      )}
      <CellNotes id={cell.id} n={index + 1} />
      <RunNote id={cell.id} />
      {hasOutputs && isHidden(cell, 'outputs') ? (
        <Collapsed cell={cell} part="outputs" n={index + 1} />
      ) : cell.type === 'code' ? (
        <CellOutputs id={cell.id} index={index} />
      ) : null}
    </div>
  );
});

type CollapsedProps = { cell: NotebookCell; part: CellPart; n: number };

/** One line in place of what is collapsed; pressing it brings that back. */
function Collapsed({ cell, part, n }: CollapsedProps) {
  const { session } = useNotebook();
  const [line = ''] = cell.source.trim().split('\n', 1);
  const words =
    part === 'source'
      ? line
      : `${cell.outputs.length} ${cell.outputs.length === 1 ? 'output' : 'outputs'} collapsed`;
  return (
    <button
      type="button"
      className="at-cell-collapsed"
      data-collapsed={part}
      aria-label={part === 'source' ? `Show input of cell ${n}` : `Show outputs of cell ${n}`}
      aria-expanded={false}
      tabIndex={-1}
      onClick={() => session.cells.setHidden(part, false, [cell])}
    >
      <Icon name="chevron-right" size={14} />
      <span>{words === '' ? 'Empty' : words}</span>
    </button>
  );
}
