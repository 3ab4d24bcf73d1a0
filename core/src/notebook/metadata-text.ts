/**
 * Metadata as JSON text that a person edits. What is not valid, or would break other programs that read the notebook,
 * is refused with a sentence that names the place; nothing is mended behind the person's back.
 */
import {
  JsonScanError,
  positionAt,
  skipString,
  skipValue,
  skipWhitespace,
  walkArray,
  walkObject,
} from './json-scanner.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './model.ts';

export type MetadataKind = 'cell' | 'notebook';

export type MetadataResult =
  | { readonly ok: true; readonly metadata: JsonObject }
  | { readonly ok: false; readonly problem: string };

/** The metadata as text for editing. */
export function metadataText(metadata: JsonObject): string {
  return JSON.stringify(metadata, null, 2);
}

/** Reads edited text. `before` is the metadata as it was: what was odd in it already may stay. */
export function readMetadataText(text: string, kind: MetadataKind, before: JsonObject = {}): MetadataResult {
  const syntax = syntaxProblem(text);
  if (syntax !== null) return { ok: false, problem: syntax };
  const metadata = JSON.parse(text) as JsonValue;
  if (!isJsonObject(metadata)) {
    return { ok: false, problem: 'Metadata is an object: it begins with { and ends with }.' };
  }
  const old = new Set(metadataProblems(before, kind));
  const problem = metadataProblems(metadata, kind).find((one) => !old.has(one));
  return problem === undefined ? { ok: true, metadata } : { ok: false, problem };
}

function syntaxProblem(text: string): string | null {
  try {
    const start = skipWhitespace(text, 0);
    const rest = skipWhitespace(text, skipValue(text, start));
    if (rest < text.length) throw new JsonScanError('There is more text after the end', rest);
    checkInside(text, start);
    return null;
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    const { line, column } = positionAt(text, error.offset);
    return `Line ${line}, column ${column}: ${error.message.replace(/\.$/, '')}.`;
  }
}

/** Repeated keys, and numbers that would not come back as they are. */
function checkInside(text: string, at: number): number {
  const first = text[at];
  if (first === '[') return walkArray(text, at, (item) => checkInside(text, item));
  if (first === '"') return skipString(text, at);
  if (first !== '{') return checkScalar(text, at);
  const keys = new Set<string>();
  return walkObject(text, at, (value, key) => {
    if (keys.has(key)) throw new JsonScanError(`The key "${key}" stands twice in one object`, value);
    keys.add(key);
    return checkInside(text, value);
  });
}

function checkScalar(text: string, at: number): number {
  const end = skipValue(text, at);
  const token = text.slice(at, end);
  if (/^-?\d+$/.test(token) && String(Number(token)) !== token) {
    throw new JsonScanError(`The number ${token} is too long to be kept exactly. Put it in quotes`, at);
  }
  if (/^-?Infinity$|^NaN$/.test(token)) throw new JsonScanError(`${token} is no JSON`, at);
  return end;
}

type Check = (value: JsonValue) => string | null;

const isText: Check = (value) => (typeof value === 'string' ? null : 'is not text');
const isFlag: Check = (value) => (typeof value === 'boolean' ? null : 'is neither true nor false');
const isObject: Check = (value) => (isJsonObject(value) ? null : 'is not an object');
const isTags: Check = (value) => {
  if (!Array.isArray(value) || value.some((tag) => typeof tag !== 'string')) return 'is not a list of texts';
  if (value.some((tag) => tag === '' || (tag as string).includes(','))) {
    return 'has an empty tag, or one with a comma';
  }
  return new Set(value).size === value.length ? null : 'has a tag twice';
};
const hasTexts =
  (...names: readonly string[]): Check =>
  (value) => {
    if (!isJsonObject(value)) return 'is not an object';
    const missing = names.find((name) => typeof value[name] !== 'string');
    return missing === undefined ? null : `has no "${missing}" that is text`;
  };
const isScrolled: Check = (value) =>
  typeof value === 'boolean' || value === 'auto' ? null : 'is none of true, false and "auto"';

/** What nbformat's schema says of the keys that programs share. */
const RULES: Readonly<Record<MetadataKind, Readonly<Record<string, Check>>>> = {
  cell: {
    collapsed: isFlag,
    deletable: isFlag,
    editable: isFlag,
    execution: isObject,
    format: isText,
    jupyter: isObject,
    name: isText,
    raw_mimetype: isText,
    scrolled: isScrolled,
    slideshow: isObject,
    tags: isTags,
  },
  notebook: {
    authors: (value) => (Array.isArray(value) ? null : 'is not a list'),
    kernelspec: hasTexts('name', 'display_name'),
    language_info: hasTexts('name'),
    title: isText,
  },
};

function metadataProblems(metadata: JsonObject, kind: MetadataKind): string[] {
  return Object.entries(RULES[kind]).flatMap(([key, check]) => {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    const problem = value === undefined ? null : check(value);
    return problem === null ? [] : [`"${key}" ${problem}.`];
  });
}
