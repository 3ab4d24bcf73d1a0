import { expect, it } from 'vitest';
import { isIconName } from './icons.ts';

const sources = import.meta.glob<string>(['../**/*.ts', '../**/*.tsx', '!../**/*.test.*'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

it('every icon that is named anywhere can be drawn', () => {
  const unknown = Object.entries(sources).flatMap(([file, text]) =>
    [...text.matchAll(/\bicon(?:=|: )["']([a-z0-9-]+)["']|<Icon name="([a-z0-9-]+)"/g)]
      .map(([, inProps, inElement]) => inProps ?? inElement ?? '')
      .filter((name) => !isIconName(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
