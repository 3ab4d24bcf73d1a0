import { describe, expect, it } from 'vitest';
import { createThemeService } from './create-theme-service.ts';

/** Media queries that a test answers. */
function createFakeMedia() {
  const answers = new Map<string, boolean>();
  const listeners = new Set<() => void>();
  const matchMedia = ((query: string) => ({
    get matches() {
      return answers.get(query) ?? false;
    },
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  })) as unknown as Window['matchMedia'];
  const answer = (query: string, isSo: boolean) => {
    answers.set(query, isSo);
    for (const listener of listeners) listener();
  };
  return { matchMedia, answer, listeners };
}

function setUp(kept: string | null = null) {
  const media = createFakeMedia();
  const values = new Map<string, string>(kept === null ? [] : [['atelier:theme', kept]]);
  const log = { debug: () => undefined, warn: () => undefined, error: () => undefined };
  const theme = createThemeService({
    matchMedia: media.matchMedia,
    log,
    values: () => ({
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => void values.set(key, value),
      removeItem: (key) => void values.delete(key),
    }),
  });
  return { theme, media, values };
}

describe('theme service', () => {
  it('follows the system until something is chosen', () => {
    const { theme, media, values } = setUp();
    expect(theme.store.getState()).toEqual({ choice: 'system', theme: 'light' });
    media.answer('(prefers-color-scheme: dark)', true);
    expect(theme.store.getState().theme).toBe('dark');
    media.answer('(prefers-contrast: more)', true);
    expect(theme.store.getState().theme).toBe('high-contrast');
    theme.choose('light');
    media.answer('(prefers-contrast: more)', false);
    expect(theme.store.getState()).toEqual({ choice: 'light', theme: 'light' });
    expect(values.get('atelier:theme')).toBe('light');
  });

  it('starts with what was chosen before, unless it makes no sense', () => {
    expect(setUp('dark').theme.store.getState().theme).toBe('dark');
    expect(setUp('solarized').theme.store.getState().choice).toBe('system');
  });

  it('stops listening when it is disposed of', () => {
    const { theme, media } = setUp();
    expect(media.listeners.size).toBe(1);
    theme.dispose();
    expect(media.listeners.size).toBe(0);
  });
});
