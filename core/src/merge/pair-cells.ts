/**
 * Who is who in three versions of a notebook. Mine has the ids of the base (it was made from it in memory); theirs was
 * read from a file, so its cells are found again: by the file's id, then source, then neighbours.
 */
import { derivedId, isDerivedId, matchCells } from '../notebook/identity.ts';
import type { CellId, NotebookCell, NotebookDocument } from '../notebook/model.ts';

/** The three versions. Mine was made from base in memory and has its cell ids; theirs may be any. */
export type Versions = {
  readonly base: NotebookDocument;
  readonly mine: NotebookDocument;
  readonly theirs: NotebookDocument;
};

/** For each cell of theirs, in order, the id that it has in all three. */
export function pairCells({ base, mine, theirs }: Versions): CellId[] {
  const known = isSameList(mine.cells, theirs.cells)
    ? mine.cells.map(({ id }) => id)
    : namesByBase(base, mine, theirs);
  const used = new Set([
    ...[...base.cells, ...mine.cells].map(({ id }) => id),
    ...known.flatMap((id) => id ?? []),
  ]);
  return theirs.cells.map((cell, index) => {
    const id = known[index] ?? freeId(cell, used);
    used.add(id);
    return id;
  });
}

const isSameList = (a: readonly NotebookCell[], b: readonly NotebookCell[]) =>
  a.length === b.length && a.every((cell, index) => isSameText(cell, b[index]));

const isSameText = (a: NotebookCell | undefined, b: NotebookCell | undefined) =>
  a !== undefined && b !== undefined && a.type === b.type && a.source === b.source;

function freeId(cell: NotebookCell, used: ReadonlySet<CellId>): CellId {
  if (!used.has(cell.id)) return cell.id;
  for (let occurrence = 0; ; occurrence++) {
    const id = derivedId(cell.source, occurrence);
    if (!used.has(id)) return id;
  }
}

type Names = (CellId | undefined)[];

function namesByBase(base: NotebookDocument, mine: NotebookDocument, theirs: NotebookDocument): Names {
  const before = asRead(base);
  const after = asRead(theirs);
  const matched = matchCells(before, after);
  const idsCount = before.some(({ id }) => !isDerivedId(id) && matched.get(id) === id);
  const names = new Map<CellId, CellId>();
  for (const [index, cell] of before.entries()) {
    const found = matched.get(cell.id);
    const original = base.cells[index];
    if (found === undefined || !original) continue;
    // Where the files' ids are to be trusted, another id is another cell, however alike they are.
    const isOther = found !== cell.id && !isDerivedId(found) && !isDerivedId(cell.id);
    if (!(idsCount && isOther)) names.set(found, original.id);
  }
  const known = after.map(({ id }) => names.get(id));
  nameNewOnes(known, base, mine, theirs);
  return known;
}

/** Cells that are new on both sides and are one: by id, or with the same text behind the same cell. */
function nameNewOnes(
  known: Names,
  base: NotebookDocument,
  mine: NotebookDocument,
  theirs: NotebookDocument,
): void {
  const old = new Set(base.cells.map(({ id }) => id));
  const free = new Map<CellId, { cell: NotebookCell; behind: CellId | null }>();
  for (const [index, cell] of mine.cells.entries()) {
    if (!old.has(cell.id)) free.set(cell.id, { cell, behind: mine.cells[index - 1]?.id ?? null });
  }
  for (const [index, cell] of theirs.cells.entries()) {
    if (known[index] !== undefined || free.size === 0) continue;
    const behind = index === 0 ? null : known[index - 1];
    const twin = free.has(cell.id)
      ? cell.id
      : [...free].find(([, one]) => one.behind === behind && isSameText(one.cell, cell))?.[0];
    if (twin === undefined) continue;
    known[index] = twin;
    free.delete(twin);
  }
}

/** The cells under the ids that reading their file would give them. */
function asRead({ cells, nbformatMinor }: NotebookDocument): NotebookCell[] {
  const occurrences = new Map<string, number>();
  return cells.map((cell) => {
    if (nbformatMinor >= 5 && !isDerivedId(cell.id)) return cell;
    const occurrence = occurrences.get(cell.source) ?? 0;
    occurrences.set(cell.source, occurrence + 1);
    return { ...cell, id: derivedId(cell.source, occurrence) };
  });
}
