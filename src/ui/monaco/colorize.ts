import { languageNamed } from './languages.ts';
import { loadMonaco } from './load-monaco.ts';
import { colorOfToken } from './token-colors.ts';

/** Longer text stays plain: colouring it would hold up the page. */
const MAX_LENGTH = 200_000;

/**
 * Source code as HTML with `<span class="at-syn-…">`, text escaped, its text content equal to the source. Null where
 * there is nothing to colour (an unknown language, plain text, very long source).
 */
export async function colorize(source: string, language: string): Promise<string | null> {
  const name = languageNamed(language);
  if (name === 'plaintext' || source.trim() === '' || source.length > MAX_LENGTH) return null;
  const monaco = await loadMonaco();
  if (!monaco.languages.getLanguages().some((one) => one.id === name)) return null;
  // Loads the grammar; `tokenize` itself does not wait for it.
  await monaco.editor.colorize(' ', name, {});
  return renderTokens(source, monaco.editor.tokenize(source, name));
}

type Token = { readonly offset: number; readonly type: string };

/** The HTML of tokens by line. Line ends are kept as they are in the source. */
export function renderTokens(source: string, lines: readonly (readonly Token[])[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const tokens of lines) {
    const end = lineEnd(source, at);
    const line = source.slice(at, end);
    for (const [index, token] of tokens.entries()) {
      const text = line.slice(token.offset, tokens[index + 1]?.offset ?? line.length);
      if (text === '') continue;
      const color = colorOfToken(token.type);
      parts.push(color ? `<span class="at-syn-${color}">${escapeHtml(text)}</span>` : escapeHtml(text));
    }
    if (tokens.length === 0) parts.push(escapeHtml(line));
    const next = end + (source.startsWith('\r\n', end) ? 2 : end < source.length ? 1 : 0);
    parts.push(source.slice(end, next));
    at = next;
  }
  parts.push(escapeHtml(source.slice(at)));
  return parts.join('');
}

function lineEnd(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const unit = source.charCodeAt(at);
    if (unit === 10 || unit === 13) return at;
  }
  return source.length;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
