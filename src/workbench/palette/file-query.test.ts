import { expect, it } from 'vitest';
import { fileQuery } from './file-query.ts';

it('takes a path after a slash apart into its folder and the beginning of a name', () => {
  expect(fileQuery('/')).toEqual({ folder: '', name: '' });
  expect(fileQuery('/chu')).toEqual({ folder: '', name: 'chu' });
  expect(fileQuery('/projects/churn/')).toEqual({ folder: 'projects/churn', name: '' });
  expect(fileQuery('/projects/chu rn')).toEqual({ folder: 'projects', name: 'chu rn' });
});

it('anything else is about commands', () => {
  expect(fileQuery('run')).toBeNull();
  expect(fileQuery('a/b')).toBeNull();
});
