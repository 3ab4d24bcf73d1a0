/**
 * The versions of a notebook's cells, its order and its metadata among tabs. Each cell is one value: the newest edit of it
 * stands in all tabs. A deletion never beats an edit that was made at the same time. Pure but for its own book.
 */
import { isEdited } from '@atelier-ide/core/merge/merge-cell.ts';
import { type CellId, jsonEqual, type NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import type { KeptCell } from '@/services/edits/edits-service.ts';
import { NO_RESULT } from '../document/cell-edits.ts';
import {
  type CellResult,
  isSameOrder,
  type NotebookContent,
  type Operation,
} from '../document/notebook-model.ts';
import {
  cellOperations,
  type EditedContent,
  keptCell,
  operationTo,
  withoutWidgets,
} from '../recovery/kept-cells.ts';
import {
  isNewer,
  NONE,
  type SharedCell,
  type TwinChange,
  type TwinState,
  type Version,
} from './twin-messages.ts';

export class SharedCells {
  readonly #by: string;
  readonly #cells = new Map<CellId, Version>();
  readonly #gone = new Set<CellId>();
  #order = NONE;
  #metadata = NONE;

  constructor(by: string) {
    this.#by = by;
  }

  #next({ n }: Version): Version {
    return { n: n + 1, by: this.#by };
  }

  /** What to tell of a step from one content to another; null when it is nothing to the others. */
  changeBetween(before: EditedContent, now: EditedContent): TwinChange | null {
    const cells = [...this.#changedCells(before, now), ...this.#goneCells(before, now)];
    const isMoved = !isSameOrder(before.order, now.order);
    const metadata = withoutWidgets(now.metadata);
    const isOther = now.metadata !== before.metadata && !jsonEqual(metadata, withoutWidgets(before.metadata));
    if (cells.length === 0 && !isMoved && !isOther) return null;
    if (isMoved) this.#order = this.#next(this.#order);
    if (isOther) this.#metadata = this.#next(this.#metadata);
    return {
      type: 'change',
      cells,
      ...(isMoved ? { order: { version: this.#order, ids: now.order } } : {}),
      ...(isOther ? { metadata: { version: this.#metadata, value: metadata } } : {}),
    };
  }

  #changedCells(before: EditedContent, now: EditedContent): SharedCell[] {
    return now.order.flatMap((id, index): SharedCell[] => {
      const cell = now.cells[id];
      const old = before.cells[id];
      if (!cell || cell === old) return [];
      const result = resultToTell(old, cell);
      if (old && !isEdited(old, cell) && !result) return [];
      const version = this.#bump(id);
      this.#gone.delete(id);
      const after = now.order[index - 1] ?? null;
      return [{ id, version, after, cell: keptCell(cell), ...(result ? { result } : {}) }];
    });
  }

  #goneCells(before: EditedContent, now: EditedContent): SharedCell[] {
    return before.order.flatMap((id): SharedCell[] => {
      if (now.cells[id]) return [];
      this.#gone.add(id);
      return [{ id, version: this.#bump(id), after: null, cell: null }];
    });
  }

  #bump(id: CellId): Version {
    const version = this.#next(this.#cells.get(id) ?? NONE);
    this.#cells.set(id, version);
    return version;
  }

  /** All of it, for a tab that knows nothing. */
  stateOf(content: EditedContent, base: TwinState['base'], to: string): TwinState {
    const { order, cells, metadata } = content;
    const versionOf = (id: CellId) => this.#cells.get(id) ?? NONE;
    const inFile = new Set(base.ids);
    return {
      type: 'state',
      to,
      base,
      cells: order.flatMap((id, index): SharedCell[] => {
        const cell = cells[id];
        if (!cell) return [];
        const result = inFile.has(id) ? null : resultToTell(undefined, cell);
        const after = order[index - 1] ?? null;
        return [{ id, version: versionOf(id), after, cell: keptCell(cell), ...(result ? { result } : {}) }];
      }),
      gone: [...this.#gone].map((id) => ({ id, version: versionOf(id), after: null, cell: null })),
      order: { version: this.#order, ids: order },
      metadata: { version: this.#metadata, value: withoutWidgets(metadata) },
    };
  }

  /** Takes over all versions of a tab whose content this one shows from now on. */
  adopt({ cells, gone, order, metadata }: TwinState): void {
    for (const { id, version } of [...cells, ...gone]) this.#cells.set(id, version);
    for (const { id } of gone) this.#gone.add(id);
    this.#order = order.version;
    this.#metadata = metadata.version;
  }

  /** Made before its tab knew of the order here: how it came out there is not known. */
  isBehind({ order }: TwinChange): boolean {
    return order !== undefined && !isNewer(order.version, this.#order);
  }

  /** What a change of another tab makes of this content; null when it is older than what is here. */
  accept(content: NotebookContent, { cells, order, metadata }: TwinChange): Operation | null {
    const taken = cells.filter((one) => this.#isWanted(one, content));
    // Text of this tab that gives way is a step of its own, which undo brings back.
    const isClash = taken.some(({ id, version }) => version.n === this.#cells.get(id)?.n);
    for (const { id, version, cell } of taken) {
      this.#cells.set(id, version);
      if (cell) this.#gone.delete(id);
      else this.#gone.add(id);
    }
    const isOrder = order !== undefined && isNewer(order.version, this.#order);
    if (isOrder) this.#order = order.version;
    const isMetadata = metadata !== undefined && isNewer(metadata.version, this.#metadata);
    if (isMetadata) this.#metadata = metadata.version;
    const results = taken.flatMap(({ id, result }): Operation[] =>
      result ? [{ type: 'result', id, result }] : [],
    );
    const isStructure = isOrder || taken.some(({ id, cell }) => !cell || !content.cells[id]);
    const edits =
      isStructure || isMetadata
        ? this.#restructured(content, {
            taken,
            ids: isOrder ? order.ids : null,
            metadata: isMetadata ? metadata.value : null,
          })
        : taken.flatMap(({ id, cell }) => {
            const now = content.cells[id];
            return now && cell ? cellOperations(now, cell) : [];
          });
    const operations = [...edits, ...results];
    const [only] = operations;
    if (!only) return null;
    return operations.length === 1 && !isClash ? only : { type: 'batch', operations };
  }

  #isWanted({ id, version, cell }: SharedCell, content: NotebookContent): boolean {
    const known = this.#cells.get(id) ?? NONE;
    const isHere = content.cells[id] !== undefined;
    // At the same time: what was edited is more than that it was deleted.
    if (version.n === known.n && version.by !== known.by && isHere !== (cell !== null)) return cell !== null;
    return isNewer(version, known);
  }

  #restructured(
    content: NotebookContent,
    {
      taken,
      ids,
      metadata,
    }: {
      taken: readonly SharedCell[];
      ids: readonly CellId[] | null;
      metadata: TwinState['metadata']['value'] | null;
    },
  ): Operation[] {
    const here = new Map<CellId, KeptCell>(
      content.order.flatMap((id) => {
        const cell = content.cells[id];
        return cell ? [[id, keptCell(cell)] as const] : [];
      }),
    );
    const places = content.order.map((id, index) => ({ id, after: content.order[index - 1] ?? null }));
    for (const { id, cell, after } of taken) {
      if (!cell) here.delete(id);
      else {
        if (!here.has(id)) places.push({ id, after });
        here.set(id, cell);
      }
    }
    const order = orderWith(ids ?? content.order, places).filter((id) => here.has(id));
    const operation = operationTo(
      content,
      order.flatMap((id) => here.get(id) ?? []),
      metadata,
    );
    return operation?.type === 'batch' ? [...operation.operations] : [];
  }

  /** The order as it came out here, for tabs where it came out otherwise. */
  settle(order: readonly CellId[]): TwinChange {
    this.#order = this.#next(this.#order);
    return { type: 'change', cells: [], order: { version: this.#order, ids: order } };
  }
}

/** The order with those that it lacks put behind the cells that they stand behind. */
function orderWith(
  ids: readonly CellId[],
  places: readonly { id: CellId; after: CellId | null }[],
): CellId[] {
  const order = [...ids];
  const known = new Set(ids);
  for (const { id, after } of places) {
    if (known.has(id)) continue;
    known.add(id);
    order.splice(after === null ? 0 : order.indexOf(after) + 1 || order.length, 0, id);
  }
  return order;
}

/** Results that the other tabs do not learn from the kernel. */
function resultToTell(
  old: NotebookCell | undefined,
  { outputs, executionCount }: NotebookCell,
): CellResult | null {
  const isEmpty = outputs.length === 0 && executionCount === null;
  if (!old) return isEmpty ? null : { outputs, executionCount };
  return isEmpty && old.outputs.length > 0 ? NO_RESULT : null;
}
