/** JSON text whose exact numbers and key order matter: parse it to nodes that keep every literal as it was written. */
import { type RawJson, isJsonMime, isJsonObject, type JsonValue } from './model.ts';
import { type Range, skipString, skipValue, skipWhitespace, walkArray, walkObject } from './json-scanner.ts';

/** A number (or NaN) as its text. */
export class JsonLiteral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What the formatter writes: plain JSON values, or literals and ordered maps where exactness counts. */
export type JsonNode =
  | null
  | boolean
  | number
  | string
  | JsonLiteral
  | JsonNode[]
  | Map<string, JsonNode>
  | { [key: string]: JsonNode };

/** Parse valid JSON text without losing what a literal looked like. */
export function parseLossless(text: string): JsonNode {
  const found: { node: JsonNode } = { node: null };
  parseAt(text, skipWhitespace(text, 0), (node) => {
    found.node = node;
  });
  return found.node;
}

function parseAt(text: string, at: number, take: (node: JsonNode) => void): number {
  const first = text[at];
  if (first === '{') {
    const map = new Map<string, JsonNode>();
    take(map);
    return walkObject(text, at, (value, key) => parseAt(text, value, (node) => map.set(key, node)));
  }
  if (first === '[') {
    const list: JsonNode[] = [];
    take(list);
    return walkArray(text, at, (value) => parseAt(text, value, (node) => list.push(node)));
  }
  const end = first === '"' ? skipString(text, at) : skipValue(text, at);
  const literal = text.slice(at, end);
  const isNumeric = first !== '"' && literal !== 'true' && literal !== 'false' && literal !== 'null';
  take(isNumeric ? new JsonLiteral(literal) : (JSON.parse(literal) as string | boolean | null));
  return end;
}

const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"(\s*:)?|-?(?:\d[\d.eE+-]*|Infinity)|NaN/g;
const INTEGER_KEY = /^"(?:0|[1-9]\d*)"/;

/** Whether `JSON.stringify(JSON.parse(text))` would say something else than `text` (spacing aside). */
export function isLossyJson(text: string): boolean {
  for (const [token, colon] of text.matchAll(STRINGS_AND_NUMBERS)) {
    if (token.startsWith('"')) {
      // Objects in JavaScript put integer-like keys first.
      if (colon !== undefined && INTEGER_KEY.test(token)) return true;
    } else if (String(Number(token)) !== token || token.endsWith('y') || token === 'NaN') {
      return true;
    }
  }
  return false;
}

/** JSON.parse, but NaN and ±Infinity, which Python writes, become null. The text has been scanned before. */
export function parseLenient(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    const cleaned = text.replaceAll(STRINGS_AND_NUMBERS, (token) =>
      token.endsWith('y') || token === 'NaN' ? 'null' : token,
    );
    return JSON.parse(cleaned) as JsonValue;
  }
}

/** The exact text of the lossy JSON values in a mime bundle that stands at `range`; undefined where none is lossy. */
export function rawJsonOf(text: string, range: Range, data: JsonValue | undefined): RawJson | undefined {
  if (!isJsonObject(data) || !Object.keys(data).some(isJsonMime)) return undefined;
  const raw = new Map<string, string>();
  walkObject(text, range.start, (at, key) => {
    const end = skipValue(text, at);
    if (isJsonMime(key)) {
      const slice = text.slice(at, end);
      if (isLossyJson(slice)) raw.set(key, slice);
      else raw.delete(key);
    }
    return end;
  });
  return raw.size > 0 ? Object.fromEntries(raw) : undefined;
}
