/**
 * Reading a notebook without losing anything of it. The parsed notebook keeps the text and where everything stands in
 * it, so that writing changes only what was edited. What cannot be understood inside a cell is kept and noted; only a
 * file that is no notebook at all is refused.
 */
import { derivedId, isValidFileId } from './identity.ts';
import { JsonScanError, positionAt, type TextPosition, memberOf } from './json-scanner.ts';
import { parseLenient } from './lossless.ts';
import {
  asCellId,
  type CellId,
  isJsonObject,
  type JsonObject,
  type NotebookCell,
  type NotebookDocument,
} from './model.ts';
import { readCell } from './read-cell.ts';
import type { NoteSink, ReadNote } from './read-note.ts';
import { type CellScan, type NotebookScan, scanNotebook } from './scan.ts';

export type { ReadNote, ReadNoteCode } from './read-note.ts';

export interface NotebookProblem {
  readonly code: 'not-json' | 'not-a-notebook' | 'wrong-type' | 'old-format' | 'new-format' | 'too-deep';
  /** A sentence for the user. */
  readonly message: string;
  readonly position?: TextPosition;
  /** With old-format and new-format: the file's nbformat. */
  readonly version?: number;
}

export interface ParsedNotebook {
  /** The file's text exactly as it was read. */
  readonly original: string;
  readonly document: NotebookDocument;
  /** undefined for an empty file. */
  readonly scan: NotebookScan | undefined;
}

export type ReadResult =
  | { readonly ok: true; readonly notebook: ParsedNotebook; readonly notes: readonly ReadNote[] }
  | { readonly ok: false; readonly problem: NotebookProblem };

/** Read the text of an .ipynb file. Never throws. */
export function readNotebook(text: string): ReadResult {
  if (/^\uFEFF?\s*$/.test(text)) return readEmpty(text);
  let scan: NotebookScan;
  try {
    scan = scanNotebook(text);
  } catch (error) {
    if (error instanceof JsonScanError) return { ok: false, problem: syntaxProblem(text, error) };
    throw error;
  }
  return readScanned(text, scan);
}

function readEmpty(text: string): ReadResult {
  const document: NotebookDocument = { cells: [], metadata: {}, nbformat: 4, nbformatMinor: 5 };
  const note: ReadNote = {
    code: 'empty-file',
    message: 'The file is empty. It is shown as a notebook without cells.',
  };
  return { ok: true, notebook: { original: text, document, scan: undefined }, notes: [note] };
}

function readScanned(text: string, scan: NotebookScan): ReadResult {
  const value = (key: string) => {
    const member = memberOf(scan.members, key);
    return member && parseLenient(text.slice(member.value.start, member.value.end));
  };
  const refuse = (code: NotebookProblem['code'], message: string, key?: string): ReadResult => {
    const offset =
      (key === undefined ? undefined : memberOf(scan.members, key)?.value.start) ?? scan.root.start;
    return { ok: false, problem: { code, message, position: positionAt(text, offset) } };
  };
  const nbformat = value('nbformat');
  if (nbformat === undefined) {
    return refuse('not-a-notebook', 'This is JSON, but no notebook: it has no "nbformat".');
  }
  if (typeof nbformat !== 'number' || !Number.isInteger(nbformat)) {
    return refuse('wrong-type', 'The notebook\'s "nbformat" is not a whole number.', 'nbformat');
  }
  if (nbformat !== 4) return { ok: false, problem: versionProblem(nbformat) };
  const cells = memberOf(scan.members, 'cells');
  if (cells === undefined) return refuse('not-a-notebook', 'The notebook has no list of cells.');
  if (scan.cellsRange === undefined)
    return refuse('wrong-type', 'The notebook\'s "cells" is not a list.', 'cells');

  const notes: ReadNote[] = [];
  const minor = value('nbformat_minor');
  if (minor === undefined)
    notes.push({ code: 'missing-key', message: 'The notebook has no "nbformat_minor".' });
  else if (typeof minor !== 'number') {
    notes.push({ code: 'wrong-type', message: 'The notebook\'s "nbformat_minor" is not a number.' });
  }
  const document: NotebookDocument = {
    cells: readCells(text, scan.cells, notes),
    metadata: readMetadata(value('metadata'), notes),
    nbformat,
    nbformatMinor: typeof minor === 'number' ? minor : 0,
  };
  return { ok: true, notebook: { original: text, document, scan }, notes };
}

