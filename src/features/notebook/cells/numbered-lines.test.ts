import { expect, it } from 'vitest';
import { numberedLines } from './numbered-lines.ts';

it('counts lines without changing a character of the text [E9]', () => {
  expect(numberedLines('')).toBe('<span></span>');
  expect(numberedLines('a\n\n<span class="at-syn-name">b</span>\n')).toBe(
    '<span>a\n</span><span>\n</span><span><span class="at-syn-name">b</span>\n</span><span></span>',
  );
});
