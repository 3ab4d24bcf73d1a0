const DELIMITED = /^\s*(?:\$|\\\(|\\\[|\\begin\{)/;

/** A LaTeX output as Markdown: text with formulas between their usual delimiters, or one formula without any. */
export function latexAsMarkdown(source: string): string {
  const hasFormula = DELIMITED.test(source) || /\$[^$]+\$/.test(source);
  return hasFormula ? source : `$$\n${source}\n$$`;
}
