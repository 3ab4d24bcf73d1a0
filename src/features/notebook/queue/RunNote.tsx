import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { Icon } from '@/ui/Icon.tsx';
import type { CellRun } from '../session/notebook-store.ts';
import { useNotebookState } from '../view/use-notebook.ts';

/** Why a cell that was to run was not: told until it runs, or waits, again. */
export function RunNote({ id }: { id: CellId }) {
  const reason = useNotebookState(({ runs }) => (runs[id] ? notRunReason(runs[id]) : null));
  if (reason === null) return null;
  return (
    <div className="at-run-note">
      <Icon name="ban" size={14} />
      {`Not run. ${reason}`}
    </div>
  );
}

/** Null where it ran, or where the person took it out himself. */
function notRunReason({ execution: { state, startedAt, cause } }: CellRun): string | null {
  if (state !== 'aborted' || startedAt !== undefined || cause === undefined) return null;
  const sentence = /[.!?]$/.test(cause) ? cause : `${cause}.`;
  return sentence === 'Removed from the queue.' ? null : sentence;
}
