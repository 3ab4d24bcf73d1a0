/**
 * Notices cells that end while no page has their notebook, so that the next page can tell. A page that is reloaded
 * is back within a moment (leases.ts): until then nobody can say that it was not there.
 */
import type { Execution } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { DocumentService } from '../documents/document-service.ts';
import type { ExecutionRecord } from '../kernels/execution-record.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import type { Log } from '../log.ts';
import { steadyNow } from '../steady-now.ts';
import { isOfCell } from './document-results.ts';

export type UnseenEndsOptions = {
  documents: Pick<DocumentService, 'forServer'>;
  executions: Pick<ExecutionService, 'unseen'>;
  /** As an earlier server left them: what of it goes on may end before anybody is there. */
  records: readonly Pick<ExecutionRecord, 'id' | 'tracker'>[];
  log: Pick<Log, 'warn'>;
  /** False where pages cannot say that they are there: then nothing is known. */
  isOffered: boolean;
};

export type UnseenEnds = {
  /** An execution is new or has changed. */
  note(execution: Execution): void;
  close(): void;
};

export function createUnseenEnds({
  documents,
  executions,
  records,
  log,
  isOffered,
}: UnseenEndsOptions): UnseenEnds {
  /** Executions that have not ended: an end is looked at once, whatever is told of it later. */
  const open = new Set(records.filter(({ tracker }) => !isFinished(tracker.state)).map(({ id }) => id));
  /** Ends of documents that a page may come back to, by document. */
  const ended = new Map<string, { ids: string[]; timer: NodeJS.Timeout | null }>();
  let isClosed = false;

  async function look(documentId: string): Promise<void> {
    const document = await documents.forServer(documentId);
    const waiting = ended.get(documentId);
    if (!waiting || isClosed) return;
    const waitMs = (document?.freeAt ?? 0) - steadyNow();
    if (document && !document.isHeld && waitMs > 0) {
      waiting.timer ??= setTimeout(() => {
        waiting.timer = null;
        begin(documentId);
      }, waitMs).unref();
      return;
    }
    ended.delete(documentId);
    if (waiting.timer) clearTimeout(waiting.timer);
    if (document?.isNotebook === true && !document.isHeld)
      for (const id of waiting.ids) executions.unseen(id);
  }

  function begin(documentId: string): void {
    look(documentId).catch((error: unknown) =>
      log.warn('it is not known whether a page saw the end of a cell', { documentId, error }),
    );
  }

  return {
    note(execution) {
      const { id, documentId, state } = execution;
      if (!isOffered || documentId === null || !isOfCell(execution)) return;
      if (!isFinished(state)) {
        open.add(id);
        return;
      }
      if (!open.delete(id)) return;
      const waiting = ended.get(documentId) ?? { ids: [], timer: null };
      ended.set(documentId, waiting);
      waiting.ids.push(id);
      begin(documentId);
    },
    close() {
      isClosed = true;
      for (const { timer } of ended.values()) clearTimeout(timer ?? undefined);
    },
  };
}
