/**
 * Changing JSON text in place. A container is taken apart into its items and what stands between them; items that
 * stay keep their characters, neighbours that stay neighbours keep what stands between them, and what is new is put in
 * like the rest.
 */
import { compareKeys, formatJson, formatString, type JsonStyle } from './format.ts';
import { type Member, memberOf, type Range, scanMembers } from './json-scanner.ts';
import { isJsonObject, jsonEqual, type JsonObject } from './model.ts';
import { lineIndent } from './style.ts';

/** A place in the new container; `from` is the index of the old item that it is or replaces. */
export interface Slot {
  readonly text: string;
  readonly from?: number;
}

/** New content for a container of the text. */
export interface Rebuild {
  readonly range: Range;
  /** The old items, separators left out. */
  readonly spans: readonly Range[];
  readonly slots: readonly Slot[];
}

/** The style for what is inside this container: on one line where the container is, and is not empty. */
export function styleInside(text: string, range: Range, style: JsonStyle): JsonStyle {
  const content = text.slice(range.start + 1, range.end - 1);
  if (style.unit === null || content.trim() === '' || /[\r\n]/.test(content)) return style;
  return { ...style, unit: null };
}

/** The text of the container with the slots for content. */
export function rebuild(text: string, { range, spans, slots }: Rebuild, style: JsonStyle): string {
  const open = text.charAt(range.start);
  const close = text.charAt(range.end - 1);
  if (slots.length === 0) return open + close;
  const inside = styleInside(text, range, style);
  const [first, second] = spans;
  const last = spans.at(-1);
  const indent = inside.unit === null ? '' : inside.eol + lineIndent(text, range.start);
  const lead = first ? text.slice(range.start + 1, first.start) : indent + (inside.unit ?? '');
  const tail = last ? text.slice(last.end, range.end - 1) : indent;
  const made = /[\r\n]/.test(lead) ? inside.comma + lead : inside.inlineComma;
  const usual = first && second ? text.slice(first.end, second.start) : made;

  const pieces = [open, lead];
  for (const [index, slot] of slots.entries()) {
    const before = slots[index - 1];
    if (before !== undefined) pieces.push(gapBetween(text, spans, before.from, slot.from) ?? usual);
    pieces.push(slot.text);
  }
  pieces.push(tail, close);
  return pieces.join('');
}

function gapBetween(
  text: string,
  spans: readonly Range[],
  left?: number,
  right?: number,
): string | undefined {
  if (left === undefined || right !== left + 1) return undefined;
  const [a, b] = [spans[left], spans[right]];
  return a && b && text.slice(a.end, b.start);
}

/** Values by key: text to set, null to remove. */
export type MemberEdits = ReadonlyMap<string, string | null>;

/** Where new keys go: by sort order, or as in this example of the same kind of object, or last. */
export type KeyOrder = readonly string[];

export interface ObjectTarget {
  readonly range: Range;
  readonly members: readonly Member[];
  readonly order?: KeyOrder | undefined;
}

/** Set and remove members of an object. */
export function patchMembers(
  text: string,
  { range, members, order }: ObjectTarget,
  edits: MemberEdits,
  style: JsonStyle,
): string {
  if (edits.size === 0) return text.slice(range.start, range.end);
  const spans = members.map((member) => ({ start: member.keyStart, end: member.value.end }));
  const slots: (Slot & { readonly key: string })[] = [];
  for (const [from, member] of members.entries()) {
    const edit = edits.get(member.key);
    if (edit === null) continue;
    const isSet = edit !== undefined && memberOf(members, member.key) === member;
    const value = isSet ? edit : text.slice(member.value.start, member.value.end);
    slots.push({ key: member.key, from, text: text.slice(member.keyStart, member.value.start) + value });
  }
  for (const [key, value] of edits) {
    if (value === null || memberOf(members, key) !== undefined) continue;
    const slot = { key, text: formatString(key, style) + style.colon + value };
    slots.splice(
      placeOf(
        key,
        slots.map((one) => one.key),
        style,
        order,
      ),
      0,
      slot,
    );
  }
  return rebuild(text, { range, spans, slots }, style);
}

function placeOf(
  key: string,
  keys: readonly string[],
  style: JsonStyle,
  order: KeyOrder | undefined,
): number {
  const isSorted = keys.length > 1 || style.sortKeys;
  if (isSorted && keys.every((one, index) => index === 0 || compareKeys(keys[index - 1] ?? '', one) < 0)) {
    const at = keys.findIndex((one) => compareKeys(one, key) > 0);
    return at < 0 ? keys.length : at;
  }
  const earlier = order?.slice(0, Math.max(0, order.indexOf(key))) ?? [];
  const at = keys.findLastIndex((one) => earlier.includes(one));
  return at < 0 ? keys.length : at + 1;
}

export interface Change {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** Change the object at `range` from one value to the other, touching only the keys that differ. */
export function patchObject(text: string, range: Range, { before, after }: Change, style: JsonStyle): string {
  const members = scanMembers(text, range.start);
  const inside = styleInside(text, range, style);
  const indent = lineIndent(text, range.start) + (inside.unit ?? '');
  const edits = new Map<string, string | null>();
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key) || after[key] === undefined) edits.set(key, null);
  }
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (value === undefined || (old !== undefined && jsonEqual(old, value))) continue;
    const at = memberOf(members, key)?.value;
    const isDeep = at !== undefined && isJsonObject(old) && isJsonObject(value) && text[at.start] === '{';
    edits.set(
      key,
      isDeep
        ? patchObject(text, at, { before: old, after: value }, inside)
        : formatJson(value, inside, indent),
    );
  }
  return patchMembers(text, { range, members }, edits, style);
}
