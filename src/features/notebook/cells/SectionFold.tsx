import type { NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { cellStateOf } from '@atelier-ide/core/execution/states.ts';
import { Icon } from '@/ui/Icon.tsx';
import { isFolded, sectionEnd } from '../document/folding.ts';
import { headingLevel } from '../document/headings.ts';
import { hasError } from '../find/cell-places.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import { useNotebook, useNotebookState } from '../view/use-notebook.ts';
import './folding.css';

type SectionFoldProps = { cell: NotebookCell; n: number };

/** The arrow beside a heading that has a section. */
export function FoldButton({ cell, n }: SectionFoldProps) {
  const { session } = useNotebook();
  const isShut = useNotebookState((state) => isFolded(state, cell.id));
  const hasSection = useNotebookState((state) => isShut || hasCellsBelow(state, cell));
  if (!hasSection) return null;
  return (
    <button
      type="button"
      className="at-section-fold"
      aria-label={isShut ? `Expand section of cell ${n}` : `Collapse section of cell ${n}`}
      aria-expanded={!isShut}
      tabIndex={-1}
      onClick={() => session.sections.toggle(cell.id)}
    >
      <Icon name={isShut ? 'chevron-right' : 'chevron-down'} size={14} />
    </button>
  );
}

/** What is hidden under a folded heading; pressing it brings that back. */
export function FoldedNote({ cell, n }: SectionFoldProps) {
  const { session } = useNotebook();
  const words = useNotebookState((state) => hiddenWords(state, cell));
  if (words === null) return null;
  return (
    <button
      type="button"
      className="at-section-note"
      aria-label={`${words} under cell ${n}. Show them`}
      tabIndex={-1}
      onClick={() => session.sections.toggle(cell.id)}
    >
      <Icon name="ellipsis" size={14} />
      <span>{words}</span>
    </button>
  );
}

function hasCellsBelow(state: NotebookState, cell: NotebookCell): boolean {
  const level = headingLevel(cell);
  if (level === 0) return false;
  const next = state.cells[state.order[state.order.indexOf(cell.id) + 1] ?? cell.id];
  const found = headingLevel(next);
  return next !== undefined && next.id !== cell.id && (found === 0 || found > level);
}

/** How many cells a folded heading hides, and what they are doing; null where it is not folded. */
function hiddenWords(state: NotebookState, cell: NotebookCell): string | null {
  if (!isFolded(state, cell.id)) return null;
  const at = state.order.indexOf(cell.id);
  const hidden = state.order.slice(at + 1, sectionEnd(state, at));
  const doing = (wanted: string) =>
    hidden.some(
      (id) =>
        cellStateOf(state.runs[id]?.execution) === wanted ||
        (wanted === 'queued' && state.waiting.includes(id)),
    );
  const marks = [
    `${hidden.length} ${hidden.length === 1 ? 'cell' : 'cells'} hidden`,
    ...(doing('running') ? ['running'] : doing('queued') ? ['queued'] : []),
    ...(hidden.some((id) => hasError(state, id)) ? ['error'] : []),
  ];
  return marks.join(' · ');
}
