import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

it('reads the path to open and whether tests look on', () => {
  expect(readConfig('?path=dir%2Fmy%20file.ipynb&test=1')).toEqual({
    baseUrl: '',
    path: 'dir/my file.ipynb',
    isTest: true,
  });
  expect(readConfig('')).toEqual({ baseUrl: '', path: null, isTest: false });
  expect(readConfig('?path=&test=yes')).toEqual({ baseUrl: '', path: null, isTest: false });
  expect(readConfig('?path=/from/root.py').path).toBe('from/root.py');
});
