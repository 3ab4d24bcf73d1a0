import { useEffect, useRef } from 'react';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import type { CursorPlace, MonacoHandle } from '@/ui/monaco/create-editor.ts';
import { placeAt } from '../document/cell-edits.ts';
import { useNotebook } from '../view/use-notebook.ts';

type Edited = { id: CellId; handle: MonacoHandle | null; isEditing: boolean };

/**
 * The cursor of a cell on its way from a click over the plain field, which has the keyboard while the editor loads, to
 * the editor. Whoever needs its place meanwhile (a split) asks the one that has it.
 */
export function useCursor({ id, handle, isEditing }: Edited) {
  const { session } = useNotebook();
  const clicked = useRef<CursorPlace | null>(null);
  const selected = useRef<[start: number, end: number] | null>(null);
  const plain = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (!isEditing) return;
    const read = () => (handle ? handle.cursor() : plain.current && cursorOf(plain.current));
    const follower = session.editing.followCursor(id, read);
    return () => follower.dispose();
  }, [isEditing, handle, session, id]);

  useEffect(() => {
    if (!isEditing || !handle) return;
    if (clicked.current) handle.placeCursor(clicked.current);
    if (selected.current) handle.select(...selected.current);
    clicked.current = null;
    selected.current = null;
    if (!handle.hasFocus()) handle.focus();
    session.store.setState({ cursor: handle.cursor() });
  }, [isEditing, handle, session]);

  const tell = (cursor: CursorPlace | null) => {
    if (isEditing) session.store.setState({ cursor });
  };
  return {
    plain,
    tell,
    /** Where it was clicked, before the editor is there. */
    goTo: (place: CursorPlace | null) => {
      clicked.current = place;
    },
    takePlace: () => clicked.current,
    /** The plain field's selection changed. */
    select: (start: number, end: number) => {
      selected.current = [start, end];
      if (plain.current) tell(cursorOf(plain.current));
    },
  };
}

const cursorOf = ({ value, selectionEnd }: HTMLTextAreaElement) => placeAt(value, selectionEnd);
