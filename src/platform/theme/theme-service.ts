import type { StoreApi } from 'zustand/vanilla';

/** What a person chose; `system` follows the operating system. */
export type ThemeChoice = 'system' | 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';
/** What is drawn. */
export type ThemeName = Exclude<ThemeChoice, 'system'>;

/** Chosen and effective theme; the root element of the product carries `data-theme`. */
export type ThemeService = {
  readonly store: StoreApi<{ choice: ThemeChoice; theme: ThemeName }>;
  choose(choice: ThemeChoice): void;
};
