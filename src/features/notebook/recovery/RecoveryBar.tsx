import { useStore } from '@/services/use-store.ts';
import { RecoveredBar } from '@/ui/RecoveredBar.tsx';
import { useNotebook } from '../view/use-notebook.ts';

/** Edits of an earlier page that are back in this notebook. */
export function RecoveryBar() {
  const { recovery } = useNotebook().session;
  const note = useStore(recovery.store, (state) => state.note);
  if (!note || note.kind === 'gone') return null;
  const turn = note.kind === 'discarded' ? () => recovery.undoDiscard() : () => recovery.discard();
  const canTurn = note.kind === 'discarded' || note.canDiscard;
  return (
    <RecoveredBar note={note} onTurn={canTurn ? turn : undefined} onDismiss={() => recovery.dismiss()} />
  );
}
