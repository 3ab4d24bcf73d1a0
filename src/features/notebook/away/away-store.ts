import type { Execution } from '@atelier-ide/contract';
import type { CellId, NotebookCell } from '@atelier-ide/core/notebook/model.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** Cells that ended while no page was there, until somebody was told. */
export type RanAway = {
  /** Of the executions. */
  ids: readonly string[];
  /** The cells, those first that did not end well. */
  cells: readonly CellId[];
  ran: number;
  failed: number;
  /** Nobody knows how they ended. */
  unknown: number;
  /** They waited, and were let go. */
  notRun: number;
  /** When the last of them ended; null where none ran. */
  until: number | null;
  /** This page was open before, and lost its connection. */
  wasOpen: boolean;
};

/** What an execution has shown: a cell that is in no notebook. */
export type LooseResult =
  | { kind: 'loading' }
  | { kind: 'cell'; cell: NotebookCell }
  | { kind: 'problem'; words: string };

export type AwayState = {
  ran: RanAway | null;
  /** Executions whose outputs have no place in the file, oldest first. */
  unplaced: readonly Execution[];
  /** By execution. */
  results: Readonly<Record<string, LooseResult>>;
};

export type AwayStore = StoreApi<AwayState>;

export const createAwayStore = (): AwayStore =>
  createStore<AwayState>(() => ({ ran: null, unplaced: [], results: {} }));
