import { Button } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { useNotebook, useNotebookState } from './use-notebook.ts';

/** A notebook without cells. */
export function EmptyNotebook() {
  const { session, focus } = useNotebook();
  const notes = useNotebookState((state) => state.notes);
  return (
    <div className="at-empty-notebook" tabIndex={-1}>
      <EmptyState
        icon="notebook-text"
        title="This notebook is empty"
        action={
          <Button
            icon="plus"
            onClick={() => {
              focus.claim();
              session.editing.insert('below');
              session.editing.enterEdit();
            }}
          >
            Add code cell
          </Button>
        }
      >
        {notes.join(' ') || 'Add the first cell to write code or text.'}
      </EmptyState>
    </div>
  );
}
