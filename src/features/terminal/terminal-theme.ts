import type { ITheme } from '@xterm/xterm';

/** The terminal's colours from the tokens of the product's root element, so that it follows the theme. */
export function terminalTheme(element: Element): ITheme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--at-${name}`).trim();
  return {
    background: token('bg-canvas'),
    foreground: token('text'),
    cursor: token('text'),
    cursorAccent: token('bg-canvas'),
    selectionBackground: token('bg-selected'),
    black: token('text'),
    brightBlack: token('text-3'),
    white: token('text-2'),
    brightWhite: token('text'),
    red: token('danger'),
    brightRed: token('danger'),
    green: token('ok'),
    brightGreen: token('ok'),
    yellow: token('warn'),
    brightYellow: token('warn'),
    blue: token('accent-text'),
    brightBlue: token('accent-text'),
    magenta: token('syn-keyword'),
    brightMagenta: token('syn-keyword'),
    cyan: token('syn-builtin'),
    brightCyan: token('syn-builtin'),
  };
}
