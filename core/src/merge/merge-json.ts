/** Three versions of a JSON object into one, key by key. Where both sides set the same key, mine stays. */
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../notebook/model.ts';

export type JsonMerge = {
  readonly value: JsonObject;
  /** Keys that both sides set, each in its way, as `a.b`. */
  readonly conflicts: readonly string[];
};

/** Merges what was made of `base` here and there. */
export function mergeJson(base: JsonObject, mine: JsonObject, theirs: JsonObject): JsonMerge {
  if (theirs === base || jsonEqual(mine, theirs) || jsonEqual(theirs, base))
    return { value: mine, conflicts: [] };
  if (jsonEqual(mine, base)) return { value: theirs, conflicts: [] };
  const conflicts: string[] = [];
  const entries: [string, JsonValue][] = [];
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const merged = mergeValue(own(base, key), own(mine, key), own(theirs, key));
    conflicts.push(...merged.conflicts.map((path) => (path === '' ? key : `${key}.${path}`)));
    if (merged.value !== undefined) entries.push([key, merged.value]);
  }
  return { value: Object.fromEntries(entries), conflicts };
}

type Value = JsonValue | undefined;

function mergeValue(base: Value, mine: Value, theirs: Value): { value: Value; conflicts: readonly string[] } {
  if (jsonEqual(mine, theirs) || jsonEqual(theirs, base)) return { value: mine, conflicts: [] };
  if (jsonEqual(mine, base)) return { value: theirs, conflicts: [] };
  if (isJsonObject(mine) && isJsonObject(theirs)) {
    return mergeJson(isJsonObject(base) ? base : {}, mine, theirs);
  }
  // What one side removed and the other set stays set.
  return { value: mine === undefined ? theirs : mine, conflicts: [''] };
}

const own = (object: JsonObject, key: string): Value =>
  Object.hasOwn(object, key) ? object[key] : undefined;
