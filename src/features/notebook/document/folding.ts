/**
 * Sections folded under their headings. That a section is folded is in the file, as JupyterLab writes it. One that was
 * gone into (by a search, a link, an undo) is only shown open: looking for something changes no file.
 */
import type { CellId, JsonObject, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { headingLevel } from './headings.ts';
import type { NotebookContent } from './notebook-model.ts';

const FLAG = 'jp-MarkdownHeadingCollapsed';
/** What an extension of the classic notebook wrote. */
const CLASSIC_FLAG = 'heading_collapsed';

export type Foldable = Pick<NotebookContent, 'order' | 'cells'> & {
  /** Folded headings that are shown open all the same. */
  readonly opened: ReadonlySet<CellId>;
};

/** The file says that the section is folded. */
export function isMarkedFolded(cell: NotebookCell | undefined): boolean {
  if (cell?.type !== 'markdown') return false;
  return cell.metadata[FLAG] === true || cell.metadata[CLASSIC_FLAG] === true;
}

export function withFolded(metadata: JsonObject, folded: boolean): JsonObject {
  const { [FLAG]: _, [CLASSIC_FLAG]: __, ...rest } = metadata;
  return folded ? { ...rest, [FLAG]: true } : rest;
}

/** A heading that hides its section now. */
export function isFolded({ cells, opened }: Pick<Foldable, 'cells' | 'opened'>, id: CellId): boolean {
  const cell = cells[id];
  return isMarkedFolded(cell) && !opened.has(id) && headingLevel(cell) > 0;
}

/** Index behind the last cell of the section of the heading at this index; behind the cell itself where it is none. */
export function sectionEnd({ order, cells }: Pick<Foldable, 'order' | 'cells'>, at: number): number {
  const cellAt = (index: number) => cells[order[index] ?? ('' as CellId)];
  const level = headingLevel(cellAt(at));
  let end = at + 1;
  if (level === 0) return end;
  for (; end < order.length; end++) {
    const found = headingLevel(cellAt(end));
    if (found > 0 && found <= level) break;
  }
  return end;
}

/** Index behind the cell and, where it is a folded heading, behind all that it hides. */
export function foldedEnd(state: Foldable, at: number): number {
  const id = state.order[at];
  return id !== undefined && isFolded(state, id) ? sectionEnd(state, at) : at + 1;
}

/** Indexes of the cells that are not hidden in a folded section; null = all of them. */
export function shownIndexes(state: Foldable): readonly number[] | null {
  const { order, cells } = state;
  if (!order.some((id) => isMarkedFolded(cells[id]))) return null;
  const shown: number[] = [];
  for (let at = 0; at < order.length; at = foldedEnd(state, at)) shown.push(at);
  return shown.length === order.length ? null : shown;
}

/** The folded headings, outermost first, that hide a cell. */
export function hidersOf(state: Foldable, id: CellId): CellId[] {
  const { order, cells, opened } = state;
  const at = order.indexOf(id);
  if (at < 0 || !order.some((one) => isMarkedFolded(cells[one]))) return [];
  let open: { id: CellId; level: number }[] = [];
  for (const one of order.slice(0, at + 1)) {
    const level = headingLevel(cells[one]);
    if (level === 0) continue;
    open = open.filter((heading) => heading.level < level);
    if (one !== id && isMarkedFolded(cells[one]) && !opened.has(one)) open.push({ id: one, level });
  }
  return open.map((heading) => heading.id);
}

/** The nearest heading above whose section a cell is in; null where there is none. */
export function headingAbove({ order, cells }: Pick<Foldable, 'order' | 'cells'>, id: CellId): CellId | null {
  const own = headingLevel(cells[id]);
  for (let index = order.indexOf(id) - 1; index >= 0; index--) {
    const one = order[index];
    const level = one === undefined ? 0 : headingLevel(cells[one]);
    if (one !== undefined && level > 0 && (own === 0 || level < own)) return one;
  }
  return null;
}

/** The next heading below; null where there is none. */
export function headingBelow({ order, cells }: Pick<Foldable, 'order' | 'cells'>, id: CellId): CellId | null {
  return order.slice(order.indexOf(id) + 1).find((one) => headingLevel(cells[one]) > 0) ?? null;
}

type Selection = { readonly active: CellId | null; readonly anchor: CellId | null };
type Selected = Foldable & Selection;

/**
 * What keeps the active cell in sight after a change. Where the change itself brought or led there, the sections round
 * it are shown open; where it only was the neighbour of something that went, its folded heading takes its place.
 */
export function inSight(before: Selected | null, after: Selected): Selection & Pick<Foldable, 'opened'> {
  const { active, anchor, opened } = after;
  const hiders = active === null ? [] : hidersOf(after, active);
  const [outermost] = hiders;
  if (active === null || outermost === undefined) return { active, anchor, opened };
  const place = (id: CellId) => after.order.indexOf(id);
  const isSelectedToo = anchor !== null && place(anchor) <= place(outermost);
  const wasHidden =
    before !== null && before.cells[active] !== undefined && hidersOf(before, active).length > 0;
  if (isSelectedToo || wasHidden) {
    const isAlone = anchor === null || !isSelectedToo;
    return { active: outermost, anchor: isAlone ? outermost : anchor, opened };
  }
  return { active, anchor, opened: new Set([...opened, ...hiders]) };
}
