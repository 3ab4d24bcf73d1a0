import type { ExecutionLink } from '../session/execution-link.ts';
import type { NotebookSession } from '../session/notebook-session.ts';
import { NotebookAway } from './notebook-away.ts';

/** What a notebook says of the time in which no page had it. */
export function createAway(
  { store, editing, saver, services }: Pick<NotebookSession, 'store' | 'editing' | 'saver' | 'services'>,
  runs: Pick<ExecutionLink, 'executions' | 'cellOf'>,
): NotebookAway {
  const { log, notifications } = services;
  return new NotebookAway({
    store,
    editing,
    log,
    executions: () => runs.executions,
    cellOf: (execution) => runs.cellOf(execution),
    isSaved: () => !saver.isDirty,
    fail: (what, error) => notifications.error(what, error),
  });
}
