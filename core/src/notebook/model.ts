/**
 * The notebook as the program sees it. Every value is immutable: an edit makes a new object and keeps the
 * references of what did not change, which is also how the writer finds out cheaply what to leave alone.
 *
 * Numbers: JavaScript cannot tell `1.0` from `1` and cuts 20-digit integers. The writer therefore never rewrites
 * what did not change; and a rich output whose JSON would come out different carries the original text of that
 * JSON beside the parsed value, in `rawJson` (plain data, so that it survives structured clone and IndexedDB).
 */

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

export type CellType = 'code' | 'markdown' | 'raw';

declare const cellIdBrand: unique symbol;
/** Identity of a cell in memory: the file's id, or a derived one (see identity.ts). */
export type CellId = string & { readonly [cellIdBrand]: true };

/** Name a string as a cell id; the caller vouches for it. */
export function asCellId(id: string): CellId {
  return id as CellId;
}

/** Mime type → value. Text is one string; JSON types (`application/json`, `application/*+json`) any JSON value. */
export type MimeBundle = Record<string, JsonValue>;

/** Mime type → exact JSON text, only for values that `JSON.stringify` would write differently. */
export type RawJson = Readonly<Record<string, string>>;

export interface StreamOutput {
  readonly output_type: 'stream';
  readonly name: 'stdout' | 'stderr';
  readonly text: string;
}

export interface RichOutput {
  readonly output_type: 'display_data' | 'execute_result';
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
  readonly execution_count?: number | null;
  /** In memory only; never written to a file. */
  readonly transient?: JsonObject;
  readonly rawJson?: RawJson;
}

export interface ErrorOutput {
  readonly output_type: 'error';
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export type Output = StreamOutput | RichOutput | ErrorOutput;

export interface NotebookCell {
  readonly id: CellId;
  readonly type: CellType;
  readonly source: string;
  readonly metadata: JsonObject;
  readonly attachments?: JsonObject;
  /** null for a cell that is not code or has not run. */
  readonly executionCount: number | null;
  /** Empty for a cell that is not code. */
  readonly outputs: readonly Output[];
  /** The file itself carries this id; false for derived ids. */
  readonly hasFileId: boolean;
  /**
   * Set where the file's cell could not be understood (a sentence): `source` shows its JSON text, and the writer
   * copies the cell byte for byte whatever is done to this object, short of deleting it.
   */
  readonly problem?: string;
}

export interface NotebookDocument {
  readonly cells: readonly NotebookCell[];
  readonly metadata: JsonObject;
  readonly nbformat: number;
  readonly nbformatMinor: number;
}

/** Whether the value of this mime type is JSON rather than text. The rule is nbformat's own. */
export function isJsonMime(mime: string): boolean {
  return mime === 'application/json' || (mime.startsWith('application/') && mime.endsWith('+json'));
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Structural equality of JSON values; the order of keys does not matter. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => jsonEqual(item, b[i]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return (
    keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]))
  );
}
