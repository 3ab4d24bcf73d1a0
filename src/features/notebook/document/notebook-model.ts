/**
 * What a person edits, as immutable values: the order of the cells, the cells by id, the notebook's metadata.
 * `applyOperation` is the only way to a new state; it also returns the operation that takes the change back, so that
 * undo needs no copies. Untouched cells keep their identity, which is what rendering and saving look at.
 */
import {
  type CellId,
  type CellType,
  type JsonObject,
  jsonEqual,
  type NotebookCell,
  type NotebookDocument,
  type Output,
} from '@atelier-ide/core/notebook/model.ts';

export type NotebookContent = {
  readonly order: readonly CellId[];
  readonly cells: Readonly<Record<CellId, NotebookCell>>;
  readonly metadata: JsonObject;
  readonly nbformat: number;
  readonly nbformatMinor: number;
};

/** The part of a cell that a kernel writes. */
export type CellResult = { readonly outputs: readonly Output[]; readonly executionCount: number | null };

export type Operation =
  | { readonly type: 'insert'; readonly index: number; readonly cells: readonly NotebookCell[] }
  | { readonly type: 'remove'; readonly ids: readonly CellId[] }
  /** All ids of the notebook in their new order. */
  | { readonly type: 'reorder'; readonly order: readonly CellId[] }
  | { readonly type: 'source'; readonly id: CellId; readonly source: string }
  | { readonly type: 'kind'; readonly id: CellId; readonly shape: CellShape }
  /** `exceptTimes`: the times of the last run, which the kernel writes, stay those that stand now. */
  | {
      readonly type: 'cellMetadata';
      readonly id: CellId;
      readonly metadata: JsonObject;
      readonly exceptTimes?: boolean;
    }
  | { readonly type: 'metadata'; readonly metadata: JsonObject }
  | { readonly type: 'attachments'; readonly id: CellId; readonly attachments: JsonObject | null }
  /** `instead`: only where these results still stand, so that undoing a clear never hides a newer run. */
  | {
      readonly type: 'result';
      readonly id: CellId;
      readonly result: CellResult;
      readonly instead?: CellResult | undefined;
    }
  | { readonly type: 'batch'; readonly operations: readonly Operation[] };

/** What changing the type of a cell changes. */
export type CellShape = CellResult & { readonly type: CellType; readonly attachments?: JsonObject };

export type Applied = { readonly content: NotebookContent; readonly inverse: Operation };

export function contentOf(document: NotebookDocument): NotebookContent {
  return {
    order: document.cells.map((cell) => cell.id),
    cells: Object.fromEntries(document.cells.map((cell) => [cell.id, cell])),
    metadata: document.metadata,
    nbformat: document.nbformat,
    nbformatMinor: document.nbformatMinor,
  };
}

export function documentOf(content: NotebookContent): NotebookDocument {
  const { metadata, nbformat, nbformatMinor } = content;
  return { cells: cellsOf(content), metadata, nbformat, nbformatMinor };
}

/** The cells in order. */
export function cellsOf({ order, cells }: Pick<NotebookContent, 'order' | 'cells'>): NotebookCell[] {
  return order.flatMap((id) => cells[id] ?? []);
}

export function isSameOrder(a: readonly CellId[], b: readonly CellId[]): boolean {
  return a === b || (a.length === b.length && a.every((id, index) => id === b[index]));
}

/** A new, empty cell. */
export function emptyCell(id: CellId, type: CellType, source = ''): NotebookCell {
  return { id, type, source, metadata: {}, executionCount: null, outputs: [], hasFileId: false };
}

/** Applies one operation. Ids that are not there (any more) are passed over. */
export function applyOperation(content: NotebookContent, operation: Operation): Applied {
  switch (operation.type) {
    case 'insert':
      return applyInsert(content, operation);
    case 'remove':
      return applyRemove(content, operation.ids);
    case 'reorder':
      return {
        content: { ...content, order: operation.order },
        inverse: { type: 'reorder', order: content.order },
      };
    case 'metadata':
      return {
        content: { ...content, metadata: operation.metadata },
        inverse: { type: 'metadata', metadata: content.metadata },
      };
    case 'batch':
      return applyBatch(content, operation.operations);
    default:
      return applyToCell(content, operation);
  }
}

type CellOperation = Extract<Operation, { id: CellId }>;
const nothing: Operation = { type: 'batch', operations: [] };

function applyToCell(content: NotebookContent, operation: CellOperation): Applied {
  const cell = content.cells[operation.id];
  const changed = cell && changeCell(cell, operation);
  if (!changed) return { content, inverse: nothing };
  return {
    content: { ...content, cells: withCell(content, changed.cell) },
    inverse: changed.inverse,
  };
}

/** Every key makes one of these: engines copy a record of 10,000 entries by its known keys faster than they spread it. */
function withCell({ order, cells }: NotebookContent, changed: NotebookCell): NotebookContent['cells'] {
  const next = Object.create(null) as Record<CellId, NotebookCell>;
  for (const id of order) {
    const cell = cells[id];
    if (cell) next[id] = cell;
  }
  next[changed.id] = changed;
  return next;
}

