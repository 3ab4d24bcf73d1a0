import type embed from 'vega-embed';
import { beforeEach, expect, it, vi } from 'vitest';
import { themeEvent } from './show-theme.ts';
import { embedVega } from './vega-embed.ts';

type Drawing = { isDark: boolean; finalize: () => void; settle(): void };
const drawings: Drawing[] = [];
const finalized: number[] = [];

vi.mock('vega-embed', () => ({
  default: (_: unknown, __: unknown, options: Parameters<typeof embed>[2]) =>
    new Promise((resolve) => {
      const n = drawings.length;
      const finalize = () => void finalized.push(n);
      const isDark = JSON.stringify(options?.tooltip).includes('dark');
      drawings.push({ isDark, finalize, settle: () => resolve({ finalize }) });
    }),
}));

const shown = { isDark: false };
// The document of these tests cannot list the properties of a style.
vi.mock('./show-theme.ts', async (original) => ({
  ...(await original<typeof import('./show-theme.ts')>()),
  shownTheme: () => ({ ...shown, tokens: {} }),
}));

function theme(isDark: boolean): void {
  shown.isDark = isDark;
  document.dispatchEvent(new Event(themeEvent));
}
const turn = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  drawings.length = 0;
  finalized.length = 0;
});

it('a chart that is drawn again in other colours waits for the drawing before it, and ends with the last one [J2]', async () => {
  theme(false);
  const made = embedVega(document.createElement('div'), {} as never, {});
  drawings[0]?.settle();
  const end = await made;
  theme(true);
  await turn();
  theme(false);
  await turn();
  expect(drawings.map(({ isDark }) => isDark)).toEqual([false, true]);
  drawings[1]?.settle();
  await turn();
  expect(drawings.map(({ isDark }) => isDark)).toEqual([false, true, false]);
  drawings[2]?.settle();
  await turn();
  expect(finalized).toEqual([0, 1]);
  end();
  theme(true);
  await turn();
  expect([drawings.length, finalized]).toEqual([3, [0, 1, 2]]);
});
