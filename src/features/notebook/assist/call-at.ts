/** Where in the code a call is being written: what is called, and which of its arguments the cursor is in. */
export type Call = {
  /** Offset of the opening bracket. */
  open: number;
  /** How many arguments stand before the cursor. */
  argument: number;
  /** The name in `name=…`, where the cursor's argument is given by name. */
  keyword: string | null;
};

type Bracket = { at: number; commas: number; argument: number };

const CLOSERS: Readonly<Record<string, true>> = { ')': true, ']': true, '}': true };

/** Reads Python up to the offset, past strings and comments. Null outside of a call. */
export function callAt(code: string, offset: number): Call | null {
  const stack: Bracket[] = [];
  let at = 0;
  while (at < offset) {
    const char = code.charAt(at);
    if (char === '#') at = endOfLine(code, at);
    else if (char === '"' || char === "'") at = endOfString(code, at);
    else {
      readBracket(stack, char, at);
      at += 1;
    }
  }
  // Inside a string or comment that began before the cursor the brackets before it still count.
  const inner = stack.at(-1);
  if (!inner || code.charAt(inner.at) !== '(' || !/[\w\])]\s*$/.test(code.slice(0, inner.at))) return null;
  if (/\b(?:def|class)\s+\w+\s*$/.test(code.slice(0, inner.at))) return null;
  const keyword = /^\s*(\w+)\s*=(?!=)/.exec(code.slice(inner.argument, offset))?.[1] ?? null;
  return { open: inner.at, argument: inner.commas, keyword };
}

function readBracket(stack: Bracket[], char: string, at: number): void {
  if (char === '(' || char === '[' || char === '{') stack.push({ at, commas: 0, argument: at + 1 });
  else if (CLOSERS[char]) stack.pop();
  else if (char === ',') {
    const inner = stack.at(-1);
    if (inner) Object.assign(inner, { commas: inner.commas + 1, argument: at + 1 });
  }
}

function endOfLine(code: string, at: number): number {
  const end = code.indexOf('\n', at);
  return end < 0 ? code.length : end;
}

/** Behind the string that begins here; an open one ends with its line, or with the text where it has three quotes. */
function endOfString(code: string, at: number): number {
  const quote = code.charAt(at);
  const mark = code.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let next = at + mark.length; next < code.length; next++) {
    const char = code.charAt(next);
    if (char === '\\') next += 1;
    else if (code.startsWith(mark, next)) return next + mark.length;
    else if (char === '\n' && mark.length === 1) return next;
  }
  return code.length;
}
