/**
 * Coloured source with each line in a box of its own, which counts it. No token reaches over the end of a line, so the
 * HTML may be cut there; the text stays the same to the character.
 */
export function numberedLines(html: string): string {
  const ends = html.split('\n');
  return ends.map((line, index) => `<span>${line}${index < ends.length - 1 ? '\n' : ''}</span>`).join('');
}
