/** Text with colours of a terminal → pieces with their look. Only text comes out, never markup. */
import { applySgr, plainSgr, type Sgr, sgrSequence } from '@atelier-ide/core/outputs/sgr.ts';
import { renderTerminalText } from '@atelier-ide/core/outputs/terminal-lines.ts';

export type AnsiPiece = {
  readonly text: string;
  /** Class names; the colours of the 16 are ours, so that they can be read in every theme. */
  readonly className: string;
  readonly color?: string;
  readonly background?: string;
};

const SGR = /\u001b\[([\d;:]*)m/g;
const ATTRIBUTES: Readonly<Record<string, string>> = {
  1: 'at-ansi-bold',
  2: 'at-ansi-dim',
  3: 'at-ansi-italic',
  4: 'at-ansi-underline',
  9: 'at-ansi-strike',
};

/** What a terminal would show of this text, as lines with colours still in them. */
export function terminalText(text: string): string {
  return renderTerminalText(text);
}

/** Cuts text, already made plain of all but colours, into pieces of one look. */
export function ansiPieces(text: string): AnsiPiece[] {
  const pieces: AnsiPiece[] = [];
  let state: Sgr = plainSgr;
  let at = 0;
  const add = (end: number) => {
    if (end > at) pieces.push({ text: text.slice(at, end), ...lookOf(state) });
  };
  for (const match of text.matchAll(SGR)) {
    add(match.index);
    state = applySgr(state, match[1] ?? '');
    at = match.index + match[0].length;
  }
  add(text.length);
  return pieces;
}

/** Lines that can each be shown alone: a colour that goes on is set again at the beginning of the next line. */
export function ansiLines(text: string): string[] {
  if (!text.includes('\u001b')) return splitLines(text);
  let state: Sgr = plainSgr;
  return splitLines(text).map((line) => {
    const begin = sgrSequence(state);
    for (const match of line.matchAll(SGR)) state = applySgr(state, match[1] ?? '');
    return begin + line;
  });
}

/** The colours that are set at a place in a text, as a sequence that sets them. */
export function sgrAt(text: string, at: number): string {
  const reset = Math.max(text.lastIndexOf('\u001b[0m', at - 1), text.lastIndexOf('\u001b[m', at - 1));
  let state: Sgr = plainSgr;
  for (const match of text.slice(Math.max(0, reset), at).matchAll(SGR))
    state = applySgr(state, match[1] ?? '');
  return sgrSequence(state);
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The text without any colour. */
export function withoutAnsi(text: string): string {
  return text.replaceAll(SGR, '');
}

function lookOf(state: Sgr): Omit<AnsiPiece, 'text'> {
  if (state.size === 0) return { className: '' };
  const classes: string[] = [];
  const style: { color?: string; background?: string } = {};
  const isInverse = state.has('7');
  for (const [key, code] of state) {
    const attribute = ATTRIBUTES[key];
    if (attribute !== undefined) classes.push(attribute);
    if (key !== 'fg' && key !== 'bg') continue;
    const role = (key === 'fg') === isInverse ? 'bg' : 'fg';
    const { index, rgb } = colorOf(code);
    if (index !== null) classes.push(`at-ansi-${role}-${index}`);
    else if (rgb !== null && role === 'fg') style.color = rgb;
    else if (rgb !== null) style.background = rgb;
  }
  if (isInverse && !state.has('fg') && !state.has('bg')) classes.push('at-ansi-inverse');
  return { className: classes.join(' '), ...style };
}

/** One of the 16 (0–15), or a colour of its own. */
function colorOf(code: string): { index: number | null; rgb: string | null } {
  const [kind = 0, mode = 0, ...rest] = code.split(/[;:]/).map((part) => Number.parseInt(part, 10) || 0);
  if (kind === 38 || kind === 48) {
    if (mode === 5) return indexed(rest[0] ?? 0);
    const [r = 0, g = 0, b = 0] = rest.slice(-3).map((part) => Math.min(255, part));
    return { index: null, rgb: mode === 2 ? `rgb(${r} ${g} ${b})` : null };
  }
  const base = kind >= 100 ? 92 : kind >= 90 ? 82 : kind >= 40 ? 40 : 30;
  return { index: kind - base, rgb: null };
}

const STEPS = [0, 95, 135, 175, 215, 255];

function indexed(value: number): { index: number | null; rgb: string | null } {
  if (value < 16) return { index: value, rgb: null };
  if (value >= 232) {
    const grey = 8 + Math.min(23, value - 232) * 10;
    return { index: null, rgb: `rgb(${grey} ${grey} ${grey})` };
  }
  const cube = value - 16;
  const [r, g, b] = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(
    (step) => STEPS[step] ?? 0,
  );
  return { index: null, rgb: `rgb(${r} ${g} ${b})` };
}
