/**
 * Three-way merge of notebooks by cell. Nothing that either side wrote is lost: it is in the result, or in a conflict
 * that holds both. A cell that one side edited and the other deleted stays, and is told.
 */
import type { CellId, NotebookCell, NotebookDocument } from '../notebook/model.ts';
import { isEdited, isSameCell, mergeCell, type NewestRun } from './merge-cell.ts';
import { mergeJson } from './merge-json.ts';
import { mergeOrder, movedIds } from './merge-order.ts';
import { pairCells, type Versions } from './pair-cells.ts';

export type { NewestRun, Side } from './merge-cell.ts';
export type { Versions } from './pair-cells.ts';

/** A cell that both sides changed, or that one side edited and the other deleted. The result has it under `id`. */
export type CellConflict = {
  readonly id: CellId;
  readonly base: NotebookCell | null;
} & (
  | { readonly kind: 'both-edited'; readonly mine: NotebookCell; readonly theirs: NotebookCell }
  /** Edited here, deleted there: it is kept as it is here. */
  | { readonly kind: 'deleted-there'; readonly mine: NotebookCell; readonly theirs: null }
  /** Deleted here, edited there: it is back as it is there. */
  | { readonly kind: 'deleted-here'; readonly mine: null; readonly theirs: NotebookCell }
);

/** What theirs brought in, seen from mine. `ran`: only results differ. */
export type IncomingChange = {
  readonly id: CellId;
  readonly kind: 'edited' | 'ran' | 'added' | 'removed' | 'moved';
};

export type NotebookMerge = {
  /** Cells have the ids of mine; cells into which nothing came are the very objects of mine. */
  readonly document: NotebookDocument;
  readonly conflicts: readonly CellConflict[];
  readonly changes: readonly IncomingChange[];
  /** Keys of the notebook's metadata that both sides set, each in its way; mine stands. */
  readonly metadataConflicts: readonly string[];
  /** The id of each cell of theirs in the result (or, for one that is not in it, in the base). */
  readonly theirIds: ReadonlyMap<CellId, CellId>;
  /** The cells of theirs under those ids. */
  readonly theirs: ReadonlyMap<CellId, NotebookCell>;
};

export type MergeOptions = {
  /** Whose results are newer where both sides ran a cell; else mine, unless they were cleared. */
  readonly newest?: NewestRun;
};

/** Merges what was made of `base` here (in memory, under the same ids) and there (in a file). Pure. */
export function mergeNotebooks(
  versions: Versions,
  { newest = () => null }: MergeOptions = {},
): NotebookMerge {
  const { base, mine, theirs } = versions;
  const names = pairCells(versions);
  const there = renamed(theirs.cells, names);
  const merging = new Merging(byId(base.cells), byId(mine.cells), there, newest);
  const order = mergeOrder(
    { base: idsOf(base.cells), mine: idsOf(mine.cells), theirs: names },
    (id) => merging.cellOf(id) !== null,
  );
  const metadata = mergeJson(base.metadata, mine.metadata, theirs.metadata);
  const moved = movedIds(idsOf(mine.cells), order);
  const cells = order.flatMap((id) => merging.cellOf(id) ?? []);
  return {
    document: {
      cells,
      metadata: metadata.value,
      nbformat: theirs.nbformat === base.nbformat ? mine.nbformat : theirs.nbformat,
      nbformatMinor: theirs.nbformatMinor === base.nbformatMinor ? mine.nbformatMinor : theirs.nbformatMinor,
    },
    conflicts: order.flatMap((id) => merging.conflictOf(id) ?? []),
    changes: changesOf(mine.cells, cells, moved),
    metadataConflicts: metadata.conflicts,
    theirIds: new Map(theirs.cells.map((cell, index) => [cell.id, names[index] ?? cell.id])),
    theirs: there,
  };
}

type Cells = ReadonlyMap<CellId, NotebookCell>;

const byId = (cells: readonly NotebookCell[]): Cells => new Map(cells.map((cell) => [cell.id, cell]));
const idsOf = (cells: readonly NotebookCell[]) => cells.map(({ id }) => id);

function renamed(cells: readonly NotebookCell[], names: readonly CellId[]): Cells {
  return byId(
    cells.map((cell, index) => {
      const id = names[index] ?? cell.id;
      return id === cell.id ? cell : { ...cell, id };
    }),
  );
}

/** Decides each cell once. */
class Merging {
  readonly #base: Cells;
  readonly #mine: Cells;
  readonly #theirs: Cells;
  readonly #newest: NewestRun;
  readonly #decided = new Map<CellId, { cell: NotebookCell | null; conflict: CellConflict | null }>();

  constructor(base: Cells, mine: Cells, theirs: Cells, newest: NewestRun) {
    this.#base = base;
    this.#mine = mine;
    this.#theirs = theirs;
    this.#newest = newest;
  }

  cellOf(id: CellId): NotebookCell | null {
    return this.#decide(id).cell;
  }

  conflictOf(id: CellId): CellConflict | null {
    return this.#decide(id).conflict;
  }

  #decide(id: CellId): { cell: NotebookCell | null; conflict: CellConflict | null } {
    const known = this.#decided.get(id);
    if (known) return known;
    const made = this.#merge(
      id,
      this.#base.get(id) ?? null,
      this.#mine.get(id) ?? null,
      this.#theirs.get(id) ?? null,
    );
    this.#decided.set(id, made);
    return made;
  }

  #merge(
    id: CellId,
    base: NotebookCell | null,
    mine: NotebookCell | null,
    theirs: NotebookCell | null,
  ): { cell: NotebookCell | null; conflict: CellConflict | null } {
    if (mine && theirs) {
      const { cell, isConflict } = mergeCell({ base, mine, theirs }, this.#newest);
      return { cell, conflict: isConflict ? { kind: 'both-edited', id, base, mine, theirs } : null };
    }
    const only = mine ?? theirs;
    if (!only || !base) return { cell: only, conflict: null };
    if (!isEdited(base, only)) return { cell: null, conflict: null };
    return {
      cell: only,
      conflict: mine
        ? { kind: 'deleted-there', id, base, mine, theirs: null }
        : { kind: 'deleted-here', id, base, mine: null, theirs: only },
    };
  }
}

function changesOf(
  mine: readonly NotebookCell[],
  merged: readonly NotebookCell[],
  moved: ReadonlySet<CellId>,
): IncomingChange[] {
  const before = byId(mine);
  const after = byId(merged);
  const kindOf = (cell: NotebookCell): IncomingChange['kind'] | null => {
    const old = before.get(cell.id);
    if (!old) return 'added';
    if (isEdited(old, cell)) return 'edited';
    if (moved.has(cell.id)) return 'moved';
    return isSameCell(old, cell) ? null : 'ran';
  };
  return [
    ...merged.flatMap((cell) => {
      const kind = kindOf(cell);
      return kind ? [{ id: cell.id, kind }] : [];
    }),
    ...mine.flatMap(({ id }) => (after.has(id) ? [] : [{ id, kind: 'removed' as const }])),
  ];
}
