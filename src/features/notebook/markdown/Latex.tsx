import { SafeHtml } from '../html/SafeHtml.tsx';
import { latexAsMarkdown } from './latex-as-markdown.ts';
import { markdownToHtml } from './markdown-to-html.ts';

/** A LaTeX output. */
export function Latex({ source, mime }: { source: string; mime: string }) {
  const html = markdownToHtml(latexAsMarkdown(source));
  return <SafeHtml html={html} className="at-markdown at-latex" mime={mime} />;
}
