import type { StoreApi } from 'zustand/vanilla';

export type ThemeChoice = 'system' | 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';
export type ThemeName = Exclude<ThemeChoice, 'system'>;

/** Chosen and effective theme; the root element of the product carries `data-theme`. */
export type ThemeService = {
  readonly store: StoreApi<{ choice: ThemeChoice; theme: ThemeName }>;
  choose(choice: ThemeChoice): void;
};
