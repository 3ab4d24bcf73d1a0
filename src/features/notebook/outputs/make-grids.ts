/**
 * Makes the data tables of HTML that is already safe into grids, in place: heads that sort, a head that stays in sight,
 * text that is copied as a spreadsheet wants it. Tables that are no data stay as they are.
 */
import {
  cellsOf,
  cellsOfTable,
  type DataTable,
  nextDirection,
  readDataTable,
  selectedCells,
  type SortDirection,
  sortedRows,
  toTsv,
} from './data-table.ts';
import { counted, grouped } from './text-size.ts';

export type CopyTable = (tsv: string) => void;
type Sorting = { column: number; direction: SortDirection } | null;

const PANDAS_SIZE = /^(\d+) rows × (\d+) columns$/;
const MAX_ALIGNED = 5_000;

export function makeGrids(host: HTMLElement, copy: CopyTable): void {
  for (const box of host.querySelectorAll<HTMLElement>('.at-table-box')) {
    const table = box.querySelector('table');
    const data = table && readDataTable(table);
    if (data) makeGrid(box, data, copy);
  }
}

function makeGrid(box: HTMLElement, data: DataTable, copy: CopyTable): void {
  box.classList.add('at-grid');
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', 'Table');
  if (!data.table.tHead) {
    const [first] = data.table.rows;
    if (first) data.table.createTHead().append(first);
  }
  alignText(data);
  addSorting(data);
  box.addEventListener('copy', (event) => copySelection(event, data.table));
  box.after(footOf(box, data, copy));
}

/** Words stand left, numbers right. */
function alignText({ rows, columns }: DataTable): void {
  if (rows.length * columns.length > MAX_ALIGNED) return;
  for (const [index, { head, isNumeric }] of columns.entries()) {
    if (isNumeric) continue;
    for (const cell of [head, ...rows.map((row) => cellsOf(row)[index])]) cell?.setAttribute('data-text', '');
  }
}

function addSorting(data: DataTable): void {
  let sorting: Sorting = null;
  for (const [column, { head, name }] of data.columns.entries()) {
    // A link in a head keeps its meaning.
    if (head.querySelector('a, button') !== null) continue;
    const button = head.ownerDocument.createElement('button');
    button.type = 'button';
    button.className = 'at-grid-sort';
    if (name === '') button.setAttribute('aria-label', 'Row label');
    button.title = `Sort by ${name === '' ? 'row label' : name}`;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const direction = nextDirection(sorting?.column === column ? sorting.direction : null);
      sorting = direction === null ? null : { column, direction };
      showSorting(data, sorting);
    });
  }
}

function showSorting(data: DataTable, sorting: Sorting): void {
  for (const [column, { head }] of data.columns.entries()) {
    if (sorting?.column === column) head.setAttribute('aria-sort', sorting.direction);
    else head.removeAttribute('aria-sort');
  }
  for (const row of data.gaps) row.hidden = sorting !== null;
  data.body.append(...sortedRows(data, sorting), ...(sorting ? data.gaps : []));
}

/** Several selected cells are copied as cells; text within one stays the text that was selected. */
function copySelection(event: ClipboardEvent, table: HTMLTableElement): void {
  const selection = table.ownerDocument.getSelection();
  if (!selection || selection.isCollapsed || !event.clipboardData) return;
  const rows = selectedCells(table, selection);
  if (rows.flat().length < 2) return;
  event.clipboardData.setData('text/plain', toTsv(rows));
  event.preventDefault();
}

function footOf(box: HTMLElement, data: DataTable, copy: CopyTable): HTMLElement {
  const { ownerDocument } = box;
  const foot = ownerDocument.createElement('div');
  foot.className = 'at-grid-foot';
  const words = ownerDocument.createElement('span');
  words.textContent = sizeWords(data, takeSize(box));
  const button = ownerDocument.createElement('button');
  button.type = 'button';
  button.className = 'at-link-button';
  button.textContent = 'Copy table';
  button.title = 'Copies the rows as they stand here, for a spreadsheet';
  button.addEventListener('click', () => copy(toTsv(cellsOfTable(data.table))));
  foot.append(words, button);
  return foot;
}

/** The size that pandas writes below a long frame is said in the foot instead. */
function takeSize(box: HTMLElement): { rows: number; columns: number } | null {
  const next = box.nextElementSibling;
  const match = next?.nodeName === 'P' ? PANDAS_SIZE.exec(next.textContent.trim()) : null;
  if (!match) return null;
  next?.remove();
  return { rows: Number(match[1]), columns: Number(match[2]) };
}

function sizeWords(
  { rows, gaps, columns }: DataTable,
  whole: { rows: number; columns: number } | null,
): string {
  const here = rows.length - gaps.size;
  const labels = rows[0]?.children[0]?.nodeName === 'TH' ? 1 : 0;
  const size = `${counted(whole?.rows ?? here, 'row')} × ${counted(whole?.columns ?? columns.length - labels, 'column')}`;
  if (gaps.size === 0 && here === (whole?.rows ?? here)) return size;
  return `${size}. ${grouped(here)} rows were sent; sorting orders these.`;
}
