import { describe, expect, it } from 'vitest';
import { parameterFor, readSignature } from './read-signature.ts';

const JOIN =
  '\u001b[31mSignature:\u001b[39m os.path.join(a, *p)\n' +
  '\u001b[31mDocstring:\u001b[39m\nJoin two or more pathname components.\n\nMore.\n' +
  '\u001b[31mFile:\u001b[39m      /usr/lib/python3.11/posixpath.py\n\u001b[31mType:\u001b[39m      function';

const READ = `Signature:
pd.read_csv(
    path: 'str | Path',
    *,
    sep: 'str' = ',',
    names: 'Sequence[str], None' = None,
    **rest,
) -> 'DataFrame'
Docstring: Reads.
`;

const words = (text: string) => {
  const signature = readSignature(text);
  return signature?.parameters.map(({ place }) => signature.label.slice(...place));
};

describe('a signature as the kernel tells it', () => {
  it('is read past the colours, with the docstring [K1]', () => {
    const signature = readSignature(JOIN);
    expect(signature?.label).toBe('os.path.join(a, *p)');
    expect(words(JOIN)).toEqual(['a', '*p']);
    expect(signature?.documentation).toBe('Join two or more pathname components.\n\nMore.');
  });

  it('over several lines becomes one', () => {
    expect(readSignature(READ)?.label).toBe(
      "pd.read_csv(path: 'str | Path', *, sep: 'str' = ',', names: 'Sequence[str], None' = None, **rest) -> 'DataFrame'",
    );
    expect(words(READ)).toHaveLength(5);
  });

  it('is that of the constructor for a class', () => {
    expect(readSignature('Init signature: int(self, /, *args)\nDocstring: x')?.label).toBe(
      'int(self, /, *args)',
    );
  });

  it('is none where the kernel names none', () => {
    for (const text of ['', 'Type: module\nDocstring: x', 'Signature: broken(', 'no signature: f(x)']) {
      expect(readSignature(text), text).toBeNull();
    }
  });

  it('tells which parameter an argument is for', () => {
    const join = readSignature(JOIN);
    const read = readSignature(READ);
    if (!join || !read) throw new Error('Not read');
    const place = (argument: number, keyword: string | null = null) => ({ argument, keyword });
    expect([0, 1, 5].map((n) => parameterFor(join, place(n)))).toEqual([0, 1, 1]);
    expect(parameterFor(read, place(0))).toBe(0);
    expect(parameterFor(read, place(1))).toBe(-1);
    expect(parameterFor(read, place(1, 'names'))).toBe(3);
    expect(parameterFor(read, place(1, 'other'))).toBe(4);
  });
});
