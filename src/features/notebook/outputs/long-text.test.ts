import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withCutMark } from '@atelier-ide/core/outputs/saved-cut.ts';
import { ansiLines, terminalText, withoutAnsi } from './ansi.ts';
import { lineCap, shownText, textRows } from './long-text.ts';

const lines = (n: number) => Array.from({ length: n }, (_, i) => `line ${i}`);

describe('shownText', () => {
  it('shows all of a short text, the ends of a long one [J5]', () => {
    expect(shownText('a\nb\n')).toMatchObject({ head: ['a', 'b'], tail: null, hidden: 0, total: 2 });
    const all = lines(100_000);
    const shown = shownText(`${all.join('\n')}\n`);
    expect(shown.head).toEqual(all.slice(0, lineCap.head));
    expect(shown.tail).toEqual(all.slice(-lineCap.tail));
    expect(shown).toMatchObject({ hidden: 99_960, total: 100_000, cut: null });
  });

  it('never loses the end and counts every line, whatever is in it [J5]', () => {
    const line = fc.string({
      unit: fc.constantFrom('a', 'bc', '\u001b[31m', '\u001b[0m', '😀'),
      maxLength: 8,
    });
    const text = fc.tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom(1, 3, 90, 4_000), fc.boolean());
    fc.assert(
      fc.property(text, ([some, times, hasEnd]) => {
        const whole = `${some.join('\n')}\n`.repeat(times) + (hasEnd ? '' : 'end');
        const all = ansiLines(terminalText(whole));
        const { head, tail, hidden, total } = shownText(whole);
        expect(total).toBe(all.length);
        expect(head.length + (tail?.length ?? 0) + hidden).toBe(total);
        const plain = all.map(withoutAnsi);
        expect(head.map(withoutAnsi)).toEqual(plain.slice(0, head.length));
        if (tail) expect(tail.map(withoutAnsi)).toEqual(plain.slice(-tail.length));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the colour in which the last lines stand', () => {
    const text = `\u001b[31m${lines(50_000).join('\n')}`;
    expect(shownText(text).tail?.[0]).toBe('\u001b[31mline 49980');
  });

  it('shows a very long line by its ends', () => {
    const { head, total, hasLongLine } = shownText(`${'x'.repeat(300_000)}END`);
    expect({ total, hasLongLine }).toEqual({ total: 1, hasLongLine: true });
    expect(head[0]).toContain('297,503 characters hidden');
    expect(head[0]).toMatch(/END$/);
    expect(head[0]?.length).toBeLessThan(3_000);
  });

  it('says what a file says is missing, between the ends of what is there', () => {
    const all = lines(300);
    const head = `${all.slice(0, 100).join('\n')}\n`;
    const text = withCutMark(head + all.slice(200).join('\n'), { at: head.length, lines: 100, bytes: 1_700 });
    const shown = shownText(text);
    expect(shown).toMatchObject({ hidden: 160, total: 200, cut: { lines: 100, bytes: 1_700 } });
    expect([shown.head[0], shown.head.at(-1), shown.tail?.[0], shown.tail?.at(-1)]).toEqual([
      'line 0',
      'line 19',
      'line 280',
      'line 299',
    ]);
  });
});

describe('textRows', () => {
  it('are all lines, very long ones in pieces, nothing lost', () => {
    const unit = fc.constantFrom('a', '😀', '\u001b[31m', '\u001b[0m', '\n', 'b'.repeat(400));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        const rows = textRows(text);
        const joined = rows.map(
          (row, i) => `${row.number === null || i === 0 ? '' : '\n'}${withoutAnsi(row.text)}`,
        );
        expect(joined.join('')).toBe(withoutAnsi(ansiLines(text).join('\n')));
        expect(rows.every((row) => withoutAnsi(row.text).length <= 1_000)).toBe(true);
        expect(rows.filter((row) => row.number !== null).map((row) => row.number)).toEqual(
          ansiLines(text).map((_, i) => i + 1),
        );
      }),
    );
  });
});
