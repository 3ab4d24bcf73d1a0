import { createStore } from 'zustand/vanilla';
import type { RunningFacts } from './running-tree.ts';

export type RunningState = Omit<RunningFacts, 'compute'> & {
  /** Rows whose end was asked for and has not been told yet. */
  ending: ReadonlySet<string>;
  folded: ReadonlySet<string>;
  /** The tree's tab stop. */
  focused: string | null;
  isFlat: boolean;
};

/** What the panel knows beyond the compute store, and how it is looked at. */
export const createRunningStore = () =>
  createStore<RunningState>(() => ({
    paths: {},
    terminals: {},
    runs: {},
    ending: new Set(),
    folded: new Set(),
    focused: null,
    isFlat: false,
  }));
