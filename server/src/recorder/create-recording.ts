/** All that looks after outputs and ends which no page is there for. */
import { join } from 'node:path';
import type { Execution } from '@atelier-ide/contract';
import type { ExecutionRecord } from '../kernels/execution-record.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import { type RecorderOptions, createRecorder } from './create-recorder.ts';
import { type ExecutionResults, createExecutionResults } from './execution-results.ts';
import { createUnseenEnds } from './unseen-ends.ts';

export type RecordingOptions = Pick<
  RecorderOptions,
  'documents' | 'journals' | 'files' | 'log' | 'isOffered'
> & {
  /** Made after this: it tells of every change. */
  executions: () => ExecutionService;
  /** What an earlier server has left. */
  records: readonly ExecutionRecord[];
  dataDir: string;
};

export type Recording = {
  readonly results: Pick<ExecutionResults, 'read'>;
  /** An execution is new or has changed. */
  note(execution: Execution): void;
  /** There are executions now: what an earlier server did not come to is done. */
  resume(): void;
  close(): Promise<void>;
};

export function createRecording(options: RecordingOptions): Recording {
  const { executions, records, dataDir, documents, journals, files, log, isOffered } = options;
  const unseen = createUnseenEnds({
    documents,
    executions: { unseen: (id) => executions().unseen(id) },
    records,
    log,
    isOffered,
  });
  const results = createExecutionResults({
    executions: { get: (userId, id) => executions().get(userId, id) },
    journals,
    folder: join(dataDir, 'unplaced'),
    records,
    log,
  });
  const recorder = createRecorder({
    documents,
    executions: {
      unrecorded: (documentId) => executions().unrecorded(documentId),
      recorded: (documentId, ids) => executions().recorded(documentId, ids),
      unplaced: (id, why) => executions().unplaced(id, why),
    },
    journals,
    files,
    results,
    log,
    isOffered,
  });
  return {
    results,
    note(execution) {
      recorder.note(execution);
      unseen.note(execution);
      results.note(execution);
    },
    resume: () => recorder.resume(records),
    async close() {
      unseen.close();
      await recorder.close();
      await results.close();
    },
  };
}
