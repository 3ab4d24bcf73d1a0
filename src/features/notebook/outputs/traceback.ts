const FRAME =
  /^(?:Cell In\s*\[\d*\],? line \d+|Input In \[\d+\]|File .+?(?:, line \d+|:\d+(?:,| in ))|<ipython-input|~?\S+\.py in |  File ".+", line \d+)/gm;

/** How many frames a Python traceback of plain text names; 0 where it is of another kind. */
export function countFrames(traceback: string): number {
  return traceback.match(FRAME)?.length ?? 0;
}

/** Where an error was raised, as far as a person can go there: a cell by its count, or a file of the home. */
export type ErrorPlace =
  | { kind: 'cell'; count: number; line: number }
  | { kind: 'file'; path: string; line: number };

const PLACE = /^(?:Cell In ?\[(\d+)\],? line (\d+)|File ~\/(.+?)(?::(\d+)| line (\d+)|, line (\d+)))/gm;
/** Code of libraries is not what a person goes to. */
const LIBRARY = /(?:^|\/)(?:site-packages|dist-packages|lib\/python[\d.]+|\.venv|\.conda)\//;

/** The innermost frame of a person's own code in a traceback of plain text; null where none is named. */
export function placeOfError(traceback: string): ErrorPlace | null {
  const own = [...traceback.matchAll(PLACE)].filter(([, , , path]) => !path || !LIBRARY.test(path)).at(-1);
  if (!own) return null;
  const [, count, cellLine, path, ...lines] = own;
  if (count !== undefined) return { kind: 'cell', count: Number(count), line: Number(cellLine) };
  const line = Number(lines.find((each) => each !== undefined));
  return path === undefined ? null : { kind: 'file', path, line };
}
