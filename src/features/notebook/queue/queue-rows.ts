/** The queue of a kernel as rows to show: what is of this notebook has a cell, what is of others says so. */
import type { Execution, Queue } from '@atelier-ide/contract';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { isConsoleEntry } from '../console/console-address.ts';
import { movedOrder } from '@atelier-ide/core/execution/queue-order.ts';

export type QueueRow = {
  id: string;
  execution: Execution;
  /** Null where it is not of this notebook. */
  cellId: CellId | null;
  /** "Cell 5", "Another notebook". */
  name: string;
  /** First line of what runs; empty where it is not known. */
  line: string;
};

export type QueueRows = {
  running: readonly QueueRow[];
  waiting: readonly QueueRow[];
  /** Those that wait beyond what is listed. */
  more: number;
};

export type RowsOf = {
  documentId: string | null;
  cellOf(execution: Execution): CellId | undefined;
  order: readonly CellId[];
  sourceOf(execution: Execution): string;
  /** The path of another document, where it is known. */
  pathOf(documentId: string): string | undefined;
};

export function rowsOf({ items, total }: Queue, of: RowsOf): QueueRows {
  const rows = items.map((execution) => rowOf(execution, of));
  const isWaiting = ({ execution }: QueueRow) => execution.state === 'queued' && !isAtKernel(execution);
  return {
    running: rows.filter((row) => !isWaiting(row)),
    waiting: rows.filter(isWaiting),
    more: total - items.length,
  };
}

/** Sent already, though the kernel has not said yet that it has begun. */
const isAtKernel = ({ journal }: Execution): boolean => journal !== undefined;

function rowOf(execution: Execution, of: RowsOf): QueueRow {
  const { id, documentId } = execution;
  const cellId = documentId === of.documentId ? (of.cellOf(execution) ?? null) : null;
  if (cellId !== null) {
    const at = of.order.indexOf(cellId);
    return {
      id,
      execution,
      cellId,
      name: at < 0 ? 'Another cell' : `Cell ${at + 1}`,
      line: firstLine(of.sourceOf(execution)),
    };
  }
  return { id, execution, cellId, name: foreignName(execution, of), line: '' };
}

function foreignName({ documentId, cellId }: Execution, of: RowsOf): string {
  if (documentId === of.documentId) {
    if (cellId === null) return 'Another client';
    return isConsoleEntry(cellId) ? 'Console' : 'Another cell';
  }
  const path = documentId === null ? undefined : of.pathOf(documentId);
  return path === undefined ? 'Another notebook' : path.slice(path.lastIndexOf('/') + 1);
}

/** The first line that says something. */
export function firstLine(source: string): string {
  return (
    source
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}

/** What is listed, with one that waits at another place among those that wait; `by` is −1 or 1 for one step. */
export function withMove({ items, total }: Queue, id: string, position: number): Queue {
  const order = movedOrder(
    items.map((one) => one.id),
    false,
    { id, position },
  );
  const byId = new Map(items.map((one) => [one.id, one]));
  return { items: order?.flatMap((one) => byId.get(one) ?? []) ?? items, total };
}
