import { describe, expect, it } from 'vitest';
import { comparableSlug, headingSlug } from './heading-slug.ts';
import { markdownToHtml } from './markdown-to-html.ts';

describe('markdownToHtml', () => {
  it('keeps formulas from being read as Markdown or HTML', () => {
    expect(markdownToHtml('a $x_1 * y_2 * z$ b')).toBe(
      '<p>a <code class="at-math">x_1 * y_2 * z</code> b</p>\n',
    );
    expect(markdownToHtml('$$\na < b_1\n$$')).toBe(
      '<p><code class="at-math at-math-block">a &lt; b_1</code></p>\n',
    );
    expect(markdownToHtml('\\begin{align}\na &= b \\\\\nc\n\\end{align}')).toContain('at-math-block');
    expect(markdownToHtml('it costs $5 and $6')).not.toContain('at-math');
    expect(markdownToHtml('`$x$`')).toBe('<p><code>$x$</code></p>\n');
  });

  it('gives headings ids and shows GitHub tables and tasks', () => {
    expect(markdownToHtml('# Set up *now*')).toBe('<h1 id="Set-up-now">Set up <em>now</em></h1>\n');
    expect(markdownToHtml('|a|\n|-|\n|1|')).toContain('<table>');
    expect(markdownToHtml('- [x] done')).toContain('☑');
  });

  it('shows footnotes below the text, numbered as the text names them [E5]', () => {
    const html = markdownToHtml(
      'b[^two] a[^1] b[^two] c[^none]\n\n[^1]: one *note*\n[^two]: two\n    lines\n\nend\n',
    );
    expect(html).toBe(
      '<p>b<sup id="footnote-call-1"><a href="#footnote-1">1</a></sup> ' +
        'a<sup id="footnote-call-2"><a href="#footnote-2">2</a></sup> ' +
        'b<sup id="footnote-call-1-2"><a href="#footnote-1">1</a></sup> c[^none]</p>\n' +
        '<p>end</p>\n<hr>\n<ol>\n' +
        '<li id="footnote-1"><p>two\nlines <a href="#footnote-call-1" title="Back to the text">↩</a></p>\n</li>\n' +
        '<li id="footnote-2"><p>one <em>note</em> <a href="#footnote-call-2" title="Back to the text">↩</a></p>\n</li>\n' +
        '</ol>\n',
    );
    expect(markdownToHtml('`[^1]`\n\n[^1]: x')).toBe('<p><code>[^1]</code></p>\n');
    expect(markdownToHtml('[^a](b)')).not.toContain('<sup');
  });

  it('strikes through, and keeps what it shows apart from what it does', () => {
    expect(markdownToHtml('~~old~~')).toBe('<p><del>old</del></p>\n');
    expect(markdownToHtml('- [ ] open')).toContain('☐');
  });

  it('meets links written in other manners', () => {
    const slug = comparableSlug(headingSlug('1. Load the *data*!'));
    for (const link of ['1.-Load-the-data!', '1-load-the-data', '1. Load the data']) {
      expect(comparableSlug(link)).toBe(slug);
    }
  });
});
