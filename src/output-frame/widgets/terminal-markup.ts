/** Text of a terminal as elements: what a terminal would show of it, with its colours and weights. */
import { applySgr, plainSgr, type Sgr } from '@atelier-ide/core/outputs/sgr.ts';
import { renderTerminalText } from '@atelier-ide/core/outputs/terminal-lines.ts';

const SGR = /\u001b\[([\d;:]*)m/g;
/** Colours that can be read on the ground of every theme. */
const COLORS = ['text-3', 'danger', 'ok', 'warn', 'accent-text', 'syn-keyword', 'syn-builtin', 'text-2'];

function piece(text: string, state: Sgr): Node {
  if (state.size === 0) return document.createTextNode(text);
  const span = document.createElement('span');
  span.textContent = text;
  if (state.has('1')) span.style.fontWeight = '700';
  if (state.has('3')) span.style.fontStyle = 'italic';
  if (state.has('4')) span.style.textDecoration = 'underline';
  const color = COLORS[Number(state.get('fg') ?? Number.NaN) % 10];
  if (color !== undefined) span.style.color = `var(--at-${color})`;
  return span;
}

/** A fragment that shows the text. */
export function terminalMarkup(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const plain = renderTerminalText(text);
  let state: Sgr = plainSgr;
  let at = 0;
  for (const match of plain.matchAll(SGR)) {
    if (match.index > at) fragment.append(piece(plain.slice(at, match.index), state));
    state = applySgr(state, match[1] ?? '');
    at = match.index + match[0].length;
  }
  if (at < plain.length) fragment.append(piece(plain.slice(at), state));
  return fragment;
}
