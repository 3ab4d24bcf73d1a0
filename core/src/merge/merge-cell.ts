/** Three versions of one cell into one. Where both sides changed the same, mine stands and the conflict has both. */
import {
  type CellId,
  type JsonObject,
  jsonEqual,
  type NotebookCell,
  type Output,
} from '../notebook/model.ts';
import { mergeJson } from './merge-json.ts';
import { mergeText } from './merge-text.ts';

export type Side = 'mine' | 'theirs';

/** Whose results are the newer ones, where that is known. */
export type NewestRun = (id: CellId) => Side | null;

/** What of a cell a person edits. */
export type EditableCell = Omit<NotebookCell, 'outputs' | 'executionCount'>;

export type CellMerge = { readonly cell: NotebookCell; readonly isConflict: boolean };

export type CellVersions = {
  /** null for a cell that is new on both sides. */
  readonly base: NotebookCell | null;
  readonly mine: NotebookCell;
  readonly theirs: NotebookCell;
};

/** Merges a cell that both sides have. The result is `mine` itself where nothing came in. */
export function mergeCell(versions: CellVersions, newest: NewestRun): CellMerge {
  const { mine, theirs } = versions;
  // A cell that could not be understood is a piece of the file; nobody edits it here.
  if (mine.problem !== undefined || theirs.problem !== undefined) return mergeUnreadable(versions);
  const base: NotebookCell = versions.base ?? { ...mine, source: '', metadata: {}, outputs: [] };
  const type = choose(versions.base?.type, mine.type, theirs.type);
  const source = mergeText(base.source, mine.source, theirs.source);
  const metadata = mergeJson(withoutTimes(base), withoutTimes(mine), withoutTimes(theirs));
  const attachments = mergeJson(
    versions.base?.attachments ?? {},
    mine.attachments ?? {},
    theirs.attachments ?? {},
  );
  const result = { mine, theirs }[chooseResult(versions, newest)];
  const cell = assemble(mine, theirs, {
    type: type.value,
    source: source.text ?? mine.source,
    metadata: withTimes(metadata.value, result.metadata['execution']),
    attachments: attachments.value,
    result,
  });
  const isConflict = source.text === null || !type.isAgreed || attachments.conflicts.length > 0;
  return { cell: isSameCell(cell, mine) ? mine : cell, isConflict };
}

function mergeUnreadable({ base, mine, theirs }: CellVersions): CellMerge {
  if (isSameCell(mine, theirs)) return { cell: mine, isConflict: false };
  const isMineAsBefore = base !== null && !isEdited(base, mine);
  if (isMineAsBefore) return { cell: { ...theirs, id: mine.id }, isConflict: false };
  return { cell: mine, isConflict: base === null || isEdited(base, theirs) };
}

type Parts = Pick<NotebookCell, 'type' | 'source' | 'metadata'> & {
  attachments: JsonObject;
  result: NotebookCell;
};

function assemble(mine: NotebookCell, theirs: NotebookCell, parts: Parts): NotebookCell {
  const { attachments: _, ...rest } = mine;
  const { type, source, metadata, attachments, result } = parts;
  const isCode = type === 'code';
  const hasAttachments = !isCode && (Object.keys(attachments).length > 0 || mine.attachments !== undefined);
  return {
    ...rest,
    type,
    source,
    metadata,
    ...(hasAttachments ? { attachments } : {}),
    outputs: isCode ? result.outputs : [],
    executionCount: isCode ? result.executionCount : null,
    hasFileId: theirs.hasFileId || mine.hasFileId,
  };
}

function choose<T>(base: T | undefined, mine: T, theirs: T): { value: T; isAgreed: boolean } {
  if (mine === theirs || theirs === base) return { value: mine, isAgreed: true };
  return mine === base ? { value: theirs, isAgreed: true } : { value: mine, isAgreed: false };
}

/** Results go as a whole, with the times of their run. */
function chooseResult({ base, mine, theirs }: CellVersions, newest: NewestRun): Side {
  if (base ? isSameResult(base, theirs) : isSameResult(mine, theirs)) return 'mine';
  if (base && isSameResult(base, mine)) return 'theirs';
  const known = newest(mine.id);
  if (known) return known;
  // Cleared here and run there: what a run gave is not dropped.
  return mine.outputs.length === 0 && mine.executionCount === null ? 'theirs' : 'mine';
}

function isSameResult(a: NotebookCell, b: NotebookCell): boolean {
  return a.executionCount === b.executionCount && areSameOutputs(a.outputs, b.outputs);
}

function areSameOutputs(a: readonly Output[], b: readonly Output[]): boolean {
  return a === b || (a.length === b.length && a.every((one, index) => isSameOutput(one, b[index])));
}

function isSameOutput(a: Output, b: Output | undefined): boolean {
  return a === b || jsonEqual(asSaved(a), b && asSaved(b));
}

/** What is in memory only does not count. */
function asSaved(output: Output): Output {
  if (output.output_type === 'stream' || output.output_type === 'error') return output;
  const { transient: _, ...saved } = output;
  return saved;
}

/** The times of the last run are the kernel's. */
function withoutTimes({
  metadata: { execution: _, ...metadata },
}: Pick<NotebookCell, 'metadata'>): JsonObject {
  return metadata;
}

function withTimes(metadata: JsonObject, execution: JsonObject[string] | undefined): JsonObject {
  return execution === undefined ? metadata : { ...metadata, execution };
}

/** Whether a person (or another program) changed the cell itself, results apart. */
export function isEdited(before: EditableCell, after: EditableCell): boolean {
  return (
    before !== after &&
    (before.source !== after.source ||
      before.type !== after.type ||
      hasOtherAttachments(before, after) ||
      hasOtherMetadata(before, after))
  );
}

export function hasOtherAttachments(before: EditableCell, after: EditableCell): boolean {
  return (
    before.attachments !== after.attachments && !jsonEqual(before.attachments ?? {}, after.attachments ?? {})
  );
}

/** Times of runs apart. */
export function hasOtherMetadata(before: EditableCell, after: EditableCell): boolean {
  return before.metadata !== after.metadata && !jsonEqual(withoutTimes(before), withoutTimes(after));
}

/** Whether two cells say the same, whatever their ids. */
export function isSameCell(a: NotebookCell, b: NotebookCell): boolean {
  return a === b || (!isEdited(a, b) && isSameResult(a, b) && jsonEqual(a.metadata, b.metadata));
}
