import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metadataText, readMetadataText } from './metadata-text.ts';
import type { JsonObject } from './model.ts';

const problemOf = (text: string, kind: 'cell' | 'notebook' = 'cell', before: JsonObject = {}) => {
  const result = readMetadataText(text, kind, before);
  return result.ok ? null : result.problem;
};

describe('metadata as text', () => {
  it('comes back as it was, whatever it is [B9]', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'é', 'constructor', 'mine'));
    const odd = new Set(['collapsed', 'deletable', 'editable', 'execution', 'format', 'jupyter', 'name']);
    const value = fc.jsonValue({ maxDepth: 3 }).map((one) => JSON.parse(JSON.stringify(one)) as never);
    fc.assert(
      fc.property(fc.dictionary(key, value), (made) => {
        const metadata = JSON.parse(JSON.stringify(made)) as JsonObject;
        fc.pre(!Object.keys(metadata).some((one) => odd.has(one)));
        fc.pre(!/\d{16}/.test(JSON.stringify(metadata)));
        expect(readMetadataText(metadataText(metadata), 'cell')).toEqual({ ok: true, metadata });
      }),
    );
  });

  it.each([
    ['{"a": }', 'Line 1, column 7: Expected a value, found "}".'],
    ['{\n "a": 1,\n}', 'Line 3, column 1: Expected a key in quotes, found "}".'],
    ['{"a": 1} x', 'Line 1, column 10: There is more text after the end.'],
    ['', 'Line 1, column 1: The text ends where a value is expected.'],
    ['{"a": {"b": 1, "b": 2}}', 'Line 1, column 21: The key "b" stands twice in one object.'],
    ['{"a": NaN}', 'Line 1, column 7: NaN is no JSON.'],
    ['[1]', 'Metadata is an object: it begins with { and ends with }.'],
    ['{"tags": "x"}', '"tags" is not a list of texts.'],
    ['{"tags": ["a", "a"]}', '"tags" has a tag twice.'],
    ['{"tags": ["a,b"]}', '"tags" has an empty tag, or one with a comma.'],
    ['{"editable": "no"}', '"editable" is neither true nor false.'],
    ['{"scrolled": 1}', '"scrolled" is none of true, false and "auto".'],
    ['{"jupyter": []}', '"jupyter" is not an object.'],
  ])('%j is refused with a sentence [B9]', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it('refuses a number that would not come back as it is', () => {
    expect(problemOf('{"a": 12345678901234567890}')).toContain('too long to be kept exactly');
    expect(problemOf('{"a": 9007199254740991, "b": 1.50}')).toBeNull();
  });

  it('knows what notebooks need', () => {
    expect(problemOf('{"kernelspec": {"name": "x"}}', 'notebook')).toBe(
      '"kernelspec" has no "display_name" that is text.',
    );
    expect(problemOf('{"language_info": {"name": 1}}', 'notebook')).toContain('"language_info"');
    expect(problemOf('{"title": "x", "authors": []}', 'notebook')).toBeNull();
  });

  it('lets what was odd before stay, so that the rest can be edited', () => {
    const before = { tags: 'odd' };
    expect(problemOf('{"tags": "odd", "more": 1}', 'cell', before)).toBeNull();
    expect(problemOf('{"tags": "odd", "editable": 0}', 'cell', before)).toContain('"editable"');
  });
});
