/**
 * Markdown (GitHub's, with formulas) to HTML that still has to be sanitised. Formulas are kept as `code` elements with
 * the class `at-math`, which the view renders; so no formula is ever read as Markdown, and none runs through HTML.
 */
import { Marked, type TokenizerAndRendererExtension, type Tokens } from 'marked';
import { footnotes, renderNotes } from './footnotes.ts';
import { headingSlug } from './heading-slug.ts';

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const mathElement = (tex: string, isBlock: boolean) =>
  isBlock
    ? `<p><code class="at-math at-math-block">${escape(tex)}</code></p>\n`
    : `<code class="at-math">${escape(tex)}</code>`;

const BLOCK =
  /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]|(\\begin\{(equation|align|gather|multline|eqnarray|alignat|aligned|cases|matrix|pmatrix|bmatrix)(\*?)\}[\s\S]+?\\end\{\4\5\}))[ \t]*(?:\n|$)/;
const INLINE =
  /^(?:\$\$((?:\\.|[^$\\])+?)\$\$|\$((?![\s$])(?:\\.|[^$\\\n]|\n(?!\n))*?(?<![\s\\]))\$(?!\d)|\\\(([\s\S]+?)\\\))/;

const blockMath: TokenizerAndRendererExtension = {
  name: 'blockMath',
  level: 'block',
  start: (source) => source.match(/\$\$|\\\[|\\begin\{/)?.index,
  tokenizer(source) {
    const match = BLOCK.exec(source);
    const tex = match?.[1] ?? match?.[2] ?? match?.[3];
    return match && tex !== undefined ? { type: 'blockMath', raw: match[0], text: tex.trim() } : undefined;
  },
  renderer: (token) => mathElement(String(token['text']), true),
};

const inlineMath: TokenizerAndRendererExtension = {
  name: 'inlineMath',
  level: 'inline',
  start: (source) => source.match(/\$|\\\(/)?.index,
  tokenizer(source) {
    const match = INLINE.exec(source);
    if (!match) return undefined;
    const [raw, display, inline, parens] = match;
    const tex = display ?? inline ?? parens ?? '';
    return { type: 'inlineMath', raw, text: tex, isDisplay: display !== undefined };
  },
  renderer: (token) =>
    token['isDisplay'] === true
      ? `<code class="at-math at-math-block">${escape(String(token['text']))}</code>`
      : mathElement(String(token['text']), false),
};

const marked = new Marked({
  gfm: true,
  async: false,
  extensions: [blockMath, inlineMath],
  renderer: {
    heading({ tokens, depth, text }: Tokens.Heading) {
      return `<h${depth} id="${escape(headingSlug(text))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    // A task list shows its state; it is no field.
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
  },
});

marked.use(footnotes);

export function markdownToHtml(source: string): string {
  const tokens = marked.lexer(source);
  const notes = renderNotes(tokens, {
    walk: (all, visit) => void marked.walkTokens(all, visit),
    render: (some) => marked.parser(some),
  });
  return marked.parser(tokens) + notes;
}
