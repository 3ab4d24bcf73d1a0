/** How a file is written, found out from its text, so that what is added to it looks the same. */
import { canonicalStyle, compareKeys, type JsonStyle } from './format.ts';
import { type Member, memberOf } from './json-scanner.ts';
import type { CellType } from './model.ts';
import type { CellScan, NotebookScan } from './scan.ts';

export interface NotebookStyle extends JsonStyle {
  /** Multi-line text is a list of lines (as nbformat does), not one string. */
  readonly splitLines: boolean;
  /** Order of keys in an existing cell of the type, where keys are not sorted. */
  readonly cellKeys: Partial<Record<CellType, readonly string[]>>;
  /** Cells stand on one line each, whatever the rest of the file does. */
  readonly inlineCells: boolean;
}

export const canonicalNotebookStyle: NotebookStyle = {
  ...canonicalStyle,
  splitLines: true,
  cellKeys: {},
  inlineCells: false,
};

export function detectStyle(text: string, scan: NotebookScan): NotebookStyle {
  const sample = scan.cells.findLast((cell) => cell.members.length > 1);
  const rootGap = gapBefore(text, scan.root.start + 1, scan.members[0]);
  const cellGap = sample === undefined ? '' : gapBefore(text, sample.start + 1, sample.members[0]);
  const gap = isLineBreak(rootGap) ? rootGap : cellGap;
  const betweenMembers = separators(text, scan, sample);
  const colon = colonOf(text, scan.members[0]);
  return {
    unit: isLineBreak(gap) ? unitOf(text, gap, rootGap, sample) : null,
    eol: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n',
    comma: betweenMembers.find(isLineBreak)?.match(/^[ \t]*,[ \t]*/)?.[0] ?? ',',
    inlineComma: betweenMembers.find((one) => !isLineBreak(one)) ?? (colon === ':' ? ',' : ', '),
    colon,
    sortKeys: isSorted(scan.members) && scan.cells.every((cell) => isSorted(cell.members)),
    charset: charsetOf(text),
    splitLines: splitsLines(text, scan.cells),
    cellKeys: cellKeyOrder(text, scan.cells),
    inlineCells: sample !== undefined && !isLineBreak(cellGap),
  };
}

function isLineBreak(gap: string): boolean {
  return /[\r\n]/.test(gap);
}

function gapBefore(text: string, from: number, member: Member | undefined): string {
  return member === undefined ? '' : text.slice(from, member.keyStart);
}

/** One step of indentation: what a member has more than the line of its container's brace. */
function unitOf(text: string, gap: string, rootGap: string, sample: CellScan | undefined): string {
  const indent = gap.slice(gap.search(/[^\r\n]*$/));
  if (gap === rootGap || sample === undefined) return indent;
  const outer = lineIndent(text, sample.start);
  return indent.startsWith(outer) ? indent.slice(outer.length) : indent;
}

/** The white space at the beginning of the line in which `at` is. */
export function lineIndent(text: string, at: number): string {
  const lineStart = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
  return /[ \t]*/y.exec(text.slice(lineStart, at))?.[0] ?? '';
}

/** What stands between members, for the first few places of the file. */
function separators(text: string, scan: NotebookScan, sample: CellScan | undefined): string[] {
  const found: string[] = [];
  for (const members of [scan.members, sample?.members ?? []]) {
    for (const [index, member] of members.entries()) {
      const next = members[index + 1];
      if (next !== undefined) found.push(text.slice(member.value.end, next.keyStart));
    }
  }
  return found;
}

function colonOf(text: string, member: Member | undefined): string {
  if (member === undefined) return canonicalStyle.colon;
  const between = text.slice(member.keyStart, member.value.start).replace(/^"(?:[^"\\]|\\.)*"/, '');
  return isLineBreak(between) ? canonicalStyle.colon : between;
}

function isSorted(members: readonly Member[]): boolean {
  return members.every((member, index) => {
    const previous = members[index - 1];
    return previous === undefined || compareKeys(previous.key, member.key) < 0;
  });
}

const UNICODE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?!00[0-7])([0-9a-fA-F]{4})/g;

function charsetOf(text: string): JsonStyle['charset'] {
  if (/[^\u0000-\u007f\uFEFF]/.test(text)) return 'unicode';
  let escapes = 0;
  for (const [, hex = ''] of text.matchAll(UNICODE_ESCAPE)) {
    if (/[a-f]/.test(hex)) return 'ascii-lower';
    if (/[A-F]/.test(hex)) return 'ascii-upper';
    escapes += 1;
  }
  return escapes > 0 ? 'ascii-lower' : 'unicode';
}

function splitsLines(text: string, cells: readonly CellScan[]): boolean {
  let lists = 0;
  let strings = 0;
  for (const cell of cells) {
    const value = memberOf(cell.members, 'source')?.value;
    if (value === undefined || value.end - value.start <= 2) continue;
    if (text[value.start] === '[') lists += 1;
    else if (text[value.start] === '"') strings += 1;
  }
  return lists >= strings;
}

function cellKeyOrder(text: string, cells: readonly CellScan[]): NotebookStyle['cellKeys'] {
  const order: Partial<Record<CellType, readonly string[]>> = {};
  for (const cell of cells) {
    const value = memberOf(cell.members, 'cell_type')?.value;
    const type = value && text.slice(value.start + 1, value.end - 1);
    if (type !== 'code' && type !== 'markdown' && type !== 'raw') continue;
    if (cell.members.length > (order[type]?.length ?? 0))
      order[type] = cell.members.map((member) => member.key);
  }
  return order;
}
