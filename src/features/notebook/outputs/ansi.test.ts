import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ansiLines, ansiPieces, terminalText, withoutAnsi } from './ansi.ts';

describe('ansi', () => {
  it('names the 16 colours and computes the others', () => {
    expect(ansiPieces('\u001b[31;1mred\u001b[0m plain \u001b[38;5;196mx\u001b[48;2;1;2;3my')).toEqual([
      { text: 'red', className: 'at-ansi-fg-1 at-ansi-bold' },
      { text: ' plain ', className: '' },
      { text: 'x', className: '', color: 'rgb(255 0 0)' },
      { text: 'y', className: '', color: 'rgb(255 0 0)', background: 'rgb(1 2 3)' },
    ]);
    expect(ansiPieces('\u001b[93mbright\u001b[104m')[0]?.className).toBe('at-ansi-fg-11');
    expect(ansiPieces('\u001b[7;32minverse')[0]?.className).toBe('at-ansi-bg-2');
  });

  it('carries a colour over to the next line', () => {
    expect(ansiLines('\u001b[32ma\nb\u001b[0m\nc\n')).toEqual(['\u001b[32ma', '\u001b[32mb\u001b[0m', 'c']);
  });

  it('loses no text and leaves no escape, whatever comes', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(
        '\u001b[31m',
        '\u001b[0m',
        '\u001b[38;5;300m',
        '\u001b[38;2;1m',
        '\n',
        '\u001b]8;;javascript:x\u0007',
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const shown = terminalText(parts.join(''));
        const pieces = ansiPieces(shown);
        expect(pieces.map((piece) => piece.text).join('')).toBe(withoutAnsi(shown));
        expect(pieces.every((piece) => !/javascript:x\u0007/.test(piece.text))).toBe(true);
      }),
    );
  });
});
