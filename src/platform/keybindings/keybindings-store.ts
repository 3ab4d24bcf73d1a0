import { createStore } from 'zustand/vanilla';
import type { KeybindingsState } from './keybinding-service.ts';

/** The bindings that count now. */
export const createKeybindingsStore = (state: KeybindingsState) => createStore<KeybindingsState>(() => state);
