/** How much of a long text is shown. */
export const lineCap = {
  /** More lines than fit 400 px scroll in a box. */
  scroll: 22,
  /** More lines than this show only their first and last. */
  cut: 1_000,
  head: 20,
  tail: 20,
  /** Lines in one block of a long text: the browser skips blocks that are out of sight. */
  block: 500,
} as const;

export type CutLines = { head: readonly string[]; tail: readonly string[]; leftOut: number };

/** First and last lines of a very long text; null where all can be shown. */
export function cutLines(lines: readonly string[]): CutLines | null {
  if (lines.length <= lineCap.cut) return null;
  return {
    head: lines.slice(0, lineCap.head),
    tail: lines.slice(-lineCap.tail),
    leftOut: lines.length - lineCap.head - lineCap.tail,
  };
}

export function blocksOf(lines: readonly string[]): (readonly string[])[] {
  if (lines.length <= lineCap.block) return [lines];
  const blocks: (readonly string[])[] = [];
  for (let at = 0; at < lines.length; at += lineCap.block) blocks.push(lines.slice(at, at + lineCap.block));
  return blocks;
}
