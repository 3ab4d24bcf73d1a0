/**
 * Edits of cells as operations: splitting, joining, copies, what metadata says may be done and what it hides. Pure, so
 * that one history takes all of it back.
 */
import {
  type CellId,
  isJsonObject,
  type JsonObject,
  type NotebookCell,
} from '@atelier-ide/core/notebook/model.ts';
import { type CellResult, emptyCell, type NotebookContent, type Operation } from './notebook-model.ts';

export const NO_RESULT: CellResult = { outputs: [], executionCount: null };

/** Metadata forbids changing the text; a cell that could not be read is never changed. */
export const isEditable = (cell: NotebookCell): boolean =>
  cell.problem === undefined && cell.metadata['editable'] !== false;

export const isDeletable = (cell: NotebookCell): boolean => cell.metadata['deletable'] !== false;

/** Place in the text of a cursor that counts lines and columns from 1, whatever ends the lines. */
export function offsetOf(text: string, place: { line: number; column: number }): number {
  let at = 0;
  for (let line = 1; line < place.line; line++) {
    const end = /\r\n|\r|\n/.exec(text.slice(at));
    if (!end) return text.length;
    at += end.index + end[0].length;
  }
  return Math.min(text.length, at + place.column - 1);
}

/** The line and column, from 1, of a place in a text with plain line ends. */
export function placeAt(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** The two texts; the line breaks that the cut leaves at its edges go. */
export function splitText(text: string, offset: number): [head: string, tail: string] {
  return [text.slice(0, offset).replace(/[\r\n]+$/, ''), text.slice(offset).replace(/^[\r\n]+/, '')];
}

/** The part before the cursor becomes a new cell above; results stay with the part that ends the cell. */
export function splitOperation(content: NotebookContent, cell: NotebookCell, cut: SplitPlan): Operation {
  const [head, tail] = splitText(cell.source, cut.offset);
  const above: NotebookCell = { ...cell, ...NO_RESULT, id: cut.newId, source: head, hasFileId: false };
  return {
    type: 'batch',
    operations: [
      { type: 'insert', index: content.order.indexOf(cell.id), cells: [above] },
      { type: 'source', id: cell.id, source: tail },
    ],
  };
}

export type SplitPlan = { offset: number; newId: CellId };

/** The cells become one at the place of the first, of the type of `into`, which keeps its id. Results go. */
export function mergeOperation(cells: readonly NotebookCell[], into: NotebookCell): Operation {
  const attachments = Object.assign({}, ...cells.map((cell) => cell.attachments ?? {})) as JsonObject;
  const hasAttachments = Object.keys(attachments).length > 0;
  const sources = cells.map((cell) => cell.source).filter((source) => source !== '');
  const emptied: Operation =
    into.type === 'code'
      ? { type: 'result', id: into.id, result: NO_RESULT }
      : {
          type: 'kind',
          id: into.id,
          shape: { type: into.type, ...NO_RESULT, ...(hasAttachments ? { attachments } : {}) },
        };
  return {
    type: 'batch',
    operations: [
      { type: 'source', id: into.id, source: sources.join('\n\n') },
      emptied,
      { type: 'remove', ids: cells.flatMap((cell) => (cell.id === into.id ? [] : [cell.id])) },
    ],
  };
}

export type CopyOptions = { withOutputs: boolean; newId: () => CellId };

/** Copies under new ids. A cell that could not be read is copied as the text that it shows. */
export function copiesOf(
  cells: readonly NotebookCell[],
  { withOutputs, newId }: CopyOptions,
): NotebookCell[] {
  return cells.map((cell) =>
    cell.problem === undefined
      ? { ...cell, ...(withOutputs ? {} : NO_RESULT), id: newId(), hasFileId: false }
      : emptyCell(newId(), 'raw', cell.source),
  );
}

export type CellPart = 'source' | 'outputs';

/** Follows nbformat's `jupyter.source_hidden` and `jupyter.outputs_hidden`, and the older `collapsed`. */
export function isHidden({ metadata }: Pick<NotebookCell, 'metadata'>, part: CellPart): boolean {
  const jupyter = metadata['jupyter'];
  if (isJsonObject(jupyter) && jupyter[`${part}_hidden`] === true) return true;
  return part === 'outputs' && metadata['collapsed'] === true;
}

/** The metadata with a part hidden or shown, as JupyterLab writes it. */
export function withHidden(metadata: JsonObject, part: CellPart, hidden: boolean): JsonObject {
  const { jupyter, collapsed, ...rest } = metadata;
  const { [`${part}_hidden`]: _, ...kept } = isJsonObject(jupyter) ? jupyter : {};
  const flags: JsonObject = hidden ? { ...kept, [`${part}_hidden`]: true } : kept;
  const folded = part === 'source' ? collapsed : hidden ? true : undefined;
  return {
    ...rest,
    ...(folded === undefined ? {} : { collapsed: folded }),
    ...(Object.keys(flags).length > 0 ? { jupyter: flags } : {}),
  };
}

/** Markdown text as a heading of this level: the first line, whatever its level was. */
export function asHeading(source: string, level: number): string {
  return `${'#'.repeat(level)} ${source.replace(/^\s*#*[ \t]*/, '')}`;
}

/** Whether both may become one: text that cannot be changed stays as it is. */
export function mayMerge(cells: readonly NotebookCell[], into: NotebookCell): boolean {
  return cells.length > 1 && cells.every((cell) => isEditable(cell) && (cell === into || isDeletable(cell)));
}
