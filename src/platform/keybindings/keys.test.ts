import { describe, expect, it } from 'vitest';
import { formatKeys, type KeyPress, keysOfPress, matches, parseKeys, sameStroke } from './keys.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more };
}

const one = (keys: string, isMac = false) => {
  const [stroke] = parseKeys(keys, isMac);
  if (!stroke) throw new Error('no stroke');
  return stroke;
};

describe('keys', () => {
  it('reads Mod as Ctrl, and as Cmd on a Mac', () => {
    expect(matches(one('Mod+S'), press('s', { ctrlKey: true }))).toBe(true);
    expect(matches(one('Mod+S'), press('s', { metaKey: true }))).toBe(false);
    expect(matches(one('Mod+S', true), press('s', { metaKey: true }))).toBe(true);
    expect(matches(one('Mod+S', true), press('s', { ctrlKey: true }))).toBe(false);
  });

  it('wants exactly the modifiers it names', () => {
    expect(matches(one('Mod+Shift+P'), press('P', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(matches(one('Mod+Shift+P'), press('p', { ctrlKey: true }))).toBe(false);
    expect(matches(one('Mod+P'), press('P', { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(matches(one('Mod+P'), press('p', { ctrlKey: true, altKey: true }))).toBe(false);
  });

  it('finds a letter by its place when the layout writes another script', () => {
    expect(matches(one('Mod+S'), press('ы', { code: 'KeyS', ctrlKey: true }))).toBe(true);
    // On a French keyboard the key in the place of Q writes A: what is printed counts.
    expect(matches(one('Mod+A'), press('a', { code: 'KeyQ', ctrlKey: true }))).toBe(true);
    expect(matches(one('Mod+Q'), press('a', { code: 'KeyQ', ctrlKey: true }))).toBe(false);
  });

  it('takes a sign by itself, whichever keys write it', () => {
    expect(matches(one('Mod+]'), press(']', { ctrlKey: true, code: 'BracketRight' }))).toBe(true);
    expect(matches(one('Mod+Shift+]'), press(']', { ctrlKey: true, code: 'BracketRight' }))).toBe(false);
    const shifted = press('}', { ctrlKey: true, shiftKey: true, code: 'BracketRight' });
    expect(matches(one('Mod+Shift+]'), shifted)).toBe(true);
    expect(matches(one('Mod+]'), shifted)).toBe(false);
    expect(matches(one('Ctrl+Shift+_'), press('_', { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(matches(one('Ctrl+Shift+_'), press('-', { ctrlKey: true, code: 'Minus' }))).toBe(false);
    expect(matches(one('?'), press('?', { shiftKey: true }))).toBe(true);
    expect(matches(one('Mod++'), press('+', { ctrlKey: true, shiftKey: true }))).toBe(true);
  });

  it('shows keys as people write them', () => {
    expect(formatKeys('Mod+Shift+P', false)).toBe('Ctrl+Shift+P');
    expect(formatKeys('Mod+Shift+P', true)).toBe('⇧⌘P');
    expect(formatKeys('D D', false)).toBe('D, D');
    expect(formatKeys('Shift+Enter', false)).toBe('Shift+Enter');
    expect(formatKeys('ArrowUp', false)).toBe('↑');
  });

  it('refuses keys that nobody can press', () => {
    expect(() => parseKeys('Strg+S', false)).toThrow('cannot be read');
    expect(() => parseKeys('Mod+', false)).toThrow('cannot be read');
  });

  it('are the same however they are written', () => {
    const same = (a: string, b: string) => sameStroke(one(a), one(b));
    expect(same('Ctrl+Shift+]', 'Ctrl+}')).toBe(true);
    expect(same('Ctrl+Shift+_', 'Ctrl+_')).toBe(true);
    expect(same('Ctrl+Shift+_', 'Ctrl+Shift+-')).toBe(true);
    expect(same('Ctrl+]', 'Ctrl+Shift+]')).toBe(false);
    expect(same('Ctrl+A', 'Ctrl+Shift+A')).toBe(false);
  });

  it('are read off a press as they are written', () => {
    expect(keysOfPress(press('P', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+P');
    expect(keysOfPress(press('Enter', { shiftKey: true }))).toBe('Shift+Enter');
    expect(keysOfPress(press(' '))).toBe('Space');
    expect(keysOfPress(press('+', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl++');
    expect(keysOfPress(press('?', { shiftKey: true }))).toBe('?');
    expect(keysOfPress(press('ы', { code: 'KeyS', ctrlKey: true }))).toBe('Ctrl+S');
    expect(keysOfPress(press('a', { code: 'KeyQ', ctrlKey: true }))).toBe('Ctrl+A');
    expect(keysOfPress(press('Shift', { shiftKey: true }))).toBeNull();
    expect(keysOfPress(press('Process'))).toBeNull();
  });

  it.each(['a', 'é', 'ы', '/', '@', 'Enter', 'F2', ' ', '7'])(
    'read off a press are that press: %s',
    (key) => {
      for (const shiftKey of [false, true])
        for (const ctrlKey of [false, true])
          for (const isAltGr of [false, true]) {
            const one = press(key, {
              code: 'KeyS',
              shiftKey,
              ctrlKey,
              getModifierState: (name) => isAltGr && name === 'AltGraph',
            });
            const [stroke] = parseKeys(keysOfPress(one) ?? '', false);
            expect(stroke && matches(stroke, one)).toBe(true);
          }
    },
  );
});
