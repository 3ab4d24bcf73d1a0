/**
 * Footnotes: `[^name]` in the text and `[^name]: …` anywhere below. They are numbered in the order in which the text
 * names them; a name without a note stays what was written, and a note that nothing names is not shown.
 */
import type { MarkedExtension, Token, TokenizerAndRendererExtension, Tokens } from 'marked';

const NOTE = /^\[\^([^\]\s]+)\]:[ \t]*([^\n]*(?:\n+(?: {2,}|\t)[^\n]+)*)(?:\n|$)/;
const CALL = /^\[\^([^\]\s]+)\](?!:)/;

type Note = Tokens.Generic & { name: string; tokens: Token[] };
type Call = Tokens.Generic & { name: string; number?: number; nth?: number };

const note: TokenizerAndRendererExtension = {
  name: 'footnote',
  level: 'block',
  start(source) {
    const at = source.search(/\n\[\^[^\]\s]+\]:/);
    return at < 0 ? undefined : at + 1;
  },
  tokenizer(source) {
    const match = NOTE.exec(source);
    if (!match) return undefined;
    const [raw, name = '', text = ''] = match;
    const plain = text.replaceAll(/\n(?: {4}|\t| {2,3})/g, '\n');
    return { type: 'footnote', raw, name, tokens: this.lexer.blockTokens(plain, []) };
  },
  childTokens: ['tokens'],
  renderer: () => '',
};

const call: TokenizerAndRendererExtension = {
  name: 'footnoteCall',
  level: 'inline',
  start: (source) => source.match(/\[\^/)?.index,
  tokenizer(source) {
    const match = CALL.exec(source);
    return match ? { type: 'footnoteCall', raw: match[0], name: match[1] } : undefined;
  },
  renderer(token) {
    const { raw, number, nth } = token as Call;
    if (number === undefined) return escapeText(raw);
    return `<sup id="${callId(number, nth ?? 1)}"><a href="#footnote-${number}">${number}</a></sup>`;
  },
};

export const footnotes: MarkedExtension = { extensions: [note, call] };

type Reader = {
  walk: (tokens: Token[], visit: (token: Token) => void) => void;
  render: (tokens: Token[]) => string;
};

/** Numbers the calls and gives the notes, to stand below the text. */
export function renderNotes(tokens: Token[], { walk, render }: Reader): string {
  const notes = new Map<string, Note>();
  const calls: Call[] = [];
  walk(tokens, (token) => {
    if (token.type === 'footnote' && !notes.has((token as Note).name))
      notes.set((token as Note).name, token as Note);
    else if (token.type === 'footnoteCall') calls.push(token as Call);
  });
  const shown = [...new Set(calls.map(({ name }) => name))].filter((name) => notes.has(name));
  const counts = new Map<string, number>();
  for (const one of calls) {
    const number = shown.indexOf(one.name) + 1;
    if (number === 0) continue;
    const nth = (counts.get(one.name) ?? 0) + 1;
    counts.set(one.name, nth);
    Object.assign(one, { number, nth });
  }
  if (shown.length === 0) return '';
  const items = shown.map((name, index) => {
    const number = index + 1;
    const back = `<a href="#${callId(number, 1)}" title="Back to the text">↩</a>`;
    return `<li id="footnote-${number}">${withBack(render(notes.get(name)?.tokens ?? []), back)}</li>\n`;
  });
  return `<hr>\n<ol>\n${items.join('')}</ol>\n`;
}

const callId = (number: number, nth: number) => `footnote-call-${number}${nth > 1 ? `-${nth}` : ''}`;

/** The way back stands at the end of the last line. */
function withBack(html: string, back: string): string {
  const at = html.lastIndexOf('</p>');
  return at < 0 ? `${html} ${back}` : `${html.slice(0, at)} ${back}${html.slice(at)}`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
