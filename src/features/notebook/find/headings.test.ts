import { expect, it } from 'vitest';
import { headingsOf } from './headings.ts';

it('reads headings as plain text [E6]', () => {
  const source = [
    '# A & B `<c>` **x** [l](u) ![al](i) &amp; <a id="q"></a> \\* ~~s~~',
    '',
    'Set *in* lines',
    '===',
    '',
    '<h3 id=1>Hi <b>there</b></h3>',
    '',
    '```',
    '# no heading',
    '```',
    '',
    '######   Deep   #',
    '# ',
  ].join('\n');
  expect(headingsOf(source)).toEqual([
    { depth: 1, text: 'A & B <c> x l al & * s' },
    { depth: 1, text: 'Set in lines' },
    { depth: 3, text: 'Hi there' },
    { depth: 6, text: 'Deep' },
  ]);
  expect(headingsOf('text\n\n#no')).toEqual([]);
});
