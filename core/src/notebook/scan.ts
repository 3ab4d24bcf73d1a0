/**
 * Where things are in a notebook file: the top-level keys, each cell, and each cell's keys. One pass over the text,
 * no values built. Works on any JSON style, with or without byte order mark.
 */
import {
  JsonScanError,
  type Member,
  type Range,
  skipValue,
  skipWhitespace,
  walkArray,
  walkObject,
} from './json-scanner.ts';

export interface CellScan extends Range {
  /** The cell's own keys in file order; empty where the cell is no object. */
  readonly members: readonly Member[];
}

export interface NotebookScan {
  /** The outermost object. */
  readonly root: Range;
  readonly members: readonly Member[];
  /** The value of `cells`, where it is a list. */
  readonly cellsRange: Range | undefined;
  readonly cells: readonly CellScan[];
}

/** Scan a notebook's text. Throws JsonScanError where the text is not one JSON object. */
export function scanNotebook(text: string): NotebookScan {
  const start = skipWhitespace(text, text.startsWith('\uFEFF') ? 1 : 0);
  const members: Member[] = [];
  let cells: CellScan[] = [];
  let cellsRange: Range | undefined;
  const end = walkObject(
    text,
    start,
    (at, key) => {
      if (key !== 'cells') return skipValue(text, at, 1);
      cells = [];
      cellsRange = undefined;
      if (text[at] !== '[') return skipValue(text, at, 1);
      const listEnd = walkArray(text, at, (cellAt) => scanCell(text, cellAt, cells));
      cellsRange = { start: at, end: listEnd };
      return listEnd;
    },
    members,
  );
  const rest = skipWhitespace(text, end);
  if (rest < text.length) throw new JsonScanError('There is more text after the end of the notebook', rest);
  return { root: { start, end }, members, cellsRange, cells };
}

function scanCell(text: string, at: number, cells: CellScan[]): number {
  const members: Member[] = [];
  const end =
    text[at] === '{'
      ? walkObject(text, at, (value) => skipValue(text, value, 3), members)
      : skipValue(text, at, 2);
  cells.push({ start: at, end, members });
  return end;
}
