/** From the JSON of one cell to the cell, noting what is odd and keeping what cannot be understood. */
import { type Member, memberOf, type Range, scanItems, scanMembers } from './json-scanner.ts';
import { parseLenient, rawJsonOf } from './lossless.ts';
import {
  type CellType,
  isJsonMime,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type MimeBundle,
  type NotebookCell,
  type Output,
  type RichOutput,
} from './model.ts';
import type { NoteSink } from './read-note.ts';
import type { CellScan } from './scan.ts';

type CellContent = Omit<NotebookCell, 'id' | 'hasFileId'> & { readonly fileId: JsonValue | undefined };

/** Read one cell. The id is returned as the file has it; the caller judges it. */
export function readCell(text: string, scan: CellScan, note: NoteSink): CellContent {
  const slice = text.slice(scan.start, scan.end);
  const value = parseLenient(slice);
  const kept = (why: string): CellContent => {
    note('unreadable-cell', `${why} It is kept as it is.`);
    const fileId = isJsonObject(value) ? value['id'] : undefined;
    return {
      type: 'raw',
      source: slice,
      metadata: {},
      executionCount: null,
      outputs: [],
      problem: why,
      fileId,
    };
  };
  if (!isJsonObject(value)) return kept('The cell is not an object.');
  const type = value['cell_type'];
  if (!isCellType(type)) return kept(`The cell's type ${JSON.stringify(type) ?? '(none)'} is unknown.`);
  const source = joinText(value['source'] ?? '');
  if (source === undefined) return kept("The cell's source is neither text nor a list of lines.");
  if (value['source'] === undefined) note('missing-key', 'The cell has no "source".');
  const attachments = type === 'code' ? undefined : value['attachments'];
  return {
    type,
    source,
    metadata: readMetadata(value['metadata'], note),
    ...(isJsonObject(attachments) ? { attachments } : {}),
    executionCount: type === 'code' ? readCount(value['execution_count'], note) : null,
    outputs:
      type === 'code' ? readOutputs(text, memberOf(scan.members, 'outputs'), value['outputs'], note) : [],
    fileId: value['id'],
  };
}

function isCellType(type: unknown): type is CellType {
  return type === 'code' || type === 'markdown' || type === 'raw';
}

function readMetadata(metadata: JsonValue | undefined, note: NoteSink): JsonObject {
  if (isJsonObject(metadata)) return metadata;
  if (metadata === undefined) note('missing-key', 'The cell has no "metadata".');
  else note('wrong-type', 'The cell\'s "metadata" is not an object.');
  return {};
}

function readCount(count: JsonValue | undefined, note: NoteSink): number | null {
  if (count === undefined || count === null) return null;
  if (typeof count === 'number') return count;
  note('wrong-type', 'The cell\'s "execution_count" is not a number.');
  return null;
}

function readOutputs(
  text: string,
  member: Member | undefined,
  values: JsonValue | undefined,
  note: NoteSink,
): Output[] {
  if (member === undefined || !Array.isArray(values)) {
    if (values === undefined) note('missing-key', 'The cell has no "outputs".');
    else note('wrong-type', 'The cell\'s "outputs" is not a list.');
    return [];
  }
  if (values.length === 0) return [];
  const ranges =
    values.some(hasJsonMime) || !values.every(isJsonObject) ? scanItems(text, member.value.start) : [];
  return values.map((value, index) => {
    const output = isJsonObject(value) ? readOutput(value, text, ranges[index]) : undefined;
    if (output !== undefined) return output;
    const range = ranges[index] ?? scanItems(text, member.value.start)[index] ?? member.value;
    note('unreadable-output', 'An output of the cell is of no known kind. It is kept as it is.', range.start);
    return unreadableOutput(text.slice(range.start, range.end));
  });
}

/** Shows the JSON that was not understood; the writer keeps the original while this is in its place. */
function unreadableOutput(slice: string): Output {
  return { output_type: 'display_data', data: { 'text/plain': slice }, metadata: {} };
}

function hasJsonMime(output: JsonValue): boolean {
  const data = isJsonObject(output) ? output['data'] : undefined;
  return isJsonObject(data) && Object.keys(data).some(isJsonMime);
}

function readOutput(value: JsonObject, text: string, range: Range | undefined): Output | undefined {
  switch (value['output_type']) {
    case 'stream': {
      const content = joinText(value['text']);
      const name = value['name'] ?? 'stdout';
      if (content === undefined || (name !== 'stdout' && name !== 'stderr')) return undefined;
      return { output_type: 'stream', name, text: content };
    }
    case 'display_data':
    case 'execute_result':
      return readRich(value['output_type'], value, text, range);
    case 'error':
      return readError(value);
    default:
      return undefined;
  }
}

function readRich(
  type: RichOutput['output_type'],
  value: JsonObject,
  text: string,
  range: Range | undefined,
): Output | undefined {
  const data = value['data'];
  const metadata = value['metadata'] ?? {};
  if (!isJsonObject(data) || !isJsonObject(metadata)) return undefined;
  const count = value['execution_count'];
  const at = range && memberOf(scanMembers(text, range.start), 'data')?.value;
  const rawJson = at && rawJsonOf(text, at, data);
  return {
    output_type: type,
    data: joinBundle(data),
    metadata,
    ...(type === 'execute_result' ? { execution_count: typeof count === 'number' ? count : null } : {}),
    ...(rawJson ? { rawJson } : {}),
  };
}

function readError(value: JsonObject): Output | undefined {
  const { ename, evalue, traceback } = value;
  if (typeof ename !== 'string' || typeof evalue !== 'string') return undefined;
  if (!Array.isArray(traceback) || !traceback.every((line) => typeof line === 'string')) return undefined;
  return { output_type: 'error', ename, evalue, traceback };
}

function joinText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('');
  return undefined;
}

/** Text that the file keeps as a list of lines becomes one string; JSON values stay as they are. */
export function joinBundle(data: JsonObject): MimeBundle {
  const entries = Object.entries(data).map(([mime, value]): [string, JsonValue] => [
    mime,
    isJsonMime(mime) ? value : (joinText(value) ?? value),
  ]);
  return Object.fromEntries(entries);
}
