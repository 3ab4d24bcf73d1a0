/**
 * The one table from the tokens of Monaco's grammars to our syntax colours. The editor's theme and the static coloured
 * text are both made of it, so a cell looks the same whether or not it is being edited.
 */
export type SyntaxColor = 'keyword' | 'string' | 'number' | 'comment' | 'function' | 'name' | 'builtin';

/** Longest prefix wins, as in Monaco's own themes. */
const RULES: readonly (readonly [prefix: string, color: SyntaxColor])[] = [
  ['comment', 'comment'],
  ['string', 'string'],
  ['attribute.value', 'string'],
  ['regexp', 'string'],
  ['variable.source', 'string'],
  ['number', 'number'],
  ['constant.numeric', 'number'],
  ['keyword', 'keyword'],
  ['keyword.operator', 'name'],
  ['keyword.json', 'builtin'],
  ['metatag', 'keyword'],
  ['tag', 'keyword'],
  ['annotation', 'function'],
  ['function', 'function'],
  ['predefined', 'builtin'],
  ['type', 'builtin'],
  ['constant', 'builtin'],
  ['attribute.name', 'builtin'],
  ['string.key.json', 'function'],
  ['string.link', 'function'],
];

export const syntaxRules = RULES;

/** The colour of a token type such as `keyword.flow.python`; null = plain text. */
export function colorOfToken(type: string): SyntaxColor | null {
  let best: readonly [string, SyntaxColor] | null = null;
  for (const rule of RULES) {
    const [prefix] = rule;
    if (type !== prefix && !type.startsWith(`${prefix}.`)) continue;
    if (!best || prefix.length > best[0].length) best = rule;
  }
  return best && best[1] !== 'name' ? best[1] : null;
}
