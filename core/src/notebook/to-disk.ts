/** Cells and outputs as the nodes that a file holds: text split into lines, nothing transient. */
import { formatString, splitLines } from './format.ts';
import { type JsonNode, parseLenient, parseLossless } from './lossless.ts';
import { isJsonMime, jsonEqual, type NotebookCell, type Output, type RichOutput } from './model.ts';
import type { NotebookStyle } from './style.ts';
import { skipValue, skipWhitespace } from './json-scanner.ts';

/** Multi-line text in the file's manner. */
export function textNode(text: string, style: Pick<NotebookStyle, 'splitLines'>): JsonNode {
  return style.splitLines ? splitLines(text) : text;
}

/** nbformat splits these only; an image stays one long string. */
function isSplitMime(mime: string): boolean {
  return mime.startsWith('text/') || mime === 'application/javascript' || mime === 'image/svg+xml';
}

export function outputNode(output: Output, style: NotebookStyle): JsonNode {
  switch (output.output_type) {
    case 'stream':
      return { name: output.name, output_type: 'stream', text: textNode(output.text, style) };
    case 'error': {
      const { ename, evalue, traceback } = output;
      return { ename, evalue, output_type: 'error', traceback: [...traceback] };
    }
    case 'display_data':
      return { data: bundleNode(output, style), metadata: output.metadata, output_type: 'display_data' };
    case 'execute_result':
      return {
        data: bundleNode(output, style),
        execution_count: output.execution_count ?? null,
        metadata: output.metadata,
        output_type: 'execute_result',
      };
  }
}

function bundleNode({ data, rawJson }: RichOutput, style: NotebookStyle): JsonNode {
  const bundle = new Map<string, JsonNode>();
  for (const [mime, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const raw = rawJson !== undefined && Object.hasOwn(rawJson, mime) ? rawJson[mime] : undefined;
    const isText = typeof value === 'string' && isSplitMime(mime);
    if (raw !== undefined && isJsonMime(mime) && isRawOf(raw, value)) bundle.set(mime, parseLossless(raw));
    else bundle.set(mime, isText ? textNode(value, style) : value);
  }
  return bundle;
}

/** Raw text is written only if it is JSON and still says what the value says. */
function isRawOf(raw: string, value: unknown): boolean {
  try {
    const start = skipWhitespace(raw, 0);
    if (skipWhitespace(raw, skipValue(raw, start)) !== raw.length) return false;
    const parsed = parseLenient(raw);
    // 1e400 is Infinity here, and null in a copy of the value.
    return jsonEqual(parsed, value) || JSON.stringify(parsed) === JSON.stringify(value);
  } catch {
    return false;
  }
}

/** A new cell; `fileId` only where the file's cells have ids. */
export function cellNode(
  cell: NotebookCell,
  fileId: string | undefined,
  style: NotebookStyle,
): Map<string, JsonNode> {
  const node = new Map<string, JsonNode>();
  if (cell.attachments !== undefined && cell.type !== 'code') node.set('attachments', cell.attachments);
  node.set('cell_type', cell.type);
  if (cell.type === 'code') node.set('execution_count', cell.executionCount);
  if (fileId !== undefined) node.set('id', fileId);
  node.set('metadata', cell.metadata);
  if (cell.type === 'code') {
    node.set(
      'outputs',
      cell.outputs.map((output) => outputNode(output, style)),
    );
  }
  node.set('source', textNode(cell.source, style));
  return ordered(node, style.sortKeys ? undefined : style.cellKeys[cell.type]);
}

function ordered(node: Map<string, JsonNode>, keys: readonly string[] | undefined): Map<string, JsonNode> {
  if (keys === undefined) return node;
  const place = (key: string) => {
    const at = keys.indexOf(key);
    return at < 0 ? keys.length : at;
  };
  return new Map([...node].sort(([a], [b]) => place(a) - place(b)));
}

/** The lines of a list of lines, as literals. */
export function lineLiterals(source: string, style: NotebookStyle): string[] {
  return splitLines(source).map((line) => formatString(line, style));
}
