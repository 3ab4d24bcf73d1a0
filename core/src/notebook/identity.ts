/**
 * Who is who among cells. The file's id where it is present and unique; else an id derived from the source, which is
 * the same at every load of the same file and never written to it. Derived ids begin with a character that no id in
 * a file may contain, so the two kinds cannot collide.
 */
import { asCellId, type CellId, type NotebookCell } from './model.ts';
import { hashSource } from './source-hash.ts';

const DERIVED_PREFIX = '~';
const FILE_ID = /^[a-zA-Z0-9_-]{1,64}$/;

/** Whether nbformat 4.5 allows this as a cell id. */
export function isValidFileId(id: string): boolean {
  return FILE_ID.test(id);
}

export function isDerivedId(id: CellId): boolean {
  return id.startsWith(DERIVED_PREFIX);
}

/** The id of the nth (from 0) cell with this source that has no usable id of its own. */
export function derivedId(source: string, occurrence: number): CellId {
  return asCellId(`${DERIVED_PREFIX}${hashSource(source)}${DERIVED_PREFIX}${String(occurrence)}`);
}

/** A fresh id for a new cell, valid in a file. `random` gives numbers in [0, 1). */
export function newCellId(random: () => number = Math.random): CellId {
  const word = () =>
    Math.floor(random() * 0x1000000)
      .toString(16)
      .padStart(6, '0');
  return asCellId(word() + word());
}

/**
 * Find cells again after the file changed elsewhere: by id, then by same type and source, then by neighbours. The
 * result maps ids of `before` to ids of `after`; a cell that is not in it was removed (or cannot be told).
 */
export function matchCells(
  before: readonly NotebookCell[],
  after: readonly NotebookCell[],
): Map<CellId, CellId> {
  const matching = new Matching(before, after);
  matching.byId();
  matching.bySource();
  matching.byNeighbours();
  return matching.ids();
}

class Matching {
  readonly #before: readonly NotebookCell[];
  readonly #after: readonly NotebookCell[];
  /** For each cell of before its index in after, or -1. */
  readonly #image: Int32Array;
  readonly #taken: Uint8Array;

  constructor(before: readonly NotebookCell[], after: readonly NotebookCell[]) {
    this.#before = before;
    this.#after = after;
    this.#image = new Int32Array(before.length).fill(-1);
    this.#taken = new Uint8Array(after.length);
  }

  ids(): Map<CellId, CellId> {
    const ids = new Map<CellId, CellId>();
    for (const [index, cell] of this.#before.entries()) {
      const found = this.#after[this.#image[index] ?? -1];
      if (found !== undefined) ids.set(cell.id, found.id);
    }
    return ids;
  }

  byId(): void {
    const positions = new Map(this.#after.map((cell, index) => [cell.id, index]));
    for (const [index, cell] of this.#before.entries()) {
      const at = positions.get(cell.id);
      if (at !== undefined) this.#pair(index, at);
    }
  }

  /** Equal cells pair up in order. */
  bySource(): void {
    const free = new Map<string, number[]>();
    for (const [index, cell] of this.#after.entries()) {
      if (this.#taken[index] === 1) continue;
      const key = `${cell.type} ${cell.source}`;
      const list = free.get(key);
      if (list) list.push(index);
      else free.set(key, [index]);
    }
    for (const list of free.values()) list.reverse();
    for (const [index, cell] of this.#before.entries()) {
      if (this.#image[index] !== -1) continue;
      const at = free.get(`${cell.type} ${cell.source}`)?.pop();
      if (at !== undefined) this.#pair(index, at);
    }
  }

  /** A run of lost cells between two found ones faces a run of new cells between the images of those. */
  byNeighbours(): void {
    let start = 0;
    while (start < this.#before.length) {
      let end = start;
      while (end < this.#before.length && this.#image[end] === -1) end++;
      if (end > start) this.#pairRuns(start, end);
      start = end + 1;
    }
  }

  #pairRuns(start: number, end: number): void {
    const from = start === 0 ? 0 : (this.#image[start - 1] ?? -1) + 1;
    const to = end === this.#before.length ? this.#after.length : (this.#image[end] ?? -1);
    for (let at = from; at < to; at++) if (this.#taken[at] === 1) return;
    if (to - from === end - start) {
      for (let i = 0; i < end - start; i++) {
        if (this.#before[start + i]?.type === this.#after[from + i]?.type) this.#pair(start + i, from + i);
      }
      return;
    }
    let at = from;
    for (let index = start; index < end; index++) {
      for (let candidate = at; candidate < to; candidate++) {
        if (!isSimilar(this.#before[index], this.#after[candidate])) continue;
        this.#pair(index, candidate);
        at = candidate + 1;
        break;
      }
    }
  }

  #pair(index: number, at: number): void {
    this.#image[index] = at;
    this.#taken[at] = 1;
  }
}

/** Half of the lines in common, of the longer one. */
function isSimilar(a: NotebookCell | undefined, b: NotebookCell | undefined): boolean {
  if (a === undefined || b === undefined || a.type !== b.type) return false;
  const lines = a.source.split('\n');
  const others = b.source.split('\n');
  const known = new Set(lines);
  const common = others.filter((line) => line.trim() !== '' && known.has(line)).length;
  return common * 2 >= Math.max(lines.length, others.length);
}
