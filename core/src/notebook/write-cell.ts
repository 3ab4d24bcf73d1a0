/** The text of one edited cell: each key is changed on its own, lines and outputs that stayed keep their characters. */
import { formatJson, formatString } from './format.ts';
import { type Member, memberOf, type Range, scanItems } from './json-scanner.ts';
import { jsonEqual, type NotebookCell, type Output } from './model.ts';
import { patchMembers, patchObject, rebuild, type Slot, styleInside } from './patch.ts';
import type { CellScan } from './scan.ts';
import { lineIndent, type NotebookStyle } from './style.ts';
import { lineLiterals, outputNode, textNode } from './to-disk.ts';

interface CellEdit {
  readonly before: NotebookCell;
  readonly after: NotebookCell;
  readonly style: NotebookStyle;
}

/** Whether the file would say the same of both. A cell with a problem is never written, so it never changes. */
export function isCellUnchanged(before: NotebookCell, after: NotebookCell): boolean {
  return (
    before === after ||
    before.problem !== undefined ||
    (before.type === after.type &&
      before.source === after.source &&
      before.executionCount === after.executionCount &&
      jsonEqual(before.metadata, after.metadata) &&
      jsonEqual(before.attachments, after.attachments) &&
      areOutputsEqual(before.outputs, after.outputs))
  );
}

function areOutputsEqual(before: readonly Output[], after: readonly Output[]): boolean {
  if (before === after) return true;
  return (
    before.length === after.length && before.every((output, index) => isOutputEqual(output, after[index]))
  );
}

function isOutputEqual(before: Output, after: Output | undefined): boolean {
  if (before === after) return true;
  if (after === undefined || before.output_type !== after.output_type) return false;
  if (before.output_type === 'stream' || before.output_type === 'error') return jsonEqual(before, after);
  const { transient: _, ...saved } = before;
  const { transient: __, ...other } = after as typeof before;
  return jsonEqual(saved, other);
}

/** The new text of the cell at `scan`. */
export function patchCell(text: string, scan: CellScan, edit: CellEdit): string {
  const { before, after, style } = edit;
  const inside = { ...style, ...styleInside(text, scan, style) };
  const indent = lineIndent(text, scan.start) + (inside.unit ?? '');
  const at = (key: string) => memberOf(scan.members, key);
  const edits = new Map<string, string | null>();
  if (before.type !== after.type) edits.set('cell_type', formatString(after.type, style));
  if (before.source !== after.source)
    edits.set('source', patchSource(text, at('source'), after.source, { ...inside, indent }));
  if (!jsonEqual(before.metadata, after.metadata)) {
    const value = at('metadata')?.value;
    const isObject = value !== undefined && text[value.start] === '{';
    const patched =
      isObject && patchObject(text, value, { before: before.metadata, after: after.metadata }, inside);
    edits.set('metadata', patched || formatJson(after.metadata, inside, indent));
  }
  setAttachments(edits, edit, (value) => formatJson(value, inside, indent));
  setRun(edits, edit, { text, scan, inside, indent });
  for (const [key, value] of edits) if (value === null && at(key) === undefined) edits.delete(key);
  return patchMembers(
    text,
    { range: scan, members: scan.members, order: style.cellKeys[after.type] },
    edits,
    style,
  );
}

function setAttachments(
  edits: Map<string, string | null>,
  { before, after }: CellEdit,
  format: (value: NonNullable<NotebookCell['attachments']>) => string,
): void {
  if (after.type === 'code') {
    if (before.type !== 'code') edits.set('attachments', null);
  } else if (!jsonEqual(before.attachments, after.attachments)) {
    edits.set('attachments', after.attachments === undefined ? null : format(after.attachments));
  }
}

interface Place {
  readonly text: string;
  readonly scan: CellScan;
  readonly inside: NotebookStyle;
  readonly indent: string;
}

/** Execution count and outputs, which only code cells have. */
function setRun(edits: Map<string, string | null>, { before, after }: CellEdit, place: Place): void {
  if (after.type !== 'code') {
    if (before.type !== 'code') return;
    edits.set('execution_count', null);
    edits.set('outputs', null);
    return;
  }
  const isNew = before.type !== 'code';
  if (isNew || before.executionCount !== after.executionCount) {
    edits.set('execution_count', String(after.executionCount));
  }
  if (!isNew && areOutputsEqual(before.outputs, after.outputs)) return;
  const member = memberOf(place.scan.members, 'outputs');
  edits.set('outputs', patchOutputs(member, before.outputs, after.outputs, place));
}

function patchOutputs(
  member: Member | undefined,
  before: readonly Output[],
  after: readonly Output[],
  { text, inside, indent }: Place,
): string {
  if (member === undefined || text[member.value.start] !== '[') {
    return formatJson(
      after.map((output) => outputNode(output, inside)),
      inside,
      indent,
    );
  }
  const range = member.value;
  const spans = scanItems(text, range.start);
  const style = styleInside(text, range, inside);
  const itemIndent = lineIndent(text, range.start) + (style.unit ?? '');
  const sameAs = new Map(before.map((output, index) => [output, index]));
  const slots = after.map((output, index): Slot => {
    const old = before[index];
    const from = sameAs.get(output) ?? (old !== undefined && isOutputEqual(old, output) ? index : undefined);
    const span = from === undefined ? undefined : spans[from];
    if (from !== undefined && span !== undefined) return { text: text.slice(span.start, span.end), from };
    return { text: formatJson(outputNode(output, inside), style, itemIndent) };
  });
  return rebuild(text, { range, spans, slots }, inside);
}

function patchSource(
  text: string,
  member: Member | undefined,
  source: string,
  style: NotebookStyle & { readonly indent: string },
): string {
  const range = member?.value;
  if (range !== undefined && text[range.start] === '[') return patchLines(text, range, source, style);
  const isString = range !== undefined && text[range.start] === '"' && range.end - range.start > 2;
  return formatJson(isString ? source : textNode(source, style), style, style.indent);
}

/** Lines before and after the edit keep their characters, odd escapes and odd splits included. */
function patchLines(text: string, range: Range, source: string, style: NotebookStyle): string {
  const spans = scanItems(text, range.start);
  const lines = spans.map((span) => JSON.parse(text.slice(span.start, span.end)) as string);
  let head = 0;
  let from = 0;
  for (; head < lines.length; head++) {
    const line = lines[head] ?? '';
    const end = from + line.length;
    if (!source.startsWith(line, from) || (!line.endsWith('\n') && end !== source.length)) break;
    from = end;
  }
  let tail = lines.length;
  let to = source.length;
  for (; tail > head; tail--) {
    const line = lines[tail - 1] ?? '';
    const start = to - line.length;
    if (start < from || !source.startsWith(line, start)) break;
    if (start !== from && source[start - 1] !== '\n') break;
    to = start;
  }
  const keep = (span: Range, index: number): Slot => ({
    text: text.slice(span.start, span.end),
    from: index,
  });
  const slots: Slot[] = [
    ...spans.slice(0, head).map(keep),
    ...lineLiterals(source.slice(from, to), style).map((line) => ({ text: line })),
    ...spans.slice(tail).map((span, index) => keep(span, tail + index)),
  ];
  return rebuild(text, { range, spans, slots }, style);
}
