/**
 * How much of a text is shown in its cell: all of a short one, the first and last lines of a very long one. A long text is
 * looked at only at its ends, so that one that grows costs the same each time however long it is.
 */
import { readCutMark } from '@atelier-ide/core/outputs/saved-cut.ts';
import { type Cut, countLines } from '@atelier-ide/core/outputs/stream-text.ts';
import { needsTerminal } from '@atelier-ide/core/outputs/terminal-lines.ts';
import { ansiLines, sgrAt, terminalText } from './ansi.ts';

export const lineCap = {
  /** More lines than fit 400 px scroll in a box. */
  scroll: 22,
  /** More lines, or more characters, show only their first and last lines. */
  cut: 1_000,
  characters: 200_000,
  head: 20,
  tail: 20,
  /** A longer line shows only its beginning and its end. */
  line: 5_000,
  lineHead: 2_000,
  lineTail: 500,
  /** Lines in one block of a long text: the browser skips blocks that are out of sight. */
  block: 500,
} as const;

export type ShownText = {
  head: readonly string[];
  /** null where all lines are in `head`. */
  tail: readonly string[] | null;
  /** Lines that are there and not shown. */
  hidden: number;
  /** Lines that are there. */
  total: number;
  /** What is not there any more: it was between `head` and `tail`. */
  cut: Cut | null;
  /** Some line is longer than what is shown of it. */
  hasLongLine: boolean;
};

/** What is shown of a text as it comes from a kernel or a file. */
export function shownText(text: string): ShownText {
  const marked = readCutMark(text);
  if (!marked) return shownOf(text);
  const { cut } = marked;
  const head = shownOf(marked.text.slice(0, cut.at));
  const tail = shownOf(marked.text.slice(cut.at));
  const first = head.head.slice(0, lineCap.head);
  const last = (tail.tail ?? tail.head).slice(-lineCap.tail);
  const total = head.total + tail.total;
  return {
    head: first,
    tail: last,
    hidden: total - first.length - last.length,
    total,
    cut,
    hasLongLine: head.hasLongLine || tail.hasLongLine,
  };
}

function shownOf(text: string): ShownText {
  if (text.length > lineCap.characters && !needsTerminal(text)) return ends(text);
  const lines = ansiLines(terminalText(text));
  const isLong = lines.length > lineCap.cut || text.length > lineCap.characters;
  if (isLong && lines.length > lineCap.head + lineCap.tail)
    return shown(lines.slice(0, lineCap.head), lines.slice(-lineCap.tail), lines.length);
  return shown(lines, null, lines.length);
}

/** The first and last lines of a text of which nothing else is read. */
function ends(text: string): ShownText {
  const total = countLines(text) + (text.endsWith('\n') ? 0 : 1);
  if (total <= lineCap.head + lineCap.tail) return shown(ansiLines(text), null, total);
  let headEnd = 0;
  for (let i = 0; i < lineCap.head; i++) headEnd = text.indexOf('\n', headEnd) + 1;
  let tailAt = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let i = 0; i < lineCap.tail; i++) tailAt = text.lastIndexOf('\n', tailAt - 1);
  const tail = ansiLines(sgrAt(text, tailAt + 1) + text.slice(tailAt + 1));
  return shown(ansiLines(text.slice(0, headEnd)), tail, total);
}

function shown(head: readonly string[], tail: readonly string[] | null, total: number): ShownText {
  const hasLongLine = [...head, ...(tail ?? [])].some((line) => line.length > lineCap.line);
  const short = (lines: readonly string[]) => (hasLongLine ? lines.map(shortLine) : lines);
  return {
    head: short(head),
    tail: tail && short(tail),
    hidden: tail ? total - head.length - tail.length : 0,
    total,
    cut: null,
    hasLongLine,
  };
}

/** The two ends of a very long line. Colours are left out: half an escape sequence is not text. */
function shortLine(line: string): string {
  if (line.length <= lineCap.line) return line;
  const hidden = line.length - lineCap.lineHead - lineCap.lineTail;
  const head = line.slice(0, lineCap.lineHead).replace(/\u001b(?:\[[\d;:]*)?$|[\ud800-\udbff]$/, '');
  const tail = line.slice(-lineCap.lineTail).replace(/^[\udc00-\udfff]/, '');
  return `${head}\u001b[0m … ${hidden.toLocaleString('en-US')} characters hidden … ${tail}`;
}

export function blocksOf(lines: readonly string[]): (readonly string[])[] {
  if (lines.length <= lineCap.block) return [lines];
  const blocks: (readonly string[])[] = [];
  for (let at = 0; at < lines.length; at += lineCap.block) blocks.push(lines.slice(at, at + lineCap.block));
  return blocks;
}

/** A row of the viewer: a line, or a piece of a very long one. */
export type TextRow = {
  text: string;
  /** From 1; null for the further pieces of a line. */
  number: number | null;
};

const PIECE = 1_000;

/** All lines of a text as rows that are cheap to draw alone. Where text is missing, a row says so. */
export function textRows(text: string): TextRow[] {
  const rows: TextRow[] = [];
  for (const [index, line] of ansiLines(terminalText(text)).entries()) {
    if (line.length <= PIECE) rows.push({ text: line, number: index + 1 });
    else for (const row of piecesOf(line, index + 1)) rows.push(row);
  }
  return rows;
}

function piecesOf(line: string, number: number): TextRow[] {
  const rows: TextRow[] = [];
  for (let at = 0; at < line.length;) {
    const open = /\u001b(?:\[[\d;:]*)?$|[\ud800-\udbff]$/.exec(line.slice(at, at + PIECE));
    const end = open && open.index > 0 && at + PIECE < line.length ? at + open.index : at + PIECE;
    rows.push({ text: sgrAt(line, at) + line.slice(at, end), number: at === 0 ? number : null });
    at = end;
  }
  return rows;
}
