import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FindQuery } from './find-query.ts';
import type { Hit } from './search-notebook.ts';

export type FindState = FindQuery & {
  isOpen: boolean;
  /** The second row is shown. */
  hasReplace: boolean;
  replacement: string;
  inOutputs: boolean;
  /** The cells that were selected when "Selected cells only" was switched on. */
  only: ReadonlySet<CellId> | null;
  hits: readonly Hit[];
  /** Index of the current hit; -1 = none. */
  current: number;
  /** The hits are those of what is asked for now. */
  isSettled: boolean;
  isCut: boolean;
  /** A sentence: why nothing was searched. */
  problem: string | null;
  /** A sentence: what was done, or why the current hit is not in sight. */
  note: string | null;
  /** Grows each time the current hit is to be brought into sight. */
  shown: number;
  /** Goes up and down with each wish for the next or the previous hit. */
  steps: number;
  /** Grows when somebody wants to type into the bar. */
  focusAsked: number;
};

export type FindStore = StoreApi<FindState>;

/** What a notebook looks for; nothing is searched while the bar is closed. */
export const createFindStore = (): FindStore =>
  createStore<FindState>(() => ({
    isOpen: false,
    hasReplace: false,
    text: '',
    isCase: false,
    isWord: false,
    isRegex: false,
    replacement: '',
    inOutputs: true,
    only: null,
    hits: [],
    current: -1,
    isSettled: true,
    isCut: false,
    problem: null,
    note: null,
    shown: 0,
    steps: 0,
    focusAsked: 0,
  }));
