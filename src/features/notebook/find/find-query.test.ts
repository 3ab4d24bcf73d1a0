import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileQuery, expandReplacement, type FindQuery } from './find-query.ts';

const query = (text: string, options: Partial<FindQuery> = {}): FindQuery => ({
  text,
  isCase: false,
  isWord: false,
  isRegex: false,
  ...options,
});

function matches(text: string, asked: FindQuery): string[] {
  const compiled = compileQuery(asked);
  return compiled?.ok ? [...text.matchAll(compiled.expression)].map(([word]) => word) : [];
}

describe('what is looked for', () => {
  it('is taken letter by letter unless it is a pattern', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (word, before, after) => {
        expect(matches(before + word + after, query(word, { isCase: true }))[0]).toBe(word);
      }),
    );
  });

  it('minds case and whole words when asked', () => {
    expect(matches('Tenure tenures tenure_x tenure', query('tenure'))).toHaveLength(4);
    expect(matches('Tenure tenures tenure_x tenure', query('tenure', { isCase: true }))).toHaveLength(3);
    expect(matches('Tenure tenures tenure_x tenure', query('tenure', { isWord: true }))).toHaveLength(2);
    expect(matches('größe größer', query('größe', { isWord: true }))).toEqual(['größe']);
    expect(matches('a.b axb', query('a.b'))).toEqual(['a.b']);
  });

  it('may be a pattern, by line, also one that Unicode mode refuses', () => {
    expect(matches('x = 1\ny = 2', query('^. =', { isRegex: true }))).toEqual(['x =', 'y =']);
    expect(matches('a-b', query(String.raw`a\-b`, { isRegex: true, isWord: true }))).toEqual(['a-b']);
    expect(matches('ab abc', query('ab|abc', { isRegex: true, isWord: true }))).toEqual(['ab', 'abc']);
  });

  it('says in a sentence why a pattern is none', () => {
    for (const text of ['(', '[a', 'a)(', '*']) {
      for (const isWord of [true, false]) {
        const compiled = compileQuery(query(text, { isRegex: true, isWord }));
        expect(compiled).toMatchObject({ ok: false });
        if (compiled?.ok === false)
          expect(compiled.problem).toMatch(/^The pattern is not valid: [a-z].*\. Nothing was searched\.$/);
      }
    }
    expect(compileQuery(query(''))).toBeNull();
  });
});

it('puts groups in as the language itself does', () => {
  const template = fc
    .array(fc.constantFrom('$$', '$&', '$1', '$2', '$12', '$3', '$0', '$<year>', '$<none>', '$', 'x', '-'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(template, fc.boolean(), (replacement, isNamed) => {
      const expression = isNamed ? /(?<year>\d+)-(\d+)/ : /(\d+)-(\d+)/;
      const match = expression.exec('2024-05');
      if (!match) throw new Error('it matches');
      expect(expandReplacement(replacement, match)).toBe('2024-05'.replace(expression, replacement));
    }),
  );
});
