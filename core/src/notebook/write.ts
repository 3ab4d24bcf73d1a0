/**
 * Writing a notebook back. The text that was read is the ground: a notebook without edits comes out as that very
 * string, an edited cell changes in its own lines only, and what is new is written in the file's own manner. A file
 * that was empty gets the form that Python's nbformat.write gives.
 */
import { canonicalStyle, formatJson } from './format.ts';
import { isValidFileId } from './identity.ts';
import { memberOf } from './json-scanner.ts';
import type { JsonNode } from './lossless.ts';
import { type CellId, jsonEqual, type NotebookCell, type NotebookDocument } from './model.ts';
import { patchMembers, patchObject, rebuild, type Slot } from './patch.ts';
import type { ParsedNotebook } from './read.ts';
import type { NotebookScan } from './scan.ts';
import { canonicalNotebookStyle, detectStyle, lineIndent, type NotebookStyle } from './style.ts';
import { cellNode } from './to-disk.ts';
import { isCellUnchanged, patchCell } from './write-cell.ts';

/** The text of the file for the current notebook. `parsed` is what was read from the file, whenever that was. */
export function writeNotebook(parsed: ParsedNotebook, current: NotebookDocument): string {
  const { original, document, scan } = parsed;
  if (isUnchanged(document, current)) return original;
  if (scan === undefined) return writeWhole(current);
  const style = detectStyle(original, scan);
  const edits = new Map<string, string>();
  const cells = writeCells(parsed, scan, current, style);
  if (cells !== undefined) edits.set('cells', cells);
  if (!jsonEqual(document.metadata, current.metadata)) {
    edits.set('metadata', writeMetadata(parsed, scan, current, style));
  }
  if (document.nbformat !== current.nbformat) edits.set('nbformat', String(current.nbformat));
  if (document.nbformatMinor !== current.nbformatMinor)
    edits.set('nbformat_minor', String(current.nbformatMinor));
  if (edits.size === 0) return original;
  const root = patchMembers(original, { range: scan.root, members: scan.members }, edits, style);
  return original.slice(0, scan.root.start) + root + original.slice(scan.root.end);
}

function isUnchanged(before: NotebookDocument, after: NotebookDocument): boolean {
  return (
    before === after ||
    (before.nbformat === after.nbformat &&
      before.nbformatMinor === after.nbformatMinor &&
      before.cells.length === after.cells.length &&
      before.cells.every((cell, index) => {
        const other = after.cells[index];
        return other !== undefined && cell.id === other.id && isCellUnchanged(cell, other);
      }) &&
      jsonEqual(before.metadata, after.metadata))
  );
}

function writeWhole(current: NotebookDocument): string {
  const ids = new FileIds([]);
  const node: JsonNode = {
    cells: current.cells.map((cell) =>
      cellNode(cell, current.nbformatMinor >= 5 ? ids.idFor(cell) : undefined, canonicalNotebookStyle),
    ),
    metadata: current.metadata,
    nbformat: current.nbformat,
    nbformat_minor: current.nbformatMinor,
  };
  return formatJson(node, canonicalStyle, '') + '\n';
}

function writeMetadata(
  parsed: ParsedNotebook,
  scan: NotebookScan,
  current: NotebookDocument,
  style: NotebookStyle,
): string {
  const at = memberOf(scan.members, 'metadata')?.value;
  if (at !== undefined && parsed.original[at.start] === '{') {
    return patchObject(
      parsed.original,
      at,
      { before: parsed.document.metadata, after: current.metadata },
      style,
    );
  }
  return formatJson(current.metadata, style, style.unit ?? '');
}

function writeCells(
  parsed: ParsedNotebook,
  scan: NotebookScan,
  current: NotebookDocument,
  style: NotebookStyle,
): string | undefined {
  const { original, document } = parsed;
  const range = scan.cellsRange;
  if (range === undefined) return undefined;
  const indexes = new Map<CellId, number>(document.cells.map((cell, index) => [cell.id, index]));
  const hasIds =
    current.nbformatMinor >= 5 && (scan.cells.length === 0 || document.cells.some((one) => one.hasFileId));
  const kept = current.cells.filter((cell) => indexes.has(cell.id));
  const ids = new FileIds(kept);
  const indent = newCellIndent(original, scan, style);
  const cellStyle = style.inlineCells ? { ...style, unit: null } : style;
  let isSame = current.cells.length === document.cells.length;
  const slots = current.cells.map((cell, position): Slot => {
    const from = indexes.get(cell.id);
    const before = from === undefined ? undefined : document.cells[from];
    const at = from === undefined ? undefined : scan.cells[from];
    if (from === undefined || before === undefined || at === undefined) {
      isSame = false;
      return {
        text: formatJson(cellNode(cell, hasIds ? ids.idFor(cell) : undefined, style), cellStyle, indent),
      };
    }
    indexes.delete(cell.id);
    if (isCellUnchanged(before, cell)) {
      if (from !== position) isSame = false;
      return { text: original.slice(at.start, at.end), from };
    }
    isSame = false;
    return { text: patchCell(original, at, { before, after: cell, style }), from };
  });
  return isSame ? undefined : rebuild(original, { range, spans: scan.cells, slots }, style);
}

function newCellIndent(text: string, scan: NotebookScan, style: NotebookStyle): string {
  const [first] = scan.cells;
  if (first !== undefined) return lineIndent(text, first.start);
  const list = scan.cellsRange;
  return list === undefined || style.unit === null ? '' : lineIndent(text, list.start) + style.unit;
}

/** Gives out ids for new cells of a file: their own where nbformat allows it, and none twice. */
class FileIds {
  readonly #used = new Set<string>();

  constructor(kept: readonly NotebookCell[]) {
    for (const cell of kept) if (cell.hasFileId) this.#used.add(cell.id);
  }

  idFor(cell: NotebookCell): string {
    if (isValidFileId(cell.id) && !this.#used.has(cell.id)) return this.#take(cell.id);
    const base =
      cell.id
        .replaceAll(/[^a-zA-Z0-9_-]+/g, '-')
        .replace(/^-+/, '')
        .slice(0, 48) || 'cell';
    for (let n = 0; ; n++) {
      const id = n === 0 ? base : `${base}-${String(n)}`;
      if (!this.#used.has(id)) return this.#take(id);
    }
  }

  #take(id: string): string {
    this.#used.add(id);
    return id;
  }
}
