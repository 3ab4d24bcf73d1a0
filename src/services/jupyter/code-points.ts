/**
 * Places in a text. JavaScript counts UTF-16 units, Jupyter (since protocol 5.2) Unicode code points: an emoji is two
 * here and one there.
 */

/** The place in code points of an offset in UTF-16 units. Inside of a pair it is the place before the pair. */
export function toCodePoints(text: string, offset: number): number {
  const end = Math.max(0, Math.min(offset, text.length));
  let count = 0;
  for (let at = 0; at < end; count++) {
    const width = widthAt(text, at);
    if (at + width > end) break;
    at += width;
  }
  return count;
}

/** The offset in UTF-16 units of a place in code points; beyond the text it is the end. */
export function toUtf16(text: string, points: number): number {
  let at = 0;
  for (let count = 0; count < points && at < text.length; count++) at += widthAt(text, at);
  return at;
}

function widthAt(text: string, at: number): 1 | 2 {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
