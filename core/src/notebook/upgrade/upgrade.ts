/**
 * Old notebooks (formats 1 to 3) as format 4, step by step as Python's nbformat does it: what it makes of a file, this
 * makes of it. Nothing is written here; the file keeps its format until a person agrees to the new one.
 */
import { derivedId } from '../identity.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model.ts';

const NOTHING: JsonObject = {};
const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];
const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : NOTHING);

/** The notebook in format 4.5. */
export function upgradeNotebook(notebook: JsonObject, version: 1 | 2 | 3): JsonObject {
  const second = version === 1 ? fromFirst(notebook) : notebook;
  const third = version === 3 ? second : fromSecond(second);
  return fromThird(third);
}

/** Code and text in one list. What the first format knew beside them has no place in the second. */
function fromFirst({ cells }: JsonObject): JsonObject {
  const upgraded = objects(cells).map((cell): JsonObject => {
    if (cell['cell_type'] !== 'code') return { cell_type: 'markdown', source: textOf(cell['text']) };
    const { code, prompt_number: count } = cell;
    return {
      cell_type: 'code',
      input: textOf(code),
      outputs: [],
      collapsed: false,
      ...(count === undefined ? {} : { prompt_number: count }),
    };
  });
  return { nbformat: 2, metadata: {}, worksheets: [{ cells: upgraded }] };
}

function fromSecond(notebook: JsonObject): JsonObject {
  const worksheets = objects(notebook['worksheets']).map((sheet): JsonObject => {
    const cells = objects(sheet['cells']).map((cell): JsonObject => ({ metadata: {}, ...cell }));
    return { ...sheet, cells };
  });
  return { ...notebook, nbformat: 3, nbformat_minor: 0, orig_nbformat: 2, worksheets };
}

function fromThird(notebook: JsonObject): JsonObject {
  const { worksheets, orig_nbformat: original, orig_nbformat_minor: minor, ...rest } = notebook;
  const { name: _, signature: __, ...metadata } = objectOf(notebook['metadata']);
  const counts = new Map<string, number>();
  const cells = objects(worksheets)
    .flatMap((sheet) => objects(sheet['cells']))
    .map((cell) => withId(upgradeCell(cell), counts));
  return {
    ...rest,
    cells,
    metadata: {
      ...metadata,
      orig_nbformat: original || 3,
      orig_nbformat_minor: minor || 0,
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** Format 4.5 wants ids. Made of the text, the same file gets the same ones each time. */
function withId(cell: JsonObject, counts: Map<string, number>): JsonObject {
  const source = textOf(cell['source']);
  const count = counts.get(source) ?? 0;
  counts.set(source, count + 1);
  return {
    ...cell,
    id: derivedId(source, count)
      .replaceAll(/[^a-zA-Z0-9_-]+/g, '-')
      .replace(/^-/, '')
      .slice(0, 64),
  };
}

function upgradeCell(cell: JsonObject): JsonObject {
  const { cell_type: type, metadata: own, ...rest } = cell;
  const metadata = objectOf(own);
  if (type === 'code') return upgradeCode(rest, metadata);
  const source = textOf(rest['source']);
  if (type === 'heading') {
    const { level, source: _, ...others } = rest;
    const marks = '#'.repeat(typeof level === 'number' ? level : 1);
    return { ...others, cell_type: 'markdown', metadata, source: `${marks} ${splitLines(source).join(' ')}` };
  }
  const kind = type === 'html' ? 'markdown' : (type ?? 'raw');
  return { ...rest, cell_type: kind, metadata, ...(rest['source'] === undefined ? {} : { source }) };
}

function upgradeCode(cell: JsonObject, metadata: JsonObject): JsonObject {
  const { language: _, collapsed, input, prompt_number: count = null, outputs, ...rest } = cell;
  return {
    ...rest,
    cell_type: 'code',
    execution_count: count,
    metadata: collapsed === undefined ? metadata : { ...metadata, collapsed },
    outputs: objects(outputs).map(upgradeOutput),
    source: textOf(input),
  };
}

const MIME: Readonly<Record<string, string>> = {
  text: 'text/plain',
  html: 'text/html',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  latex: 'text/latex',
  json: 'application/json',
  javascript: 'application/javascript',
};
/** Outputs whose text may stand as a list of lines. */
const MULTILINE = new Set(['text', 'html', 'svg', 'latex', 'javascript', 'json']);

function upgradeOutput(output: JsonObject): JsonObject {
  switch (output['output_type']) {
    case 'pyout':
    case 'display_data':
      return upgradeRich(output);
    case 'pyerr':
      return { ...joined(output), output_type: 'error' };
    case 'stream': {
      const { stream = 'stdout', ...rest } = joined(output);
      return { ...rest, name: stream };
    }
    default:
      return joined(output);
  }
}

function upgradeRich(output: JsonObject): JsonObject {
  const { output_type: type, prompt_number: count, metadata, ...content } = joined(output);
  const isResult = type === 'pyout';
  const others = !isResult && count !== undefined ? { prompt_number: count } : {};
  const data = mimeKeys({ ...others, ...content });
  const json = data['application/json'];
  if (typeof json === 'string') data['application/json'] = parsed(json);
  return {
    output_type: isResult ? 'execute_result' : 'display_data',
    ...(isResult ? { execution_count: count ?? null } : {}),
    data,
    metadata: mimeKeys(objectOf(metadata)),
  };
}

/** Text that is no JSON stays text: nothing is lost. */
function parsed(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    return json;
  }
}

const joined = (output: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(output).map(([key, value]) => [key, MULTILINE.has(key) ? textOrSame(value) : value]),
  );

const mimeKeys = (bundle: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(bundle).map(([key, value]) => [
      Object.hasOwn(MIME, key) ? (MIME[key] ?? key) : key,
      value,
    ]),
  );

function textOrSame(value: JsonValue): JsonValue {
  return Array.isArray(value) && value.every((line) => typeof line === 'string') ? textOf(value) : value;
}

/** Lines were kept with their ends or, by older programs, without. */
function textOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  const lines = value.filter((line) => typeof line === 'string');
  return lines.join(/[\n\r]$/.test(lines[0] ?? '') ? '' : '\n');
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
