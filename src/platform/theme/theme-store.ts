import { createStore } from 'zustand/vanilla';
import type { ThemeChoice, ThemeName } from './theme-service.ts';

/** The choice and what is drawn for it. */
export const createThemeStore = (choice: ThemeChoice, theme: ThemeName) =>
  createStore<{ choice: ThemeChoice; theme: ThemeName }>(() => ({ choice, theme }));
