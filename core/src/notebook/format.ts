/** Writing JSON in a given style. With `canonicalStyle` the text is what Python's nbformat.write produces. */
import { JsonLiteral, type JsonNode } from './lossless.ts';

export interface JsonStyle {
  /** One step of indentation; null where everything stands on one line. */
  readonly unit: string | null;
  readonly eol: string;
  /** Between items on separate lines, without the line break (Python 2 left a space there). */
  readonly comma: string;
  /** Between items on one line. */
  readonly inlineComma: string;
  readonly colon: string;
  readonly sortKeys: boolean;
  /** `ascii-lower` and `ascii-upper` escape all that is not ASCII, with hex digits of that case. */
  readonly charset: 'unicode' | 'ascii-lower' | 'ascii-upper';
}

export const canonicalStyle: JsonStyle = {
  unit: ' ',
  eol: '\n',
  comma: ',',
  inlineComma: ', ',
  colon: ': ',
  sortKeys: true,
  charset: 'unicode',
};

/** Format a value whose first line begins after `indent`. */
export function formatJson(node: JsonNode, style: JsonStyle, indent: string): string {
  if (node === null || typeof node === 'boolean') return String(node);
  if (typeof node === 'string') return formatString(node, style);
  if (typeof node === 'number') return formatNumber(node);
  if (node instanceof JsonLiteral) return node.text;
  const inner = indent + (style.unit ?? '');
  if (Array.isArray(node)) {
    const items = node.map((item) => formatJson(item, style, inner));
    return wrap('[]', items, style, indent);
  }
  const entries = [...(node instanceof Map ? node : Object.entries(node))].filter(
    ([, value]) => value !== undefined,
  );
  if (style.sortKeys) entries.sort(([a], [b]) => compareKeys(a, b));
  const members = entries.map(
    ([key, value]) => formatString(key, style) + style.colon + formatJson(value, style, inner),
  );
  return wrap('{}', members, style, indent);
}

function wrap(brackets: '[]' | '{}', items: string[], style: JsonStyle, indent: string): string {
  const [open, close] = [brackets.charAt(0), brackets.charAt(1)];
  if (items.length === 0) return open + close;
  if (style.unit === null) return open + items.join(style.inlineComma) + close;
  const lineBreak = style.eol + indent + style.unit;
  return open + lineBreak + items.join(style.comma + lineBreak) + style.eol + indent + close;
}

/** A JSON string literal. */
export function formatString(value: string, style: JsonStyle): string {
  const text = JSON.stringify(value);
  if (style.charset === 'unicode') return text;
  // Python's ensure_ascii leaves printable ASCII only, so DEL is escaped too.
  return text.replaceAll(/[^ -~]/g, (unit) => {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
    return '\\u' + (style.charset === 'ascii-upper' ? hex.toUpperCase() : hex);
  });
}

/** A number as Python writes it: exponents have two digits and begin below 0.0001. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (value === 0 || Math.abs(value) >= 1e-4) return Object.is(value, -0) ? '-0.0' : String(value);
  const [digits, exponent = '0'] = value.toExponential().split('e-');
  return `${digits ?? ''}e-${exponent.padStart(2, '0')}`;
}

/** The order of Python's sort: by code point, not by UTF-16 unit. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const isSurrogateX = x >= 0xd800 && x <= 0xdfff;
    const isSurrogateY = y >= 0xd800 && y <= 0xdfff;
    if (isSurrogateX !== isSurrogateY) return isSurrogateX ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

const LINES =
  /[^\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]*(?:\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]|$)/g;

/** Python's `text.splitlines(True)`: lines with their ends. */
export function splitLines(text: string): string[] {
  const lines = text.match(LINES) ?? [];
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
