import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { useStore } from '@/services/use-store.ts';
import { Icon } from '@/ui/Icon.tsx';
import { focusCell } from '../view/focus-cell.ts';
import { useNotebook } from '../view/use-notebook.ts';
import type { CellNote } from './cell-notes.ts';
import { noteWords } from './note-words.ts';
import './conflict.css';

/** What came into this cell, or next to it, from disk: until it is put away with the bar, or the cell is edited. */
export function CellNotes({ id, n }: { id: CellId; n: number }) {
  const { session, focus } = useNotebook();
  const notes = useStore(session.disk.store, ({ news }) => news?.notes.get(id));
  if (!notes) return null;
  const undo = (note: CellNote) => {
    session.disk.undoNote(id, note);
    // The button goes with its note, maybe the cell too: the keyboard goes on with the cells.
    focus.claim();
    focusCell(session.store.getState().active);
  };
  return notes.map((note) => {
    const { words, action } = noteWords(note);
    return (
      <div key={words} className="at-cell-note" role="note" aria-label={`Cell ${n}, from disk`}>
        <Icon name="git-merge" size={14} />
        <span>{words}</span>
        {action === null ? null : (
          <button type="button" className="at-link-button" onClick={() => undo(note)}>
            {action}
          </button>
        )}
      </div>
    );
  });
}
