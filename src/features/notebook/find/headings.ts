import { type MarkedToken, marked, type Token } from 'marked';

export type Heading = { depth: number; text: string };

/** The headings of Markdown, as plain text: `#`, underlined, and written in HTML. Those without words are left out. */
export function headingsOf(source: string): Heading[] {
  // Most cells have none: nothing is read then.
  if (!/^ {0,3}(?:#{1,6}|=+|-+)|<h[1-6]/im.test(source)) return [];
  return marked
    .lexer(source)
    .flatMap((token): Heading[] => {
      const known = token as MarkedToken;
      if (known.type === 'heading') return [{ depth: known.depth, text: wordsOf(known.tokens) }];
      return known.type === 'html' ? htmlHeadings(known.text) : [];
    })
    .map(({ depth, text }) => ({ depth, text: text.replaceAll(/\s+/g, ' ').trim() }))
    .filter(({ text }) => text !== '');
}

function wordsOf(tokens: readonly Token[]): string {
  return tokens.map((token) => wordOf(token as MarkedToken)).join('');
}

function wordOf(token: MarkedToken): string {
  if (token.type === 'html') return '';
  if (token.type === 'br') return ' ';
  if ('tokens' in token && token.tokens) return wordsOf(token.tokens);
  return 'text' in token ? withoutEntities(token.text) : token.raw;
}

function htmlHeadings(html: string): Heading[] {
  return [...html.matchAll(/<h([1-6])\b[^>]*>([^]*?)<\/h\1\s*>/gi)].map(([, depth, content = '']) => ({
    depth: Number(depth),
    text: withoutEntities(content.replaceAll(/<[^>]*>/g, '')),
  }));
}

function withoutEntities(text: string): string {
  const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };
  return text.replaceAll(/&(amp|lt|gt|quot|nbsp);/g, (whole, name: string) => names[name] ?? whole);
}
