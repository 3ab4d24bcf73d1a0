import { createStore } from 'zustand/vanilla';
import type { SettingValues } from './settings-service.ts';

/** The values that count now. */
export const createSettingsStore = (values: SettingValues) => createStore<SettingValues>(() => values);
