import type { Disposable } from '@/base/disposable.ts';
import { DisposableStore, toDisposable } from '@/base/disposable.ts';
import type { LogService } from '@/platform/log/log-service.ts';
import type { KeyValues } from '@/platform/storage/create-storage-service.ts';
import type { ThemeChoice, ThemeName, ThemeService } from './theme-service.ts';
import { createThemeStore } from './theme-store.ts';

/** What the theme service is made of. */
export type ThemeConfig = {
  /** Kept for the whole origin, because the signed-out page has a theme too. */
  values: () => KeyValues;
  matchMedia: Window['matchMedia'];
  log: LogService;
};

const KEY = 'atelier:theme';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark', 'high-contrast', 'high-contrast-light'];

/** Follows the system's colours while the choice is `system`. */
export function createThemeService(config: ThemeConfig): ThemeService & Disposable {
  const isDark = config.matchMedia('(prefers-color-scheme: dark)');
  const wantsContrast = config.matchMedia('(prefers-contrast: more)');
  const effective = (choice: ThemeChoice): ThemeName => {
    if (choice !== 'system') return choice;
    if (wantsContrast.matches) return isDark.matches ? 'high-contrast' : 'high-contrast-light';
    return isDark.matches ? 'dark' : 'light';
  };
  const first = readChoice(config);
  const store = createThemeStore(first, effective(first));
  const become = (choice: ThemeChoice) => store.setState({ choice, theme: effective(choice) });
  const follow = () => become(store.getState().choice);
  const owned = new DisposableStore();
  for (const query of [isDark, wantsContrast]) {
    query.addEventListener('change', follow);
    owned.add(toDisposable(() => query.removeEventListener('change', follow)));
  }
  return {
    store,
    choose(choice) {
      become(choice);
      try {
        config.values().setItem(KEY, choice);
      } catch (error) {
        config.log.warn('The theme was not kept', { error: String(error) });
      }
    },
    dispose: () => owned.dispose(),
  };
}

function readChoice({ values, log }: ThemeConfig): ThemeChoice {
  try {
    const kept = values().getItem(KEY);
    return CHOICES.find((choice) => choice === kept) ?? 'system';
  } catch (error) {
    log.warn('The theme was not read', { error: String(error) });
    return 'system';
  }
}
