import { describe, expect, it, vi } from 'vitest';
import type { JsonValue } from '@atelier-ide/core/notebook/model.ts';
import { createThemeStore } from '@/platform/theme/theme-store.ts';
import type { ThemeChoice } from '@/platform/theme/theme-service.ts';
import { createSettingsService } from './create-settings-service.ts';
import { defineSetting } from './settings-service.ts';

declare module './settings-service.ts' {
  interface SettingValues {
    'test.size': number;
    'test.isOn': boolean;
  }
}

const size = defineSetting<'test.size'>({
  id: 'test.size',
  title: 'Size',
  detail: 'How large.',
  group: 'Editor',
  kind: 'number',
  least: 8,
  most: 32,
  default: 13,
});
const isOn = defineSetting<'test.isOn'>({
  id: 'test.isOn',
  title: 'On',
  detail: 'Whether.',
  group: 'Editor',
  kind: 'switch',
  default: false,
});
const theme = defineSetting<'workbench.theme'>({
  id: 'workbench.theme',
  title: 'Theme',
  detail: 'Colours.',
  group: 'Appearance',
  kind: 'choice',
  options: [
    { value: 'system', label: 'System' },
    { value: 'dark', label: 'Dark' },
  ],
  default: 'system',
});

function setUp(kept: Record<string, JsonValue> = {}) {
  const values = new Map(Object.entries(kept));
  const storage = {
    get: (key: string) => values.get(key),
    set: (key: string, value: JsonValue) => void values.set(key, value),
    remove: (key: string) => void values.delete(key),
  };
  return { values, settings: createSettingsService({ settings: [size, isOn], storage }) };
}

describe('settings', () => {
  it('have their defaults until something is chosen, and keep only what was chosen', () => {
    const { settings, values } = setUp();
    expect(settings.get('test.size')).toBe(13);
    settings.set('test.size', 15);
    expect(settings.get('test.size')).toBe(15);
    expect([...values]).toEqual([['settings.test.size', 15]]);
    expect(settings.isChanged('test.size')).toBe(true);
    settings.reset('test.size');
    expect([...values]).toEqual([]);
    expect(settings.isChanged('test.size')).toBe(false);
  });

  it('tell of each value that changed, once', () => {
    const { settings } = setUp();
    const heard = vi.fn();
    settings.onDidChange(heard);
    settings.set('test.isOn', true);
    settings.set('test.isOn', true);
    expect(heard.mock.calls).toEqual([['test.isOn']]);
  });

  it('read what a user kept once it is known who it is', () => {
    const { settings, values } = setUp();
    values.set('settings.test.isOn', true);
    const heard = vi.fn();
    settings.onDidChange(heard);
    settings.restore();
    expect(settings.get('test.isOn')).toBe(true);
    expect(heard.mock.calls).toEqual([['test.isOn']]);
  });

  it.each<JsonValue>(['15', 7, 33, 13.5, null, [], { value: 15 }])(
    'take no damaged value from storage: %j',
    (damaged) => {
      const { settings } = setUp({ 'settings.test.size': damaged, 'settings.test.isOn': true });
      expect(settings.get('test.size')).toBe(13);
      expect(settings.get('test.isOn')).toBe(true);
    },
  );

  it('refuse a value that they do not have, and keep the one before', () => {
    const { settings } = setUp();
    expect(() => settings.set('test.size', 99)).toThrow('test.size has no value 99');
    expect(settings.get('test.size')).toBe(13);
  });

  it('follow a value that somebody else keeps', () => {
    const store = createThemeStore('system', 'light');
    const settings = createSettingsService({
      settings: [theme],
      storage: setUp().settings as never,
      elsewhere: {
        'workbench.theme': {
          get: () => store.getState().choice,
          set: (choice: ThemeChoice) => store.setState({ choice }),
          subscribe: (listener) => store.subscribe(listener),
        },
      },
    });
    store.setState({ choice: 'dark' });
    expect(settings.get('workbench.theme')).toBe('dark');
    settings.reset('workbench.theme');
    expect(store.getState().choice).toBe('system');
  });

  it('are declared once each, with a default that they have', () => {
    const storage = setUp().settings as never;
    expect(() => createSettingsService({ settings: [size, size], storage })).toThrow('Two settings');
    const odd = { ...size, default: 99 } as typeof size;
    expect(() => createSettingsService({ settings: [odd], storage })).toThrow('none of its values');
  });
});
