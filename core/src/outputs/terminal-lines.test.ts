import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactTerminalText, renderTerminalText, TerminalScreen } from './terminal-lines.ts';
import { recordings } from './test-tqdm-recordings.ts';

const ESC = '\u001b';

describe('renderTerminalText', () => {
  it.each([
    ['plain text stays', 'a\nb\n', 'a\nb\n'],
    ['colours stay', `${ESC}[31mred${ESC}[0m`, `${ESC}[31mred${ESC}[0m`],
    ['Windows line ends are line ends', 'a\r\nb', 'a\r\nb'],
    ['a carriage return overwrites', '10%\r20%\r100%', '100%'],
    ['what is not overwritten stays', 'abcdef\rXY', 'XYcdef'],
    ['text before a final carriage return stays', '50%\r', '50%'],
    ['backspace steps back', 'abc\b\bX', 'aXc'],
    ['erase to the end of the line', `abcdef\rab${ESC}[K`, 'ab'],
    ['erase the line', `abcdef${ESC}[2K\rx`, 'x'],
    ['erase to the start', `abcdef\rab${ESC}[1KX`, '  Xdef'],
    ['cursor up', `one\ntwo${ESC}[A\rONE`, 'ONE\ntwo'],
    ['up and beyond the top', `one${ESC}[99A\rO`, 'One'],
    ['up, then line ends go down again', `a\nb\n${ESC}[2AA\nB\nc`, 'A\nB\nc'],
    ['forward and back', `ab${ESC}[3Cx${ESC}[2Dy`, 'ab  yx'],
    ['to a column', `abcdef${ESC}[2GX`, 'aXcdef'],
    ['clear the screen', `gone${ESC}[2J${ESC}[Hx`, 'x'],
    [
      'links and titles are taken out',
      `${ESC}]8;;javascript:x${ESC}\\text${ESC}]8;;\u0007!${ESC}]0;t\u0007`,
      'text!',
    ],
    ['the bell is silent', 'a\u0007b', 'ab'],
    [
      'a new colour overwrites an old one',
      `${ESC}[31mold\r${ESC}[32mnew${ESC}[0m.`,
      `${ESC}[32mnew${ESC}[0m.`,
    ],
    ['astral characters are one column', '😀😀\rx', 'x😀'],
  ])('%s', (_title, text, shown) => {
    expect(renderTerminalText(text)).toBe(shown);
  });

  it('folds nested progress bars as tqdm draws them [J5]', () => {
    let text = '';
    for (let outer = 0; outer < 3; outer++) {
      text += `\router: ${String(outer)}/3`;
      for (let inner = 0; inner < 5; inner++) text += `\n\rinner: ${String(inner)}/5${ESC}[A`;
      text += `\n\rinner: done${ESC}[A`;
    }
    text += '\router: 3/3\n';
    expect(renderTerminalText(text)).toBe('outer: 3/3\ninner: done');
  });

  it.each(recordings)('shows what a terminal shows of tqdm: $name [J1]', ({ messages, screen }) => {
    const text = messages.join('');
    const shown = (rendered: string) => rendered.split('\n').map((line) => line.trimEnd());
    const lines = shown(renderTerminalText(text));
    while (lines.at(-1) === '') lines.pop();
    expect(lines).toEqual(screen);
    // Compacted in the middle it goes on the same.
    for (const at of [3, 10, messages.length - 1]) {
      const head = messages.slice(0, at).join('');
      const compact = compactTerminalText(head) ?? head;
      expect(renderTerminalText(compact + messages.slice(at).join(''))).toBe(renderTerminalText(text));
    }
  });

  it('a few bytes cannot make a screen of megabytes', () => {
    const text = `${ESC}[999999999Cx${ESC}[999999999By${ESC}[99999;99999Hz`;
    expect(renderTerminalText(text).length).toBeLessThan(5_000);
  });
});

describe('TerminalScreen', () => {
  const token = fc.constantFrom(
    'a',
    'bc',
    '😀',
    '\n',
    '\r',
    '\b',
    '\t',
    '\u0001',
    `${ESC}[A`,
    `${ESC}[2B`,
    `${ESC}[3C`,
    `${ESC}[K`,
    `${ESC}[1;31m`,
    `${ESC}[38;5;9m`,
    `${ESC}[0m`,
    `${ESC}]0;title\u0007`,
    `${ESC}]8;;x${ESC}\\`,
    `${ESC}[?25l`,
    ESC,
    `${ESC}[`,
  );

  it('shows the same wherever the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 10 }),
        (tokens, cuts) => {
          const text = tokens.join('');
          const whole = new TerminalScreen();
          whole.write(text);
          const pieces = new TerminalScreen();
          let from = 0;
          for (const cut of cuts.map((one) => one % (text.length + 1)).toSorted((a, b) => a - b)) {
            pieces.write(text.slice(from, cut));
            from = cut;
          }
          pieces.write(text.slice(from));
          expect(pieces.toString()).toBe(whole.toString());
        },
      ),
      { numRuns: 1000 },
    );
  });

  const screenOf = (text: string) => {
    const screen = new TerminalScreen();
    screen.write(text);
    return screen.toString();
  };

  it('goes on from compacted text as from the whole', () => {
    const tokens = fc.array(token, { maxLength: 40 });
    fc.assert(
      fc.property(tokens, tokens, (before, after) => {
        const compact = compactTerminalText(before.join(''));
        if (compact === null) return;
        const end = after.join('');
        expect(screenOf(compact + end)).toBe(screenOf(before.join('') + end));
      }),
      { numRuns: 3000 },
    );
  });

  it('shows nothing but text, line ends and colours', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
        const screen = new TerminalScreen();
        screen.write(tokens.join(''));
        const rest = screen.toString().replaceAll(/\u001b\[[\d;]*m/g, '');
        expect(rest).not.toMatch(/[\r\b\u0007\u001b]/);
      }),
    );
  });
});
