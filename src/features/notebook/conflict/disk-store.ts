import type { CellConflict, IncomingChange } from '@atelier-ide/core/merge/merge-notebooks.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CellNotes } from './cell-notes.ts';

/** Both sides edited the cell, each in its way: mine stands in it until somebody chooses. */
export type OpenChoice = Extract<CellConflict, { kind: 'both-edited' }>;
/** What has to be known of it, where the cells of both sides are. */
export type WaitingCell = Pick<OpenChoice, 'id' | 'base'>;
/** One side edited what the other deleted: the cell is kept. */
export type KeptCell = Exclude<CellConflict, OpenChoice>;

/** What came in from the file, until the person has put it away. */
export type DiskNews = {
  since: number;
  changes: readonly IncomingChange[];
  kept: readonly KeptCell[];
  choices: readonly OpenChoice[];
  /** The same told cell by cell, as long as it holds. */
  notes: CellNotes;
  /** The notebook as it was here before, and as it was on disk. */
  texts: { mine: string; disk: string };
  canUndo: boolean;
};

export type DiskStore = StoreApi<{ news: DiskNews | null }>;

export const createDiskStore = (): DiskStore =>
  createStore<{ news: DiskNews | null }>(() => ({ news: null }));