function changeCell(
  cell: NotebookCell,
  operation: CellOperation,
): { cell: NotebookCell; inverse: Operation } | null {
  const { id } = cell;
  switch (operation.type) {
    case 'source':
      return {
        cell: { ...cell, source: operation.source },
        inverse: { type: 'source', id, source: cell.source },
      };
    case 'cellMetadata': {
      const metadata =
        operation.exceptTimes === true ? withTimesOf(operation.metadata, cell) : operation.metadata;
      const exceptTimes = jsonEqual(metadata['execution'] ?? null, cell.metadata['execution'] ?? null);
      return {
        cell: { ...cell, metadata },
        inverse: { type: 'cellMetadata', id, metadata: cell.metadata, exceptTimes },
      };
    }
    case 'attachments': {
      const { attachments = null, ...rest } = cell;
      return {
        cell: operation.attachments === null ? rest : { ...rest, attachments: operation.attachments },
        inverse: { type: 'attachments', id, attachments },
      };
    }
    case 'kind':
      return { cell: withShape(cell, operation.shape), inverse: { type: 'kind', id, shape: shapeOf(cell) } };
    case 'result': {
      const { result, instead } = operation;
      const before: CellResult = { outputs: cell.outputs, executionCount: cell.executionCount };
      if (instead && (instead.outputs !== before.outputs || instead.executionCount !== before.executionCount))
        return null;
      return {
        cell: { ...cell, outputs: result.outputs, executionCount: result.executionCount },
        inverse: { type: 'result', id, result: before, instead: result },
      };
    }
  }
}

/** The metadata with the times of the cell, in their place where it has one. */
function withTimesOf(metadata: JsonObject, { metadata: { execution } }: NotebookCell): JsonObject {
  if (execution !== undefined) return { ...metadata, execution };
  const { execution: _, ...rest } = metadata;
  return rest;
}

export function shapeOf({ type, outputs, executionCount, attachments }: NotebookCell): CellShape {
  return { type, outputs, executionCount, ...(attachments ? { attachments } : {}) };
}

function withShape(cell: NotebookCell, shape: CellShape): NotebookCell {
  const { attachments: _, ...rest } = cell;
  return { ...rest, ...shape };
}

/** The shape of the cell as another type: only code has outputs, only text has attachments. */
export function shapeAs(cell: NotebookCell, type: CellType): CellShape {
  if (type === cell.type) return shapeOf(cell);
  if (type === 'code') return { type, outputs: [], executionCount: null };
  return {
    type,
    outputs: [],
    executionCount: null,
    ...(cell.attachments ? { attachments: cell.attachments } : {}),
  };
}

function applyInsert(
  content: NotebookContent,
  { index, cells }: Extract<Operation, { type: 'insert' }>,
): Applied {
  const fresh = cells.filter((cell) => content.cells[cell.id] === undefined);
  const at = Math.max(0, Math.min(index, content.order.length));
  const ids = fresh.map((cell) => cell.id);
  return {
    content: {
      ...content,
      order: [...content.order.slice(0, at), ...ids, ...content.order.slice(at)],
      cells: { ...content.cells, ...Object.fromEntries(fresh.map((cell) => [cell.id, cell])) },
    },
    inverse: { type: 'remove', ids },
  };
}

function applyRemove(content: NotebookContent, ids: readonly CellId[]): Applied {
  const gone = new Set(ids.filter((id) => content.cells[id] !== undefined));
  if (gone.size === 0) return { content, inverse: nothing };
  const cells = { ...content.cells };
  for (const id of gone) delete cells[id];
  return {
    content: { ...content, order: content.order.filter((id) => !gone.has(id)), cells },
    inverse: { type: 'batch', operations: insertsOf(content, gone) },
  };
}

/** Inserts, one for each run of neighbours, that put the cells back where they are now. */
function insertsOf(content: NotebookContent, gone: ReadonlySet<CellId>): Operation[] {
  const inserts: { type: 'insert'; index: number; cells: NotebookCell[] }[] = [];
  for (const [index, id] of content.order.entries()) {
    const cell = content.cells[id];
    if (!gone.has(id) || !cell) continue;
    const last = inserts.at(-1);
    if (last && last.index + last.cells.length === index) last.cells.push(cell);
    else inserts.push({ type: 'insert', index, cells: [cell] });
  }
  return inserts;
}

function applyBatch(content: NotebookContent, operations: readonly Operation[]): Applied {
  let current = content;
  const inverses: Operation[] = [];
  for (const operation of operations) {
    const applied = applyOperation(current, operation);
    current = applied.content;
    inverses.unshift(applied.inverse);
  }
  return { content: current, inverse: { type: 'batch', operations: inverses } };
}

/** The order after moving the cells, kept together, so that they begin at `index` of the others. */
export function movedOrder(
  order: readonly CellId[],
  ids: ReadonlySet<CellId>,
  index: number,
): readonly CellId[] {
  const moving = order.filter((id) => ids.has(id));
  const others = order.filter((id) => !ids.has(id));
  const at = Math.max(0, Math.min(index, others.length));
  return [...others.slice(0, at), ...moving, ...others.slice(at)];
}

/** Cells whose text or place an operation touches, for showing where undo did something. */
export function touchedCells(operation: Operation): readonly CellId[] {
  switch (operation.type) {
    case 'insert':
      return operation.cells.map((cell) => cell.id);
    case 'remove':
      return operation.ids;
    case 'batch':
      return operation.operations.flatMap(touchedCells);
    case 'reorder':
    case 'metadata':
      return [];
    default:
      return [operation.id];
  }
}
