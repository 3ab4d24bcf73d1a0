import { isFinished } from '@atelier-ide/core/execution/states.ts';
import type { ExecutionRecord } from './execution-record.ts';

/**
 * All executions that are remembered, oldest first: those that have not ended, the newest of each cell, and the ended
 * ones before them as long as there is room (so that a resent id is known).
 */
export type ExecutionRecords = {
  get(id: string): ExecutionRecord | undefined;
  add(record: ExecutionRecord): void;
  /** Newest of each cell and all that have not ended. */
  ofDocument(documentId: string): readonly ExecutionRecord[];
  /** All whose outputs are in no file, oldest first. */
  unrecorded(documentId: string): readonly ExecutionRecord[];
};

export function createExecutionRecords(limit: number): ExecutionRecords {
  const byId = new Map<string, ExecutionRecord>();
  const byDocument = new Map<string, Set<ExecutionRecord>>();

  function forget(record: ExecutionRecord): void {
    byId.delete(record.id);
    if (record.documentId === null) return;
    const siblings = byDocument.get(record.documentId);
    siblings?.delete(record);
    if (siblings?.size === 0) byDocument.delete(record.documentId);
  }

  const newestKey = (record: ExecutionRecord): string | null =>
    record.cellId === null ? null : `${record.documentId ?? ''}\n${record.cellId}`;

  /** Makes room for a tenth at once, so that the scan is paid once in a while. */
  function prune(): void {
    if (byId.size <= limit) return;
    const target = Math.floor(limit * 0.9);
    const newest = new Map<string, ExecutionRecord>();
    for (const record of byId.values()) {
      const key = newestKey(record);
      if (key !== null) newest.set(key, record);
    }
    const isNewest = (record: ExecutionRecord): boolean => newest.get(newestKey(record) ?? '') === record;
    const ended = [...byId.values()].filter((record) => isFinished(record.tracker.state));
    const superseded = ended.filter((record) => !isNewest(record));
    for (const record of [...superseded, ...ended.filter(isNewest)]) {
      if (byId.size <= target) return;
      forget(record);
    }
  }

  return {
    get: (id) => byId.get(id),
    add(record) {
      byId.set(record.id, record);
      if (record.documentId !== null) {
        const siblings = byDocument.get(record.documentId) ?? new Set();
        siblings.add(record);
        byDocument.set(record.documentId, siblings);
      }
      prune();
    },
    unrecorded: (documentId) =>
      [...(byDocument.get(documentId) ?? [])].filter((record) => !record.isRecorded),
    ofDocument(documentId) {
      const all = [...(byDocument.get(documentId) ?? [])];
      const newest = new Map<string | null, ExecutionRecord>();
      for (const record of all) newest.set(record.cellId, record);
      return all.filter(
        (record) => !isFinished(record.tracker.state) || newest.get(record.cellId) === record,
      );
    },
  };
}
