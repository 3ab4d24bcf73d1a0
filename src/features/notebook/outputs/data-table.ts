/**
 * Reading HTML tables as data: which tables are data (one row, one thing; one column, one property), what their columns
 * hold, in which order rows stand when a column sorts them. Tables that lay something out are none.
 */

export type DataTable = {
  table: HTMLTableElement;
  columns: readonly Column[];
  body: HTMLTableSectionElement;
  /** In the order they came. */
  rows: readonly HTMLTableRowElement[];
  /** Rows that only say that others were left out. */
  gaps: ReadonlySet<HTMLTableRowElement>;
};

export type Column = {
  /** The head that names it, which sorts by it. */
  head: HTMLTableCellElement;
  name: string;
  isNumeric: boolean;
};

export type SortDirection = 'ascending' | 'descending';

/** More cells stay as they came: putting them into another order would hold up the page. */
const MAX_CELLS = 50_000;
const GAP = /^(?:\.\.\.|…|⋮)$/;
const MISSING = /^(?:|nan|none|null|nat|<na>|na|-|—)$/i;
const NUMBER = /^[-−+]?[$€£¥]?\s?(?:\d[\d,\u00a0\u202f_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?\s?%?$/i;

/** The table as data; null where it is laid out in some other way. */
export function readDataTable(table: HTMLTableElement): DataTable | null {
  const [body, ...others] = parts(table, 'TBODY') as HTMLTableSectionElement[];
  const heads = headRows(table);
  if (!body || others.length > 0 || heads.length === 0 || table.querySelector('table') !== null) return null;
  const rows = rowsOf(body).filter((row) => !heads.includes(row));
  const width = rows[0] ? cellsOf(rows[0]).length : 0;
  const isEven = rows.every((row) => cellsOf(row).length === width && isPlainRow(row));
  if (rows.length < 2 || width === 0 || rows.length * width > MAX_CELLS || !isEven) return null;
  const cells = columnHeads(heads, width);
  if (!cells) return null;
  const gaps = new Set(rows.filter(isGap));
  const columns = cells.map((column, index): Column => {
    const texts = rows.filter((row) => !gaps.has(row)).map((row) => textOf(cellsOf(row)[index]));
    return { ...column, isNumeric: areNumbers(texts) };
  });
  return { table, columns, body, rows, gaps };
}

const parts = (element: Element, name: string) =>
  [...element.children].filter((child) => child.nodeName === name);
const rowsOf = (section: Element) => parts(section, 'TR') as HTMLTableRowElement[];
/** The cells of a row, heads among them. */
export const cellsOf = (row: HTMLTableRowElement): HTMLTableCellElement[] =>
  [...row.children].filter((child): child is HTMLTableCellElement => /^T[DH]$/.test(child.nodeName));
const spanOf = (cell: Element, name: 'colspan' | 'rowspan') => Number(cell.getAttribute(name) ?? 1);

function headRows(table: HTMLTableElement): HTMLTableRowElement[] {
  const [head] = parts(table, 'THEAD');
  if (head) return rowsOf(head);
  const [first] = parts(table, 'TBODY').flatMap(rowsOf);
  const isHead = first && first.children.length > 0 && cellsOf(first).every((cell) => cell.nodeName === 'TH');
  return isHead ? [first] : [];
}

const isPlainRow = (row: HTMLTableRowElement) =>
  cellsOf(row).every((cell) => spanOf(cell, 'colspan') === 1 && spanOf(cell, 'rowspan') === 1);

/** The lowest head of each column that has words; heads of groups of columns are above it. */
function columnHeads(
  rows: readonly HTMLTableRowElement[],
  width: number,
): Omit<Column, 'isNumeric'>[] | null {
  const heads: (HTMLTableCellElement | undefined)[] = Array.from({ length: width });
  const names: string[] = Array.from({ length: width }, () => '');
  for (const row of rows) {
    let at = 0;
    for (const cell of cellsOf(row)) {
      const span = spanOf(cell, 'colspan');
      if (spanOf(cell, 'rowspan') !== 1 || !(span >= 1 && span <= width)) return null;
      const text = textOf(cell);
      for (const column of Array.from({ length: span }, (_, i) => at + i)) {
        if (text !== '') names[column] = `${names[column] ?? ''} ${text}`.trim();
        if (span === 1 && (text !== '' || heads[column] === undefined)) heads[column] = cell;
      }
      at += span;
    }
    if (at !== width) return null;
  }
  const found = heads.flatMap((head, index) => (head ? [{ head, name: names[index] ?? '' }] : []));
  return found.length === width ? found : null;
}

function isGap(row: HTMLTableRowElement): boolean {
  const cells = cellsOf(row).filter((cell) => textOf(cell) !== '');
  return cells.length > 0 && cells.every((cell) => GAP.test(textOf(cell)));
}

export function textOf(cell: Element | undefined): string {
  return (cell?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

function areNumbers(texts: readonly string[]): boolean {
  const values = texts.filter((text) => !MISSING.test(text));
  return values.length > 0 && values.every((text) => numberOf(text) !== null);
}

/** A number as tables write it: `1,234.5`, `−3`, `12 %`, `$5`, `1e-3`, `inf`. */
export function numberOf(text: string): number | null {
  const infinite = /^([-−+]?)inf(?:inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' || infinite[1] === '−' ? -Infinity : Infinity;
  if (!NUMBER.test(text)) return null;
  const value = Number.parseFloat(text.replaceAll(/[$€£¥,\u00a0\u202f_\s]/g, '').replace('−', '-'));
  return Number.isNaN(value) ? null : value;
}

/** The rows as a column orders them: missing values last whatever the direction, equal ones as they came. */
export function sortedRows(
  { columns, rows, gaps }: DataTable,
  by: { column: number; direction: SortDirection } | null,
): readonly HTMLTableRowElement[] {
  if (!by) return rows;
  const compare = columns[by.column]?.isNumeric
    ? compareNumbers
    : new Intl.Collator('en', { numeric: true }).compare;
  const sign = by.direction === 'ascending' ? 1 : -1;
  const keyed = rows
    .filter((row) => !gaps.has(row))
    .map((row) => ({ row, text: textOf(cellsOf(row)[by.column]) }));
  const present = keyed.filter(({ text }) => !MISSING.test(text));
  const absent = keyed.filter(({ text }) => MISSING.test(text));
  present.sort((a, b) => sign * compare(a.text, b.text));
  return [...present, ...absent].map(({ row }) => row);
}

function compareNumbers(a: string, b: string): number {
  const [left, right] = [numberOf(a) ?? 0, numberOf(b) ?? 0];
  return left === right ? 0 : left - right;
}

/** none → ascending → descending → none. */
export function nextDirection(direction: SortDirection | null): SortDirection | null {
  if (direction === null) return 'ascending';
  return direction === 'ascending' ? 'descending' : null;
}

/** Cells as spreadsheets take them from the clipboard. */
export function toTsv(rows: readonly (readonly string[])[]): string {
  const field = (text: string) => (/["\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(field).join('\t')).join('\n');
}

/** Cells as a file of comma-separated values. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  const field = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** What a table says, as it is shown now; groups above columns stand at their first column. */
export function cellsOfTable(table: HTMLTableElement): string[][] {
  return shownRows(table).map((row) =>
    cellsOf(row).flatMap((cell) => [
      textOf(cell),
      ...Array.from({ length: Math.min(spanOf(cell, 'colspan'), 1_000) - 1 }, () => ''),
    ]),
  );
}

const shownRows = (table: HTMLTableElement) =>
  [...table.querySelectorAll('tr')].filter((row) => !row.hasAttribute('hidden'));

/** The cells that a selection touches, row by row. */
export function selectedCells(table: HTMLTableElement, selection: Selection): string[][] {
  return shownRows(table).flatMap((row) => {
    const cells = cellsOf(row).filter((cell) => selection.containsNode(cell, true));
    return cells.length > 0 ? [cells.map(textOf)] : [];
  });
}
