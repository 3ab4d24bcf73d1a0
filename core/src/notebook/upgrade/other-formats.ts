/**
 * Files whose format is not the one that is edited: the old ones (1 to 3) and ones that are newer than this program.
 * Both can be looked at; an old one can be written anew, as Python's nbformat.write would write it.
 */
import { canonicalStyle, formatJson, splitLines } from '../format.ts';
import { JsonScanError, memberOf } from '../json-scanner.ts';
import { parseLenient } from '../lossless.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model.ts';
import { type ParsedNotebook, readNotebook } from '../read.ts';
import { scanNotebook } from '../scan.ts';
import { upgradeNotebook } from './upgrade.ts';

export type OtherFormat = {
  /** The file's format as people say it. */
  readonly format: string;
  /** The same in format 4, to look at. */
  readonly notebook: ParsedNotebook;
  /** Text of the file in format 4; null where it cannot be had (the format is newer). */
  readonly upgraded: string | null;
};

/** Reads a file that `readNotebook` refuses for its format; null where it is no notebook of any format. */
export function readOtherFormat(text: string): OtherFormat | null {
  const value = parse(text);
  if (!isJsonObject(value)) return null;
  const version = value['nbformat'] ?? (isFirstFormat(value) ? 1 : null);
  if (version === 1 || version === 2 || version === 3) return readOld(value, version);
  return typeof version === 'number' && version > 4 ? readNewer(text, value, version) : null;
}

function parse(text: string): JsonValue {
  try {
    scanNotebook(text);
    return parseLenient(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (error instanceof JsonScanError) return null;
    throw error;
  }
}

/** The first format did not name itself. */
function isFirstFormat({ cells }: JsonObject): boolean {
  if (!Array.isArray(cells) || cells.length === 0) return false;
  return cells.every(
    (cell) => isJsonObject(cell) && ('code' in cell || 'text' in cell) && !('source' in cell),
  );
}

function readOld(value: JsonObject, version: 1 | 2 | 3): OtherFormat | null {
  const upgraded = textOf(upgradeNotebook(value, version));
  const result = readNotebook(upgraded);
  return result.ok ? { format: String(version), notebook: result.notebook, upgraded } : null;
}

/** Read as if it were format 4: what is new in it is shown as far as it is understood. */
function readNewer(text: string, value: JsonObject, version: number): OtherFormat | null {
  const range = memberOf(scanNotebook(text).members, 'nbformat')?.value;
  if (!range) return null;
  const result = readNotebook(`${text.slice(0, range.start)}4${text.slice(range.end)}`);
  const minor = value['nbformat_minor'];
  const format = typeof minor === 'number' ? `${version}.${minor}` : String(version);
  return result.ok ? { format, notebook: result.notebook, upgraded: null } : null;
}

function textOf(notebook: JsonObject): string {
  return `${formatJson(withLines(notebook), canonicalStyle, '')}\n`;
}

const isSplit = (key: string) =>
  key === 'source' ||
  key === 'text' ||
  key.startsWith('text/') ||
  key === 'image/svg+xml' ||
  key === 'application/javascript';

/** Text in lists of lines, where files have it so. */
function withLines(notebook: JsonObject): JsonObject {
  const split = (bundle: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(bundle).map(([key, value]) => [
        key,
        isSplit(key) && typeof value === 'string' ? splitLines(value) : value,
      ]),
    );
  const outputs = (value: JsonValue | undefined): JsonObject =>
    Array.isArray(value) ? { outputs: value.map((one) => (isJsonObject(one) ? output(one) : one)) } : {};
  const output = (one: JsonObject): JsonObject => ({
    ...split(one),
    ...(isJsonObject(one['data']) ? { data: split(one['data']) } : {}),
  });
  const cells = (notebook['cells'] as JsonObject[]).map((cell) => ({
    ...split(cell),
    ...outputs(cell['outputs']),
  }));
  return { ...notebook, cells };
}
