import type * as monacoTypes from 'monaco-editor/editor';
import type { Monaco } from './load-monaco.ts';
import { syntaxRules } from './token-colors.ts';

/**
 * Defines Monaco's theme from our tokens as they are at this element, and chooses it. Monaco has one theme a page: the
 * IDE that asked last decides. Called again when the product's theme changes.
 */
export function applyTheme(monaco: Monaco, element: Element): void {
  const style = getComputedStyle(element);
  const token = (name: string, fallback: string) => toHex(style.getPropertyValue(`--at-${name}`)) ?? fallback;
  const canvas = token('bg-canvas', '#ffffff');
  const text = token('text', '#1a1d23');
  const isDark = luminance(canvas) < 0.5;
  const colors: monacoTypes.editor.IColors = {
    // The box around the editor has the ground, so that it can change without a new theme.
    'editor.background': `${canvas}00`,
    'editor.foreground': text,
    'editorGutter.background': `${canvas}00`,
    'editorLineNumber.foreground': token('text-3', '#5c6572'),
    'editorLineNumber.activeForeground': token('text-2', '#474f5c'),
    'editorCursor.foreground': text,
    'editor.selectionBackground': `${token('accent', '#2858cf')}40`,
    'editor.inactiveSelectionBackground': `${token('accent', '#2858cf')}22`,
    'editor.lineHighlightBackground': '#00000000',
    'editor.lineHighlightBorder': '#00000000',
    // The option that turns pair colours off does not reach a model of our own: brackets are plain text here.
    ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`editorBracketHighlight.foreground${n}`, text])),
    'editorBracketHighlight.unexpectedBracket.foreground': text,
    'editorBracketMatch.background': token('accent-tint', '#eaf0fe'),
    'editorBracketMatch.border': token('accent-line', '#b9cbf8'),
    'editorWidget.background': token('bg-raised', '#ffffff'),
    'editorWidget.border': token('line-strong', '#cdd2da'),
    'editorWidget.foreground': text,
    'editorSuggestWidget.background': token('bg-raised', '#ffffff'),
    'editorSuggestWidget.border': token('line-strong', '#cdd2da'),
    'editorSuggestWidget.foreground': text,
    'editorSuggestWidget.selectedBackground': token('accent-tint', '#eaf0fe'),
    'editorSuggestWidget.selectedForeground': text,
    'editorSuggestWidget.highlightForeground': token('accent', '#2858cf'),
    'editorSuggestWidget.focusHighlightForeground': token('accent', '#2858cf'),
    'editorHoverWidget.background': token('bg-raised', '#ffffff'),
    'editorHoverWidget.border': token('line-strong', '#cdd2da'),
    'editorHoverWidget.foreground': text,
    'input.background': token('bg-canvas', '#ffffff'),
    'input.foreground': text,
    'input.border': token('line-control', '#868e9b'),
    focusBorder: token('focus', '#2858cf'),
    'scrollbarSlider.background': `${token('line-control', '#868e9b')}66`,
  };
  const rules = syntaxRules.map(([prefix, color]) => ({
    token: prefix,
    foreground: token(`syn-${color}`, text).slice(1),
  }));
  const name = isDark ? 'atelier-dark' : 'atelier-light';
  monaco.editor.defineTheme(name, {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [{ token: '', foreground: text.slice(1) }, ...rules],
    colors,
  });
  monaco.editor.setTheme(name);
}

/** `#rrggbb` of a CSS colour in hex or rgb() notation. */
export function toHex(value: string): string | null {
  const color = value.trim();
  if (/^#[\da-f]{6}$/i.test(color)) return color.toLowerCase();
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(color);
  if (short)
    return `#${short
      .slice(1)
      .map((digit) => digit + digit)
      .join('')}`.toLowerCase();
  const parts = /^rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)/.exec(color);
  if (!parts) return null;
  return `#${parts
    .slice(1, 4)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
