import { describe, expect, it } from 'vitest';
import { linesOf } from './log-lines.ts';

describe('lines of a log', () => {
  it('are numbered, without colours, with the last state of a progress line and no empty end', () => {
    expect(linesOf('\u001B[31mred\u001B[0m\r\n10 %\r50 %\r100 %\n\n\n')).toEqual([
      { number: 1, text: 'red', isFailure: false },
      { number: 2, text: '100 %', isFailure: false },
    ]);
    expect(linesOf('')).toEqual([]);
  });

  it.each([
    'ERROR: No matching distribution found for lightgbm==4.9.9',
    'error: externally-managed-environment',
    '[E 03:14:15.926 ServerApp] Port in use',
    'Traceback (most recent call last):',
    '  ModuleNotFoundError: No module named x',
  ])('mark a failure: %s', (line) => expect(linesOf(line)[0]?.isFailure).toBe(true));

  it.each([
    '0 errors',
    'Collecting pandas==2.3.3',
    '[I 03:14:15 ServerApp] Running',
    'Errors are listed below',
  ])('do not mark %s', (line) => expect(linesOf(line)[0]?.isFailure).toBe(false));
});
