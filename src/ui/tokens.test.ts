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

const everywhere = [
  'bg-canvas',
  'bg-chrome',
  'bg-sunken',
  'bg-raised',
  'bg-hover',
  'bg-active',
  'bg-selected',
];
const surfaces = ['bg-canvas', 'bg-chrome', 'bg-sunken', 'bg-raised'];
/** Which token stands on which grounds with which ratio: text 4.5, things that must be seen as controls or marks 3. */
const rules: readonly [string, readonly string[], number][] = [
  ['text', [...everywhere, 'accent-tint', 'warn-tint', 'danger-tint', 'ok-tint'], 4.5],
  ['text-2', everywhere, 4.5],
  ['text-3', everywhere, 4.5],
  ['line-control', ['bg-canvas', 'bg-raised'], 3],
  ['accent', surfaces, 3],
  ['on-accent', ['accent'], 4.5],
  ['accent-text', [...surfaces, 'accent-tint'], 4.5],
  ['activity', surfaces, 3],
  ['focus', surfaces, 3],
  ['ok', [...surfaces, 'ok-tint'], 4.5],
  ['warn', [...surfaces, 'warn-tint'], 4.5],
  ['danger', [...surfaces, 'danger-tint'], 4.5],
  ['on-danger', ['danger-fill'], 4.5],
  ['meter', surfaces, 3],
  ...['keyword', 'string', 'number', 'comment', 'function', 'name', 'builtin'].map(
    (name): [string, readonly string[], number] => [`syn-${name}`, ['bg-canvas', 'bg-sunken'], 4.5],
  ),
];

it.each(['light', 'dark', 'high-contrast', 'high-contrast-light'])(
  'colours of %s can be read [B7]',
  (theme) => {
    const tokens = themes.get(theme) ?? new Map<string, string>();
    const faults = rules.flatMap(([token, grounds, wanted]) =>
      grounds
        .map((ground) => ({
          ground,
          ratio: contrast(tokens.get(token) ?? '#808080', tokens.get(ground) ?? '#808080'),
        }))
        .filter(({ ratio }) => ratio < wanted)
        .map(({ ground, ratio }) => `${token} on ${ground}: ${ratio.toFixed(2)} < ${wanted}`),
    );
    expect(faults).toEqual([]);
  },
);

it('every theme has the same colour tokens', () => {
  const light = [...(themes.get('light')?.keys() ?? [])];
  for (const tokens of themes.values()) expect([...tokens.keys()]).toEqual(light);
});
