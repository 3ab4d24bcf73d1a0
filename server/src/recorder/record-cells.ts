/**
 * Outputs into the text of a notebook: only the lines of their own cells change. A cell is found by its id; in files
 * without ids, or with others than those that ran, by the source that ran, where that says which one it is. Outputs of a
 * cell that is not there, or has another source now, go nowhere. What is not touched is not even read, so that a file of
 * 20 MB costs little more than one pass over its text.
 */
import { derivedId, isValidFileId } from '@atelier-ide/core/notebook/identity.ts';
import { JsonScanError, memberOf } from '@atelier-ide/core/notebook/json-scanner.ts';
import { parseLenient } from '@atelier-ide/core/notebook/lossless.ts';
import {
  asCellId,
  type CellId,
  type JsonValue,
  type NotebookCell,
  type Output,
} from '@atelier-ide/core/notebook/model.ts';
import { readCell } from '@atelier-ide/core/notebook/read-cell.ts';
import { type CellScan, type NotebookScan, scanNotebook } from '@atelier-ide/core/notebook/scan.ts';
import { hashSource } from '@atelier-ide/core/notebook/source-hash.ts';
import { writeNotebook } from '@atelier-ide/core/notebook/write.ts';

/** What one execution has shown so far. */
export type CellResult = {
  executionId: string;
  /** The cell as the page that ran it called it. */
  cellId: string;
  /** Of the source that ran. */
  sourceHash: string;
  outputs: readonly Output[];
  executionCount: number | null;
};

/** `superseded`: its cell has the outputs of a newer execution. */
export type Placing = 'placed' | 'superseded' | 'no-cell' | 'source-changed';

export type RecordedCells =
  | { text: string; placings: ReadonlyMap<string, Placing> }
  /** It is no notebook that can be written. */
  | { problem: string };

/** The text with the results in it; of two results for one cell the later one of the list counts. */
export function recordCells(text: string, results: readonly CellResult[]): RecordedCells {
  let scan: NotebookScan;
  try {
    scan = scanNotebook(text);
  } catch (error) {
    if (error instanceof JsonScanError) return { problem: error.message };
    throw error;
  }
  if (valueAt(text, scan.members, 'nbformat') !== 4) return { problem: 'The file is not in format 4.' };
  const book = new CellBook(text, scan);
  const { placings, cells } = placed(book, results);
  const before = book.cells.map((cell, index) => {
    const result = cells.get(index);
    return result ? book.whole(index) : cell;
  });
  const after = before.map((cell, index) => {
    const result = cells.get(index);
    return result ? withResult(cell, result) : cell;
  });
  const document = { cells: before, metadata: {}, nbformat: 4, nbformatMinor: 0 };
  const written = writeNotebook({ original: text, document, scan }, { ...document, cells: after });
  return { text: written, placings };
}

/** What a cell tells of an earlier run goes: it would be told of the wrong outputs. */
function withResult(cell: NotebookCell, { outputs, executionCount }: CellResult): NotebookCell {
  const { execution: _, ...metadata } = cell.metadata;
  return { ...cell, outputs, executionCount, metadata };
}

function valueAt(text: string, members: CellScan['members'], key: string): JsonValue | undefined {
  const member = memberOf(members, key);
  return member && parseLenient(text.slice(member.value.start, member.value.end));
}

function sourceAt(text: string, { members }: CellScan): string {
  const source = valueAt(text, members, 'source');
  if (typeof source === 'string') return source;
  return Array.isArray(source) ? source.filter((line) => typeof line === 'string').join('') : '';
}

/** The cells of a file, by what identifies them. */
class CellBook {
  readonly cells: readonly NotebookCell[];
  readonly hashes: readonly (string | null)[];
  readonly byId: ReadonlyMap<string, number>;
  readonly #text: string;
  readonly #scan: NotebookScan;

  constructor(text: string, scan: NotebookScan) {
    this.#text = text;
    this.#scan = scan;
    const used = new Set<string>();
    const occurrences = new Map<string, number>();
    const hashes: (string | null)[] = [];
    this.cells = scan.cells.map((at) => {
      const source = sourceAt(text, at);
      const isCode = valueAt(text, at.members, 'cell_type') === 'code';
      hashes.push(isCode ? hashSource(source) : null);
      const fileId = valueAt(text, at.members, 'id');
      if (typeof fileId === 'string' && isValidFileId(fileId) && !used.has(fileId)) {
        used.add(fileId);
        return sketch(asCellId(fileId), true);
      }
      const occurrence = occurrences.get(source) ?? 0;
      occurrences.set(source, occurrence + 1);
      return sketch(derivedId(source, occurrence), false);
    });
    this.hashes = hashes;
    this.byId = new Map(this.cells.map(({ id }, index) => [id, index]));
  }

  /** The cell as it is, read now. */
  whole(index: number): NotebookCell {
    const cell = this.cells[index];
    const at = this.#scan.cells[index];
    if (!cell || !at) throw new Error('There is no such cell');
    const { fileId: _, ...content } = readCell(this.#text, at, () => undefined);
    return { ...content, id: cell.id, hasFileId: cell.hasFileId };
  }
}

/** Enough of a cell that nobody changes. */
function sketch(id: CellId, hasFileId: boolean): NotebookCell {
  return { id, type: 'raw', source: '', metadata: {}, executionCount: null, outputs: [], hasFileId };
}

type Placed = { placings: Map<string, Placing>; cells: Map<number, CellResult> };

function placed(book: CellBook, results: readonly CellResult[]): Placed {
  const placings = new Map<string, Placing>();
  const cells = new Map<number, CellResult>();
  const lost: CellResult[] = [];
  for (const result of results) {
    const at = book.byId.get(result.cellId);
    if (at === undefined || (book.hashes[at] !== result.sourceHash && book.cells[at]?.hasFileId === false))
      lost.push(result);
    else if (book.hashes[at] !== result.sourceHash) placings.set(result.executionId, 'source-changed');
    else {
      const older = cells.get(at);
      if (older) placings.set(older.executionId, 'superseded');
      cells.set(at, result);
      placings.set(result.executionId, 'placed');
    }
  }
  for (const hash of new Set(lost.map(({ sourceHash }) => sourceHash))) {
    const group = lost.filter(({ sourceHash }) => sourceHash === hash);
    placeBySource(book, { hash, group }, { placings, cells });
  }
  return { placings, cells };
}

/** Several cells with the same source: only where there are as many results as cells do we know which is whose. */
function placeBySource(
  book: CellBook,
  { hash, group }: { hash: string; group: readonly CellResult[] },
  { placings, cells }: Placed,
): void {
  const same = book.cells.flatMap((cell, index) => {
    // A cell with an id of its own is another one than a cell that had one.
    const mayBe = !cell.hasFileId || group.every(({ cellId }) => !isValidFileId(cellId));
    return book.hashes[index] === hash && mayBe ? [index] : [];
  });
  const free = same.filter((index) => !cells.has(index));
  const isSuperseded = free.length === 0 && same.length > 0;
  for (const [place, result] of group.entries()) {
    const at = free.length === group.length ? free[place] : undefined;
    if (at !== undefined) cells.set(at, result);
    placings.set(result.executionId, at !== undefined ? 'placed' : isSuperseded ? 'superseded' : 'no-cell');
  }
}
