import { expect, it } from 'vitest';
import { countFrames, placeOfError } from './traceback.ts';

const inFile = [
  'KeyError                                  Traceback (most recent call last)',
  'Cell In[6], line 1',
  '----> 1 train, test = split(df, by="signup_date")',
  '',
  'File ~/projects/churn/features/prepare.py:12, in split(df, by)',
  '---> 12     cut = df[by].quantile(0.8)',
  '',
  'File ~/.venv/lib/python3.13/site-packages/pandas/core/frame.py:4378, in DataFrame.__getitem__(self, key)',
  "KeyError: 'signup_date'",
].join('\n');

it('goes to the innermost frame of own code, past the libraries', () => {
  expect(countFrames(inFile)).toBe(3);
  expect(placeOfError(inFile)).toEqual({
    kind: 'file',
    path: 'projects/churn/features/prepare.py',
    line: 12,
  });
});

it('goes to a cell by its count where no file is in it', () => {
  const inCell = ['NameError   Traceback', 'Cell In[4], line 2', '      1 a = 1', '----> 2 b'].join('\n');
  expect(placeOfError(inCell)).toEqual({ kind: 'cell', count: 4, line: 2 });
});

it('names no place that a person cannot go to', () => {
  expect(placeOfError('File /usr/lib/python3.13/json/decoder.py:355, in raw_decode')).toBeNull();
  expect(placeOfError('Error in f(): no such thing')).toBeNull();
});
