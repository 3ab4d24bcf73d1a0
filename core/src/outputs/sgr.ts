/** Colours and attributes of terminal text, kept in one normal form so that they cannot grow without end. */

const FOREGROUND = 'fg';
const BACKGROUND = 'bg';

const OFF: ReadonlyMap<number, readonly string[]> = new Map([
  [22, ['1', '2']],
  [23, ['3']],
  [24, ['4', '21']],
  [25, ['5', '6']],
  [27, ['7']],
  [28, ['8']],
  [29, ['9']],
  [39, [FOREGROUND]],
  [49, [BACKGROUND]],
  [55, ['53']],
]);

function isAttribute(code: number): boolean {
  return (code >= 1 && code <= 9) || code === 21 || code === 53;
}

/** What is switched on; by attribute the code that switches it on. Immutable. */
export type Sgr = ReadonlyMap<string, string>;

export const plainSgr: Sgr = new Map();

function colourKey(code: number): string | undefined {
  if ((code >= 30 && code <= 38) || (code >= 90 && code <= 97)) return FOREGROUND;
  return (code >= 40 && code <= 48) || (code >= 100 && code <= 107) ? BACKGROUND : undefined;
}

/** Apply the parameters of one `ESC [ … m`. */
export function applySgr(state: Sgr, parameters: string): Sgr {
  const next = new Map(state);
  const codes = parameters.split(';');
  for (let i = 0; i < codes.length; i++) {
    const text = codes[i] ?? '';
    const code = Number.parseInt(text === '' ? '0' : text, 10);
    const key = colourKey(code);
    if (key !== undefined) {
      const isExtended = (code === 38 || code === 48) && !text.includes(':');
      const length = isExtended ? colourLength(codes[i + 1]) : 1;
      next.set(key, codes.slice(i, i + length).join(';'));
      i += length - 1;
    } else if (code === 0) next.clear();
    else if (isAttribute(code)) next.set(String(code), text);
    else for (const off of OFF.get(code) ?? []) next.delete(off);
  }
  return next;
}

/** 38;5;n and 38;2;r;g;b. */
function colourLength(kind: string | undefined): number {
  if (kind === '5') return 3;
  return kind === '2' ? 5 : 1;
}

/** The escape sequence that brings plain text to this state; empty for plain. */
export function sgrSequence(state: Sgr): string {
  return state.size === 0 ? '' : `\u001b[${[...state.values()].join(';')}m`;
}
