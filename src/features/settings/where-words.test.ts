import { expect, it } from 'vitest';
import { places, whereText } from './where-words.ts';

it('says where keys count as people say it', () => {
  expect(whereText(undefined)).toBe('Everywhere');
  expect(whereText(['notebook-edit', 'notebook-command'])).toBe('Notebook');
  expect(whereText(['notebook-edit'])).toBe('Notebook, edit mode');
  expect(whereText(['notebook-edit', 'notebook-command', 'editor'])).toBe('Notebook, Text editor');
  expect(whereText(['none', 'files', 'notebook-command', 'notebook-edit', 'editor', 'launcher'])).toBe(
    'Everywhere but terminals',
  );
  expect(new Set(places.map(({ value }) => value)).size).toBe(places.length);
});
