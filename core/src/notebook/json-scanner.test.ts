import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  JsonScanError,
  positionAt,
  scanItems,
  scanMembers,
  skipValue,
  skipWhitespace,
} from './json-scanner.ts';
import { isLossyJson, parseLenient, parseLossless } from './lossless.ts';
import { canonicalStyle, formatJson } from './format.ts';
import { jsonEqual } from './model.ts';

function accepts(text: string): boolean {
  try {
    const start = skipWhitespace(text, 0);
    return skipWhitespace(text, skipValue(text, start)) === text.length;
  } catch (error) {
    if (error instanceof JsonScanError) return false;
    throw error;
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const spaced = fc
  .tuple(fc.jsonValue(), fc.constantFrom('', ' ', '\t', '    '))
  .map(([value, indent]) => JSON.stringify(value, null, indent));

describe('the scanner and JSON.parse', () => {
  it('agree on where values are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom('', ' ', '\t'),
        (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const entries = scanMembers(text, 0).map(({ key, value: at }) => [
            key,
            JSON.parse(text.slice(at.start, at.end)) as unknown,
          ]);
          expect(Object.fromEntries(entries)).toEqual(JSON.parse(text));
        },
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom('', ' ', '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const items = scanItems(text, 0).map((at) => JSON.parse(text.slice(at.start, at.end)) as unknown);
        expect(items).toEqual(JSON.parse(text));
      }),
    );
  });

  it('agree on what is JSON after a random change of the text', () => {
    const change = fc.record({
      at: fc.nat(),
      cut: fc.nat(3),
      put: fc.constantFrom(
        '',
        '"',
        '\\',
        ',',
        ':',
        '[',
        ']',
        '{',
        '}',
        '0',
        '-',
        '.',
        'e',
        'n',
        ' ',
        '\n',
        '\u0001',
      ),
    });
    fc.assert(
      fc.property(spaced, change, (text, { at, cut, put }) => {
        const from = text.length === 0 ? 0 : at % text.length;
        const changed = text.slice(0, from) + put + text.slice(from + cut);
        expect(accepts(changed)).toBe(parses(changed));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    '- 1',
    'nul',
    'truex',
    '"\\x"',
    '"\\u12g4"',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '[1 2]',
    '',
  ])('both refuse %j', (text) => {
    expect(parses(text)).toBe(false);
    expect(accepts(text)).toBe(false);
  });
});

describe('errors', () => {
  it.each([
    ['{"a": [1, 2}', 11, 'a comma or ]'],
    ['{"a": "x', 8, 'ends inside a string'],
    ['{"a": "x\ny"}', 8, 'raw line break'],
    ['{"a" 1}', 5, 'a colon'],
    ['{"a": }', 6, 'a value'],
    ['{"a": 1', 7, 'The text ends'],
  ])('%j is wrong at %i: %s', (text, offset, words) => {
    const error = catchScanError(text);
    expect(error.offset).toBe(offset);
    expect(error.message).toContain(words);
  });

  it('refuses nesting that would overflow a stack', () => {
    const error = catchScanError('['.repeat(200_000));
    expect(error.code).toBe('too-deep');
  });

  it('counts lines for every kind of line end', () => {
    expect(positionAt('a\nb\r\nc\rde', 8)).toEqual({ offset: 8, line: 4, column: 2 });
  });
});

function catchScanError(text: string): JsonScanError {
  try {
    skipValue(text, 0);
  } catch (error) {
    if (error instanceof JsonScanError) return error;
  }
  throw new Error(`accepted ${text.slice(0, 40)}`);
}

describe('lossless parsing', () => {
  const compact = { ...canonicalStyle, unit: null, inlineComma: ',', colon: ':', sortKeys: false };

  it('writes back every literal and the order of keys', () => {
    const text = '{"b":1.0,"10":12345678901234567890,"2":[1e400,-0,1E5,0.1],"a":"\\n","n":null,"t":true}';
    expect(formatJson(parseLossless(text), compact, '')).toBe(text);
    expect(isLossyJson(text)).toBe(true);
  });

  it('calls lossy what JSON.stringify would change', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(formatJson(parseLossless(text), compact, '')).toBe(text);
        if (!isLossyJson(text)) expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }),
    );
    expect(['1.0', '[1e3]', '12345678901234567890', '{"1":0}', '[NaN]', '-0'].map(isLossyJson)).not.toContain(
      false,
    );
    expect(['1', '[0.5]', '{"a1":"1.0"}', '["1"]'].map(isLossyJson)).not.toContain(true);
  });

  it('lets NaN and Infinity through, outside of strings only', () => {
    expect(parseLenient('{"a":[NaN,-Infinity,"NaN"]}')).toEqual({ a: [null, null, 'NaN'] });
    expect(accepts('[NaN, Infinity, -Infinity]')).toBe(true);
  });
});

describe('jsonEqual', () => {
  it('agrees with the canonical text', () => {
    const values = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value));
    const canonical = (text: string) => formatJson(parseLossless(text), canonicalStyle, '');
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(jsonEqual(JSON.parse(a), JSON.parse(a))).toBe(true);
        expect(jsonEqual(JSON.parse(a), JSON.parse(b))).toBe(canonical(a) === canonical(b));
      }),
    );
  });
});
