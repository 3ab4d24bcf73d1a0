import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPaste } from './paste-guard.ts';

it('takes escape sequences out, so that a paste cannot end bracketed paste early', () => {
  expect(readPaste('echo a\u001b[201~\nrm -rf x').text).toBe('echo a[201~\nrm -rf x');
});

it('counts lines as commands that would run', () => {
  expect(readPaste('ls').lines).toBe(1);
  expect(readPaste('ls\n').lines).toBe(1);
  expect(readPaste('ls\r\npwd').lines).toBe(2);
});

it('never lets a control character but tab and newline through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (raw) => {
      for (const char of readPaste(raw).text) {
        const code = char.codePointAt(0) ?? 0;
        expect(code >= 0x20 ? code < 0x7f || code > 0x9f : char === '\t' || char === '\n').toBe(true);
      }
    }),
  );
});
