/**
 * A strict JSON scanner over positions: it checks the grammar and tells where values begin and end, without building
 * any value. It never recurses, so no file can overflow the stack; nesting beyond MAX_DEPTH is refused, because
 * whatever builds values later does recurse. Like Python's json it lets NaN and ±Infinity pass; they are no JSON, but
 * notebooks carry them, and a file must not be unreadable for it.
 */

export const MAX_DEPTH = 1000;

/** A slice of the text: start inclusive, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Member {
  readonly key: string;
  readonly keyStart: number;
  readonly value: Range;
}

/** Thrown for text that is no JSON; `offset` is where it stops being JSON. */
export class JsonScanError extends Error {
  readonly offset: number;
  readonly code: 'syntax' | 'too-deep';

  constructor(message: string, offset: number, code: 'syntax' | 'too-deep' = 'syntax') {
    super(message);
    this.name = 'JsonScanError';
    this.offset = offset;
    this.code = code;
  }
}

const WHITESPACE = /[ \t\r\n]*/y;
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity/y;

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

export function skipWhitespace(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code > 32) return at;
  return matchEnd(WHITESPACE, text, at);
}

/** `at` is the opening quote; the result is just after the closing one. */
export function skipString(text: string, at: number): number {
  let next = at + 1;
  for (;;) {
    next = matchEnd(PLAIN_CHARACTERS, text, next);
    const character = text[next];
    if (character === '"') return next + 1;
    if (character === undefined) throw new JsonScanError('The text ends inside a string', text.length);
    if (character !== '\\')
      throw new JsonScanError('A string contains a raw line break or control character', next);
    const end = matchEnd(ESCAPE, text, next);
    if (end < 0) throw new JsonScanError('A string contains an escape that JSON does not know', next);
    next = end;
  }
}

function skipScalar(text: string, at: number): number {
  const end = matchEnd(SCALAR, text, at);
  if (end > at) return end;
  throw unexpected(text, at, 'a value');
}

function unexpected(text: string, at: number, wanted: string): JsonScanError {
  const found = text[at];
  if (found === undefined) return new JsonScanError(`The text ends where ${wanted} is expected`, at);
  return new JsonScanError(`Expected ${wanted}, found ${JSON.stringify(found)}`, at);
}

/** `at` is the first character of a value; the result is just after it. `depth` counts the containers around it. */
export function skipValue(text: string, at: number, depth = 0): number {
  const closers: string[] = [];
  let next = at;
  do {
    next = descend(text, next, closers, depth);
    next = ascend(text, next, closers);
  } while (closers.length > 0);
  return next;
}

/** From a value down through the containers that begin with it, to after the first leaf or empty container. */
function descend(text: string, at: number, closers: string[], depth: number): number {
  let next = at;
  for (;;) {
    const character = text[next];
    if (character === '"') return skipString(text, next);
    if (character !== '{' && character !== '[') return skipScalar(text, next);
    if (depth + closers.length >= MAX_DEPTH) {
      throw new JsonScanError(`Values are nested more than ${String(MAX_DEPTH)} deep`, next, 'too-deep');
    }
    const closer = character === '{' ? '}' : ']';
    next = skipWhitespace(text, next + 1);
    if (text[next] === closer) return next + 1;
    closers.push(closer);
    if (closer === '}') next = skipKey(text, next);
  }
}

/** From after a value up through the containers that end there, to the next value; with none left open, to the end. */
function ascend(text: string, at: number, closers: string[]): number {
  let next = at;
  for (let closer = closers.at(-1); closer !== undefined; closer = closers.at(-1)) {
    next = skipWhitespace(text, next);
    if (text[next] !== closer) {
      if (text[next] !== ',') throw unexpected(text, next, `a comma or ${closer}`);
      next = skipWhitespace(text, next + 1);
      return closer === '}' ? skipKey(text, next) : next;
    }
    closers.pop();
    next += 1;
  }
  return next;
}

/** From the quote of a key to the first character of its value. */
function skipKey(text: string, at: number): number {
  if (text[at] !== '"') throw unexpected(text, at, 'a key in quotes');
  const colon = skipWhitespace(text, skipString(text, at));
  if (text[colon] !== ':') throw unexpected(text, colon, 'a colon after the key');
  return skipWhitespace(text, colon + 1);
}

type SkipAt = (at: number, key: string) => number;

/**
 * Walk the members of the object at `at`. `visit` gets the position of each value and its key and returns the
 * position after it (`skipValue`, or something that looks inside). The result is the position after the object.
 */
export function walkObject(text: string, at: number, visit: SkipAt, members?: Member[]): number {
  if (text[at] !== '{') throw unexpected(text, at, 'an object');
  let next = skipWhitespace(text, at + 1);
  if (text[next] === '}') return next + 1;
  for (;;) {
    const keyStart = next;
    const valueStart = skipKey(text, keyStart);
    const key = decodeKey(text, keyStart);
    const end = visit(valueStart, key);
    members?.push({ key, keyStart, value: { start: valueStart, end } });
    next = skipWhitespace(text, end);
    if (text[next] === '}') return next + 1;
    if (text[next] !== ',') throw unexpected(text, next, 'a comma or }');
    next = skipWhitespace(text, next + 1);
  }
}

/** Walk the items of the array at `at`; see walkObject. */
export function walkArray(text: string, at: number, visit: (at: number) => number, items?: Range[]): number {
  if (text[at] !== '[') throw unexpected(text, at, 'a list');
  let next = skipWhitespace(text, at + 1);
  if (text[next] === ']') return next + 1;
  for (;;) {
    const end = visit(next);
    items?.push({ start: next, end });
    next = skipWhitespace(text, end);
    if (text[next] === ']') return next + 1;
    if (text[next] !== ',') throw unexpected(text, next, 'a comma or ]');
    next = skipWhitespace(text, next + 1);
  }
}

function decodeKey(text: string, quote: number): string {
  const end = skipString(text, quote);
  const raw = text.slice(quote + 1, end - 1);
  return raw.includes('\\') ? (JSON.parse(text.slice(quote, end)) as string) : raw;
}

/** The members of the object at `at`, in file order, repeated keys included. */
export function scanMembers(text: string, at: number): Member[] {
  const members: Member[] = [];
  walkObject(text, at, (value) => skipValue(text, value), members);
  return members;
}

/** The items of the array at `at`. */
export function scanItems(text: string, at: number): Range[] {
  const items: Range[] = [];
  walkArray(text, at, (value) => skipValue(text, value), items);
  return items;
}

/** The member that counts: of repeated keys the last, as JSON.parse has it. */
export function memberOf(members: readonly Member[], key: string): Member | undefined {
  return members.findLast((member) => member.key === key);
}

export interface TextPosition {
  readonly offset: number;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
}

/** Line and column of an offset; \n, \r\n and \r all end a line. */
export function positionAt(text: string, offset: number): TextPosition {
  let line = 1;
  let lineStart = 0;
  for (const match of text.slice(0, offset).matchAll(/\r\n|\r|\n/g)) {
    line += 1;
    lineStart = match.index + match[0].length;
  }
  return { offset, line, column: offset - lineStart + 1 };
}
