import { expect, it } from 'vitest';
import css from './tokens.css?raw';

/** Tokens of each theme, as the style sheet says them. */
const themes = new Map(
  [...css.matchAll(/\.at-root\[data-theme='([a-z-]+)'\][^{]*\{([^}]*)\}/g)].map(([, name, body]) => [
    name ?? '',
    new Map(
      [...(body ?? '').matchAll(/--at-([\w-]+): ([^;]+);/g)].map(([, token, value]) => [
        token ?? '',
        value ?? '',
      ]),
    ),
  ]),
);

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** WCAG 2.2 contrast ratio of two colours `#rrggbb`. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = ['bg-canvas', 'bg-chrome', 'bg-raised'];
const tints = ['accent-tint', 'warn-tint', 'danger-tint', 'ok-tint'];
const everywhere = [...surfaces, 'bg-sunken', 'bg-hover', 'bg-active', 'bg-selected', ...tints];
const code = ['bg-sunken', 'bg-canvas', 'bg-selected', 'ok-tint', 'danger-tint'];

type Rule = {
  token: string;
  on: readonly string[];
  required: number;
  /** The lowest ratio the design promises for light, dark and high contrast. */
  promised: [number, number, number];
};
const rule = (token: string, on: readonly string[], required: number, promised: Rule['promised']): Rule => ({
  token,
  on,
  required,
  promised,
});

/** Which token stands on which grounds with which ratio: text 4.5; marks and edges of controls 3. */
const rules: readonly Rule[] = [
  rule('text', everywhere, 4.5, [13.2, 9.9, 9.5]),
  rule('text-2', everywhere, 4.5, [6.4, 6.3, 8.5]),
  rule('text-3', everywhere, 4.5, [4.6, 4.6, 6.8]),
  rule(
    'accent-text',
    [...surfaces, 'bg-sunken', 'accent-tint', 'bg-selected', 'bg-hover', 'warn-tint', 'danger-tint'],
    4.5,
    [6, 6.3, 6.3],
  ),
  rule('on-accent', ['accent', 'accent-hover', 'accent-active'], 4.5, [6.1, 4.6, 11.8]),
  rule('ok', [...surfaces, 'ok-tint', 'bg-selected', 'bg-hover'], 4.5, [4.5, 6.6, 7.1]),
  rule('warn', [...surfaces, 'warn-tint', 'bg-selected'], 4.5, [5.5, 7, 7.8]),
  rule('danger', [...surfaces, 'danger-tint', 'bg-selected'], 4.5, [5.3, 6.1, 5.9]),
  rule('on-danger', ['danger-fill'], 4.5, [5, 5.5, 9.5]),
  rule('syn-keyword', code, 4.5, [6, 6.2, 6.7]),
  rule('syn-string', code, 4.5, [5.2, 7.4, 8.3]),
  rule('syn-number', code, 4.5, [5.2, 6.6, 7.2]),
  rule('syn-comment', code, 4.5, [4.6, 4.8, 6.8]),
  rule('syn-function', code, 4.5, [6, 6.6, 7.2]),
  rule('syn-builtin', code, 4.5, [5.2, 7.2, 8.5]),
  rule('line-control', surfaces, 3, [3, 3.6, 21]),
  rule('focus', [...surfaces, 'bg-sunken', 'bg-selected'], 3, [5.2, 5.5, 7.9]),
  rule('accent', surfaces, 3, [5.7, 3.1, 11.8]),
  rule('activity', [...surfaces, 'bg-selected', 'meter-track'], 3, [4.9, 4.7, 3.4]),
  rule('ok-fill', surfaces, 3, [3.5, 5.4, 13.3]),
  rule('warn-fill', [...surfaces, 'warn-tint'], 3, [3.3, 6.1, 11.1]),
  rule('danger-fill', [...surfaces, 'danger-tint'], 3, [4.4, 4.3, 8.2]),
  rule('meter', ['meter-track', 'bg-canvas', 'bg-chrome'], 3, [3.4, 3.6, 6.1]),
  rule('data-1', ['bg-canvas', 'bg-raised'], 3, [6.1, 6.2, 11.8]),
  rule('data-2', ['bg-canvas', 'bg-raised'], 3, [4, 6.8, 11.6]),
  rule('data-3', ['bg-canvas', 'bg-raised'], 3, [4.3, 7.1, 13.3]),
  rule('data-4', ['bg-canvas', 'bg-raised'], 3, [5.7, 6.3, 12]),
  rule('data-5', ['bg-canvas', 'bg-raised'], 3, [5.3, 6.6, 10.9]),
  rule('data-6', ['bg-canvas', 'bg-raised'], 3, [4.7, 7.3, 15.7]),
  rule('data-7', ['bg-canvas', 'bg-raised'], 3, [4.9, 7.9, 16.1]),
  rule('data-8', ['bg-canvas', 'bg-raised'], 3, [5.6, 5.4, 13.6]),
];

/** The lowest ratio of a token over its grounds in a theme. */
function lowest(theme: string, { token, on }: Rule): number {
  const tokens = themes.get(theme);
  const colour = (name: string) => {
    const value = tokens?.get(name);
    if (!value) throw new Error(`${theme} has no ${name}`);
    return value;
  };
  return Math.min(...on.map((ground) => contrast(colour(token), colour(ground))));
}

it.each(['light', 'dark', 'high-contrast', 'high-contrast-light'])(
  'colours of %s can be read [B7]',
  (theme) => {
    const faults = rules
      .map((each) => ({ ...each, ratio: lowest(theme, each) }))
      .filter(({ ratio, required }) => ratio < required)
      .map(({ token, ratio, required }) => `${token}: ${ratio.toFixed(2)} < ${required}`);
    expect(faults).toEqual([]);
  },
);

it.each([
  ['light', 0],
  ['dark', 1],
  ['high-contrast', 2],
] as const)('%s has the ratios that the design promises', (theme, index) => {
  // The design rounds to one digit.
  const faults = rules
    .map((each) => ({ ...each, ratio: lowest(theme, each) }))
    .filter(({ ratio, promised }) => ratio < promised[index] - 0.051)
    .map(({ token, ratio, promised }) => `${token}: ${ratio.toFixed(2)} < ${promised[index]}`);
  expect(faults).toEqual([]);
});

it('text of the light high contrast theme has at least 7', () => {
  const texts = rules.filter(({ required }) => required === 4.5);
  const faults = texts
    .map((each) => ({ token: each.token, ratio: lowest('high-contrast-light', each) }))
    .filter(({ ratio }) => ratio < 7)
    .map(({ token, ratio }) => `${token}: ${ratio.toFixed(2)}`);
  expect(faults).toEqual([]);
});

it('every theme has the same colour tokens', () => {
  const light = [...(themes.get('light')?.keys() ?? [])];
  for (const tokens of themes.values()) expect([...tokens.keys()]).toEqual(light);
});
