/**
 * IPython's own lines in a cell, commented out, so that the rest is plain Python. Only where a statement begins: a `%` at
 * the start of a line of a longer expression, or in a string, is Python.
 */
const MAGIC = /^(?:%%?\w|!|\?{1,2}\w|%?[\w.%]+\?{1,2}\s*$|[\w.,\s[\]]+=\s*[!%]\s*\w)/;

export function commentMagics(source: string): string {
  const lines = source.split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  // A cell magic takes all of the cell, in whatever language that is.
  if (/^%%\w/.test(first)) return lines.map((line) => (line === '' ? '#' : `# ${line}`)).join('\n');
  const state: State = { quote: '', depth: 0, isContinued: false };
  let goesOn = false;
  const made: string[] = [];
  for (const line of lines) {
    const body = line.trimStart();
    const indent = line.slice(0, line.length - body.length);
    const begins = state.quote === '' && state.depth === 0 && !state.isContinued;
    if (goesOn || (begins && MAGIC.test(body))) {
      // What stands in a block leaves a statement in it.
      made.push(goesOn || indent === '' ? `# ${line}` : `${indent}pass  # ${body}`);
      // A shell command may go on in the next line.
      goesOn = line.endsWith('\\');
    } else {
      made.push(line);
      read(line, state);
    }
  }
  return made.join('\n');
}

type State = {
  /** The quotes that end the string that is open over lines; '' = none. */
  quote: string;
  depth: number;
  isContinued: boolean;
};

/** Follows strings, comments and brackets through one line. */
function read(line: string, state: State): void {
  let at = 0;
  state.isContinued = false;
  while (at < line.length) {
    if (state.quote !== '') {
      at = endOfString(line, at, state);
      continue;
    }
    const char = line.charAt(at);
    if (char === '#') return;
    if (char === '"' || char === "'") {
      state.quote = line.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      at += state.quote.length;
      continue;
    }
    if ('([{'.includes(char)) state.depth += 1;
    else if (')]}'.includes(char)) state.depth = Math.max(0, state.depth - 1);
    at += 1;
  }
  state.isContinued = state.quote.length !== 3 && line.endsWith('\\');
  // A string of one line ends with it, unless the line goes on.
  if (state.quote.length === 1 && !state.isContinued) state.quote = '';
}

/** Behind the string that is open at this place, or the end of the line. */
function endOfString(line: string, from: number, state: State): number {
  for (let at = from; at < line.length; at += 1) {
    if (line.charAt(at) === '\\') at += 1;
    else if (line.startsWith(state.quote, at)) {
      const end = at + state.quote.length;
      state.quote = '';
      return end;
    }
  }
  return line.length;
}
