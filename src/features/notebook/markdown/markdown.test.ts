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

  it('meets links written in other manners', () => {
    const slug = comparableSlug(headingSlug('1. Load the *data*!'));
    for (const link of ['1.-Load-the-data!', '1-load-the-data', '1. Load the data']) {
      expect(comparableSlug(link)).toBe(slug);
    }
  });
});