function readMetadata(metadata: unknown, notes: ReadNote[]): JsonObject {
  if (isJsonObject(metadata)) return metadata;
  const message =
    metadata === undefined
      ? 'The notebook has no "metadata".'
      : 'The notebook\'s "metadata" is not an object.';
  notes.push({ code: metadata === undefined ? 'missing-key' : 'wrong-type', message });
  return {};
}

function readCells(text: string, scans: readonly CellScan[], notes: ReadNote[]): NotebookCell[] {
  const used = new Set<string>();
  const occurrences = new Map<string, number>();
  return scans.map((scan, index) => {
    const note: NoteSink = (code, message, offset = scan.start) => {
      notes.push({ code, message, cell: index, offset });
    };
    const { fileId, ...content } = readCell(text, scan, note);
    const id = usableId(fileId, used, note);
    if (id !== undefined) {
      used.add(id);
      return { ...content, id, hasFileId: true };
    }
    const occurrence = occurrences.get(content.source) ?? 0;
    occurrences.set(content.source, occurrence + 1);
    return { ...content, id: derivedId(content.source, occurrence), hasFileId: false };
  });
}

function usableId(fileId: unknown, used: ReadonlySet<string>, note: NoteSink): CellId | undefined {
  if (fileId === undefined) return undefined;
  if (typeof fileId !== 'string' || !isValidFileId(fileId)) {
    note('invalid-id', "The cell's id is not one that nbformat allows.");
    return undefined;
  }
  if (used.has(fileId)) {
    note('duplicate-id', `Two cells have the id "${fileId}".`);
    return undefined;
  }
  return asCellId(fileId);
}

const CONFLICT_MARKER = /^(?:<{7}|={7}|>{7})/m;

function syntaxProblem(text: string, error: JsonScanError): NotebookProblem {
  const marker = CONFLICT_MARKER.exec(text);
  const isConflict = marker !== null && marker.index <= error.offset;
  const offset = isConflict ? marker.index : error.offset;
  const position = positionAt(text, offset);
  const where = `line ${String(position.line)}, column ${String(position.column)}`;
  if (error.code === 'too-deep')
    return { code: 'too-deep', message: `${error.message} (${where}).`, position };
  const what = isConflict ? 'There are unresolved merge conflict markers' : error.message;
  return { code: 'not-json', message: `The file is not valid JSON. ${what} (${where}).`, position };
}

function versionProblem(version: number): NotebookProblem {
  const code = version < 4 ? 'old-format' : 'new-format';
  const message =
    version < 4
      ? `The notebook is in the old format ${String(version)}, but its cells cannot be found.`
      : `The notebook is in format ${String(version)}, which is newer than this program, and its cells cannot be found.`;
  return { code, message, version };
}

const NEW_NOTEBOOK = '{\n "cells": [],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n';

/** An empty notebook, as Python's nbformat would write it. */
export function newNotebook(): ParsedNotebook {
  return {
    original: NEW_NOTEBOOK,
    document: { cells: [], metadata: {}, nbformat: 4, nbformatMinor: 5 },
    scan: scanNotebook(NEW_NOTEBOOK),
  };
}

/**
 * The same parsed notebook under other cell ids: after an outside change, `matchCells` tells which cells are the ones
 * already on screen, and those keep the ids they had there. Nothing of this is ever written to the file.
 */
export function withCellIds(notebook: ParsedNotebook, ids: ReadonlyMap<CellId, CellId>): ParsedNotebook {
  const cells = notebook.document.cells.map((cell) => {
    const id = ids.get(cell.id);
    return id === undefined || id === cell.id ? cell : { ...cell, id };
  });
  return { ...notebook, document: { ...notebook.document, cells } };
}
