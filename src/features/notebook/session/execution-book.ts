/**
 * Which execution belongs to which cell. The server's list is the truth; this finds the cell of each, also after the
 * file was read again and cells without ids of their own got others: by id, else by the source that ran.
 */
import type { Execution } from '@atelier-ide/contract';
import { isFinished } from '@atelier-ide/core/execution/states.ts';
import { isValidFileId } from '@atelier-ide/core/notebook/identity.ts';
import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import type { NotebookContent } from '../document/notebook-model.ts';
import type { CellRun } from './notebook-store.ts';

export type Executions = Readonly<Record<string, Execution>>;

export class ExecutionBook {
  /** Ids of cells as executions name them → the cells they are now. */
  readonly #cellIds = new Map<string, CellId>();

  /** The cell of an execution, now. */
  cellIdOf(execution: Execution, content: NotebookContent): CellId | undefined {
    const named = execution.cellId;
    if (named === null) return undefined;
    const known = this.#cellIds.get(named) ?? (named as CellId);
    if (content.cells[known]) return known;
    return undefined;
  }

  /** Finds cells by what ran in them, for executions whose cell id is nowhere. Called once a notebook was read. */
  match(executions: Executions, content: NotebookContent): void {
    const lost = Object.values(executions).filter(
      (one) => one.cellId !== null && one.sourceHash !== null && !this.cellIdOf(one, content),
    );
    if (lost.length === 0) return;
    const taken = new Set(Object.values(executions).flatMap((one) => this.cellIdOf(one, content) ?? []));
    const free = content.order.flatMap((id) => {
      const cell = content.cells[id];
      if (cell?.type !== 'code' || taken.has(id)) return [];
      return [{ id, hash: hashSource(cell.source), hasFileId: cell.hasFileId }];
    });
    for (const { cellId, sourceHash } of lost.toSorted((a, b) => a.queuedAt.localeCompare(b.queuedAt))) {
      if (cellId === null || this.#cellIds.has(cellId)) continue;
      // A cell with an id of its own is another one than a cell that had one.
      const had = isValidFileId(cellId);
      const at = free.findIndex((one) => one.hash === sourceHash && !(had && one.hasFileId));
      const [found] = at < 0 ? [] : free.splice(at, 1);
      if (found) this.#cellIds.set(cellId, found.id);
    }
  }

  /** The newest execution of each cell. */
  newest(executions: Executions, content: NotebookContent): Map<CellId, Execution> {
    const newest = new Map<CellId, Execution>();
    for (const execution of Object.values(executions)) {
      const id = this.cellIdOf(execution, content);
      if (id === undefined) continue;
      const other = newest.get(id);
      if (!other || compare(execution, other) >= 0) newest.set(id, execution);
    }
    return newest;
  }

  /** What the cells show; entries that say the same stay the same objects. */
  runs(
    newest: ReadonlyMap<CellId, Execution>,
    before: Readonly<Record<CellId, CellRun>>,
  ): Readonly<Record<CellId, CellRun>> {
    const queued = [...newest.values()]
      .filter((one) => one.state === 'queued')
      .toSorted((a, b) => a.position - b.position);
    const places = new Map(queued.map((one, index) => [one.id, index + 1]));
    const runs: Record<CellId, CellRun> = {};
    for (const [id, execution] of newest) {
      const old = before[id];
      const place = places.get(execution.id) ?? null;
      const isSame = old?.execution.id === execution.id;
      if (old && isSame && old.execution === execution && old.place === place) runs[id] = old;
      else {
        runs[id] = {
          execution,
          place,
          isIncomplete: isSame && (old?.isIncomplete ?? false),
        };
      }
    }
    return runs;
  }
}

function compare(a: Execution, b: Execution): number {
  return a.queuedAt.localeCompare(b.queuedAt);
}

/** Executions that go on, or whose outputs are not in the file yet. */
function openExecutions(executions: Executions): Execution[] {
  return Object.values(executions).filter((one) => !one.recorded || !isFinished(one.state));
}

/**
 * Where to attach to the kernel's journal so that nothing unrecorded is missed: the earliest place among executions of
 * this kernel that are not in the file, or not over.
 */
export function replayPlace(
  executions: Executions,
  kernelId: string,
): { epoch: string; seq: number } | undefined {
  const open = openExecutions(executions).filter((one) => one.kernelId === kernelId);
  const newest = open
    .toSorted((a, b) => b.queuedAt.localeCompare(a.queuedAt))
    .find((one) => one.journal)?.journal;
  if (!newest) return undefined;
  // What a journal has kept has the same numbers in its later epochs.
  const seqs = open.flatMap(({ journal }) => journal?.seq ?? []);
  return { epoch: newest.epoch, seq: Math.min(...seqs) };
}
