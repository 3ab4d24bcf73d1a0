import type { ThemeChoice, ThemeName } from '@/platform/theme/theme-service.ts';
import { defineSetting } from '@/platform/settings/settings-service.ts';
import { defineStudioCommand, type Services, type StudioContribution } from '@/services/services.ts';

const isChosen =
  (...choices: readonly ThemeChoice[]) =>
  ({ theme }: Services) =>
    choices.includes(theme.store.getState().choice);

const opposites = {
  light: 'dark',
  dark: 'light',
  'high-contrast': 'high-contrast-light',
  'high-contrast-light': 'high-contrast',
} as const satisfies Record<ThemeName, ThemeName>;

/** The setting "Theme": system, light, dark, high contrast. High contrast keeps the ground that is there. */
export const themeCommands: NonNullable<StudioContribution['commands']> = [
  defineStudioCommand({
    id: 'workbench.followSystemTheme',
    title: 'System theme',
    group: 'Settings',
    icon: 'monitor',
    isOn: isChosen('system'),
    run: ({ theme }) => theme.choose('system'),
  }),
  defineStudioCommand({
    id: 'workbench.useLightTheme',
    title: 'Light theme',
    group: 'Settings',
    icon: 'sun',
    isOn: isChosen('light'),
    run: ({ theme }) => theme.choose('light'),
  }),
  defineStudioCommand({
    id: 'workbench.useDarkTheme',
    title: 'Dark theme',
    group: 'Settings',
    icon: 'moon',
    isOn: isChosen('dark'),
    run: ({ theme }) => theme.choose('dark'),
  }),
  defineStudioCommand({
    id: 'workbench.useHighContrast',
    title: 'High contrast theme',
    group: 'Settings',
    icon: 'contrast',
    isOn: isChosen('high-contrast', 'high-contrast-light'),
    run: ({ theme }) => {
      const isDark = ['dark', 'high-contrast'].includes(theme.store.getState().theme);
      theme.choose(isDark ? 'high-contrast' : 'high-contrast-light');
    },
  }),
  defineStudioCommand({
    id: 'workbench.toggleTheme',
    title: 'Toggle theme',
    group: 'Settings',
    icon: 'sun-moon',
    run: ({ theme }) => theme.choose(opposites[theme.store.getState().theme]),
  }),
];

/** The same choice in the settings view. */
export const themeSetting = defineSetting<'workbench.theme'>({
  id: 'workbench.theme',
  title: 'Theme',
  detail: 'Colours of the product on this browser. System follows the computer, also its wish for contrast.',
  group: 'Appearance',
  kind: 'choice',
  default: 'system',
  options: [
    { value: 'system', label: 'System' },
    { value: 'light', label: 'Light' },
    { value: 'dark', label: 'Dark' },
    { value: 'high-contrast', label: 'High contrast, dark' },
    { value: 'high-contrast-light', label: 'High contrast, light' },
  ],
});
