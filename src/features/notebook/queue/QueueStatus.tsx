import '../command-args.ts';
import { useServices } from '@/services/use-services.ts';
import { useSteadyStore } from '@/services/use-steady-store.ts';
import { Icon } from '@/ui/Icon.tsx';
import type { NotebookSession } from '../session/notebook-session.ts';
import type { NotebookState } from '../session/notebook-store.ts';
import './queue-status.css';

/** How many cells of the notebook wait; opens the queue. Nothing where none does. */
export function QueueStatus({ session }: { session: NotebookSession }) {
  const { commands } = useServices();
  const count = useSteadyStore(session.store, waitingCount, isSome);
  if (count === 0) return null;
  return (
    <button
      type="button"
      className="at-status-item at-status-queue"
      title="Show queue"
      onClick={() => void commands.run('notebook.showQueue')}
    >
      <Icon name="list-ordered" size={14} />
      {count === 1 ? '1 cell waits' : `${count} cells wait`}
    </button>
  );
}

const isSome = (count: number): boolean => count > 0;

function waitingCount({ runs, waiting }: NotebookState): number {
  return waiting.length + Object.values(runs).filter(({ execution }) => execution.state === 'queued').length;
}
