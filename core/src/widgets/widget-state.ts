/**
 * The state of one widget as plain values: JSON without its binary parts, and those beside it with their places. This
 * is how it travels in comm messages, how a page remembers it, and how a file keeps it.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../notebook/model.ts';

export type BufferPath = readonly (string | number)[];

export interface BinaryPart {
  readonly path: BufferPath;
  readonly bytes: Uint8Array;
}

export interface WidgetState {
  readonly values: JsonObject;
  readonly binary: readonly BinaryPart[];
}

export const EMPTY_STATE: WidgetState = { values: {}, binary: [] };

function isPath(value: unknown): value is (string | number)[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((part) => typeof part === 'string' || Number.isSafeInteger(part))
  );
}

/** The binary parts of a message: its paths, each with its buffer. What does not fit together is left out. */
export function binaryOf(paths: JsonValue | undefined, buffers: readonly Uint8Array[]): BinaryPart[] {
  if (!Array.isArray(paths)) return [];
  return paths.flatMap((path, index) => {
    const bytes = buffers[index];
    return bytes && isPath(path) ? [{ path, bytes }] : [];
  });
}

/** The state that a message carries in `data.state`, `data.buffer_paths` and its buffers. */
export function stateOfData(data: JsonObject, buffers: readonly Uint8Array[]): WidgetState {
  const values = data['state'];
  return { values: isJsonObject(values) ? values : {}, binary: binaryOf(data['buffer_paths'], buffers) };
}

/** A state after an update. An update replaces whole attributes, each with all its binary parts. */
export function updateState(state: WidgetState, update: WidgetState): WidgetState {
  const replaced = new Set<string | number>(Object.keys(update.values));
  for (const { path } of update.binary) if (path[0] !== undefined) replaced.add(path[0]);
  if (replaced.size === 0) return state;
  const values = { ...state.values, ...update.values };
  // An attribute that is nothing but bytes has no value beside them.
  for (const { path } of update.binary)
    if (path.length === 1 && !(String(path[0]) in update.values)) delete values[String(path[0])];
  const kept = state.binary.filter(({ path }) => path[0] === undefined || !replaced.has(path[0]));
  return { values, binary: [...kept, ...update.binary] };
}

/** Ids of the models that a value refers to, at any depth. */
export function referencesOf(value: JsonValue): string[] {
  if (typeof value === 'string') return value.startsWith('IPY_MODEL_') ? [value.slice(10)] : [];
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  return isJsonObject(value) ? Object.values(value).flatMap(referencesOf) : [];
}
