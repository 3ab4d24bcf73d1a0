import fc from 'fast-check';
import { expect, it } from 'vitest';
import { copyName, freeName, isWithin, joinPath, nameOf, nameProblem, parentOf } from './file-names.ts';

it('splits and joins paths', () => {
  const segment = fc.string({ minLength: 1 }).filter((s) => !s.includes('/'));
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
      const path = segments.join('/');
      expect(joinPath(parentOf(path), nameOf(path))).toBe(path);
      expect(isWithin(path, parentOf(path))).toBe(true);
    }),
  );
});

it('does not take a sibling with the same beginning for a child', () => {
  expect(isWithin('data2/x', 'data')).toBe(false);
});

it('finds free names', () => {
  expect(freeName('Untitled', '.ipynb', new Set())).toBe('Untitled.ipynb');
  expect(freeName('Untitled', '.ipynb', new Set(['Untitled.ipynb', 'Untitled1.ipynb']))).toBe(
    'Untitled2.ipynb',
  );
  expect(copyName('a.tar.gz', new Set(['a.tar-copy.gz']))).toBe('a.tar-copy1.gz');
  expect(copyName('.env', new Set())).toBe('.env-copy');
});

it('says what is wrong with a name', () => {
  expect(nameProblem('a/b', new Set())).toMatch(/cannot contain/);
  expect(nameProblem(' ', new Set())).toMatch(/Give a name/);
  expect(nameProblem('x', new Set(['x']))).toMatch(/exists already/);
  expect(nameProblem('é'.repeat(128), new Set())).toMatch(/255 bytes/);
  expect(nameProblem('fine.txt', new Set(['x']))).toBeNull();
});
