const FRAME =
  /^(?:Cell In\s*\[\d*\],? line \d+|Input In \[\d+\]|File .+?(?:, line \d+|:\d+(?:,| in ))|<ipython-input|~?\S+\.py in |  File ".+", line \d+)/gm;

/** How many frames a Python traceback of plain text names; 0 where it is of another kind. */
export function countFrames(traceback: string): number {
  return traceback.match(FRAME)?.length ?? 0;
}
