/** A JSON value as the rows of a tree: which are visible, where each stands, what a search finds. */
import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import { grouped } from './text-size.ts';

export type JsonPath = readonly (string | number)[];

export type JsonRow = {
  /** Names the row among all of the tree. */
  id: string;
  path: JsonPath;
  value: JsonValue;
  level: number;
  /** null: a value without parts. */
  isExpanded: boolean | null;
  position: number;
  size: number;
  /** Parts of the row above that are not shown yet: this row stands for them. */
  more: number;
};

/** Parts of one value that are shown at first, and with each "Show more". */
export const PARTS = 100;
/** Rows that "Expand all" opens, and values that a search reads: beyond it a tree helps nobody. */
const MAX_ROWS = 2_000;
const MAX_SEARCHED = 100_000;

export const rowId = (path: JsonPath): string => JSON.stringify(path);

export type JsonTreeState = {
  /** Rows that a person folded or unfolded. */
  toggled: ReadonlyMap<string, boolean>;
  /** How many parts of a row are shown, where it is not the usual number. */
  shown: ReadonlyMap<string, number>;
  isAllOpen: boolean;
  found: JsonFound | null;
};

type Parts = readonly (readonly [string | number, JsonValue])[];

function partsOf(value: JsonValue): Parts | null {
  if (Array.isArray(value)) return value.map((item, index) => [index, item] as const);
  return value !== null && typeof value === 'object' ? Object.entries(value) : null;
}

/** The rows that are visible, from the root on. */
export function jsonRows(root: JsonValue, state: JsonTreeState): JsonRow[] {
  const rows: JsonRow[] = [];
  addRow({ path: [], value: root, position: 1, size: 1 });
  return rows;

  function addRow({
    path,
    value,
    position,
    size,
  }: Pick<JsonRow, 'path' | 'value' | 'position' | 'size'>): void {
    const id = rowId(path);
    const parts = partsOf(value);
    const isExpanded = parts === null || parts.length === 0 ? null : isOpen(id, path.length);
    rows.push({ id, path, value, level: path.length + 1, isExpanded, position, size, more: 0 });
    if (parts === null || isExpanded !== true) return;
    const wanted = state.found
      ? parts.filter(([key]) => state.found?.onWay.has(rowId([...path, key])))
      : parts;
    const count = state.shown.get(id) ?? PARTS;
    for (const [index, [key, item]] of wanted.slice(0, count).entries())
      addRow({ path: [...path, key], value: item, position: index + 1, size: wanted.length });
    if (wanted.length > count) {
      const more = wanted.length - count;
      const level = path.length + 2;
      rows.push({
        id: `${id} more`,
        path,
        value,
        level,
        isExpanded: null,
        position: count + 1,
        size: wanted.length,
        more,
      });
    }
  }

  function isOpen(id: string, depth: number): boolean {
    const toggled = state.toggled.get(id);
    if (toggled !== undefined) return toggled;
    if (state.found) return state.found.onWay.has(id);
    return depth === 0 || (state.isAllOpen && rows.length < MAX_ROWS);
  }
}

export type JsonFound = {
  /** Rows that have the words, and all above them. */
  onWay: ReadonlySet<string>;
  count: number;
  /** There was more than is searched. */
  isPart: boolean;
};

/** Finds keys and values that have the words. */
export function searchJson(root: JsonValue, query: string): JsonFound {
  const wanted = query.toLowerCase();
  const onWay = new Set<string>();
  let [count, seen] = [0, 0];
  visit(root, []);
  return { onWay, count, isPart: seen > MAX_SEARCHED };

  function visit(value: JsonValue, path: JsonPath): boolean {
    seen += 1;
    if (seen > MAX_SEARCHED) return false;
    const isHit = path.length > 0 && hasWords(path, value, wanted);
    if (isHit) count += 1;
    let isOnWay = isHit;
    for (const [key, item] of partsOf(value) ?? []) if (visit(item, [...path, key])) isOnWay = true;
    if (isOnWay || path.length === 0) onWay.add(rowId(path));
    return isOnWay;
  }
}

function hasWords(path: JsonPath, value: JsonValue, wanted: string): boolean {
  const key = path.at(-1);
  if (typeof key === 'string' && key.toLowerCase().includes(wanted)) return true;
  if (typeof value === 'string') return value.toLowerCase().includes(wanted);
  return (value === null || typeof value !== 'object') && String(value).includes(wanted);
}

/** How code reaches the value from the whole: `["layers"][0]["units"]`. */
export function pathText(path: JsonPath): string {
  return path.map((key) => `[${JSON.stringify(key)}]`).join('');
}

/** What a row says of a value: itself, or how much is in it. */
export function valueText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${grouped(value.length)} ${value.length === 1 ? 'item' : 'items'}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const { length } = Object.keys(value);
  return `{${grouped(length)} ${length === 1 ? 'key' : 'keys'}}`;
}

/** A value for the clipboard: text as it is, all else as JSON. */
export function copiedText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
