import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTokens } from './colorize.ts';
import { languageNamed, languageOfPath } from './languages.ts';
import { toHex } from './theme.ts';
import { colorOfToken } from './token-colors.ts';

const unescape = (html: string) =>
  html
    .replaceAll(/<\/?span[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

describe('renderTokens', () => {
  it('keeps the text as it is, whatever the tokens', () => {
    const line = fc
      .array(fc.constantFrom('a', ' ', '<', '&', '"', '>'), { maxLength: 8 })
      .map((a) => a.join(''));
    const sources = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 6 });
    fc.assert(
      fc.property(sources, fc.array(fc.nat(8), { maxLength: 4 }), (lines, cuts) => {
        const source = lines.map(([text, end]) => text + end).join('');
        const offsets = [0, ...new Set(cuts.filter((cut) => cut > 0).toSorted((a, b) => a - b))];
        const tokens = [...lines, ['']].map(() =>
          offsets.map((offset) => ({ offset, type: 'keyword.python' })),
        );
        expect(unescape(renderTokens(source, tokens))).toBe(source);
      }),
    );
  });

  it('escapes what would be markup', () => {
    const html = renderTokens('<b onx="1">&', [[{ offset: 0, type: 'string.python' }]]);
    expect(html).toBe('<span class="at-syn-string">&lt;b onx=&quot;1&quot;&gt;&amp;</span>');
  });
});

describe('token colours and names', () => {
  it('takes the longest matching prefix', () => {
    expect(colorOfToken('keyword.flow.python')).toBe('keyword');
    expect(colorOfToken('string.key.json')).toBe('function');
    expect(colorOfToken('stringy')).toBeNull();
    expect(colorOfToken('delimiter.parenthesis.python')).toBeNull();
  });

  it('knows what notebooks and files call languages', () => {
    expect(languageNamed('ipython3')).toBe('python');
    expect(languageNamed('R')).toBe('r');
    expect(languageOfPath('a/b/prepare.py')).toBe('python');
    expect(languageOfPath('Dockerfile')).toBe('dockerfile');
    expect(languageOfPath('LICENSE')).toBe('plaintext');
  });

  it('reads colours of CSS', () => {
    expect(toHex(' #FFF ')).toBe('#ffffff');
    expect(toHex('rgb(40, 88, 207)')).toBe('#2858cf');
    expect(toHex('canvas')).toBeNull();
  });
});
