import { SafeHtml } from '../html/SafeHtml.tsx';
import { markdownToHtml } from './markdown-to-html.ts';

const DELIMITED = /^\s*(?:\$|\\\(|\\\[|\\begin\{)/;

/** A LaTeX output: text with formulas between their usual delimiters, or one formula without any. */
export function Latex({ source, mime }: { source: string; mime: string }) {
  const hasFormula = DELIMITED.test(source) || /\$[^$]+\$/.test(source);
  const html = markdownToHtml(hasFormula ? source : `$$\n${source}\n$$`);
  return <SafeHtml html={html} className="at-markdown at-latex" mime={mime} />;
}
