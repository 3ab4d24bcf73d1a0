import { useStore } from '@/services/use-store.ts';
import { RecoveredBar } from '@/ui/RecoveredBar.tsx';
import { useNotebook } from '../view/use-notebook.ts';

/** Edits of an earlier page that are back in this notebook. */
export function RecoveryBar() {
  const { recovery } = useNotebook().session;
  const note = useStore(recovery.store, (state) => state.note);
  if (!note || note.kind === 'gone') return null;
  return (
    <RecoveredBar
      note={note}
      onTurn={note.canTurn ? () => recovery.turn() : undefined}
      onDismiss={() => recovery.dismiss()}
    >
      {note.isMerged && note.kind === 'back' ? mergeWords(note.clashes) : null}
    </RecoveredBar>
  );
}

function mergeWords(clashes: number): string {
  if (clashes === 0) return ' The file was changed since; both are in the cells.';
  const cells = clashes === 1 ? '1 cell was' : `${clashes} cells were`;
  return ` The file was changed since: ${cells} edited on both sides.`;
}
