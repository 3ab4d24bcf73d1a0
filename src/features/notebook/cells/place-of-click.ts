import type { CursorPlace } from '@/ui/monaco/create-editor.ts';

type CaretDocument = Document & {
  caretPositionFromPoint?(x: number, y: number): { offsetNode: Node; offset: number } | null;
  caretRangeFromPoint?(x: number, y: number): Range | null;
};

/** Line and column of the character that was clicked in the static text. */
export function placeOfClick(
  box: HTMLElement,
  { clientX, clientY }: { clientX: number; clientY: number },
  source: string,
): CursorPlace | null {
  const text = box.querySelector('pre');
  const document = box.ownerDocument as CaretDocument;
  const position = document.caretPositionFromPoint?.(clientX, clientY);
  const range = position ? null : document.caretRangeFromPoint?.(clientX, clientY);
  const node = position?.offsetNode ?? range?.startContainer;
  const offset = position?.offset ?? range?.startOffset ?? 0;
  if (!text || !node || !text.contains(node)) return null;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(node, offset);
  return placeOfOffset(source, before.toString().length);
}

/** 1-based line and column of an offset. */
export function placeOfOffset(source: string, offset: number): CursorPlace {
  const before = source.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
