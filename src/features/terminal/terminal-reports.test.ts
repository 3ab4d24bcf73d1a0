import { expect, it } from 'vitest';
import { isReport } from './terminal-reports.ts';

it.each([
  '\u001b[?1;2c',
  '\u001b[>0;276;0c',
  '\u001b[0n',
  '\u001b[24;80R',
  '\u001b[?2026;2$y',
  '\u001b]11;rgb:ff/ff/ff\u001b\\',
  '\u001b[0n\u001b[1;1R',
])('knows the answer %j to a query', (data) => expect(isReport(data)).toBe(true));

it.each([
  'p',
  'pwd\r',
  '\u001b[A',
  '\u001b',
  '\u001bOP',
  '\u0003',
  '\u001b[200~pasted\u001b[201~',
  '\u001b[3~',
])('lets %j through, which a person typed', (data) => expect(isReport(data)).toBe(false));
