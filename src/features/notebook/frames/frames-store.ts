import { createStore, type StoreApi } from 'zustand/vanilla';

export type FramesState = {
  /** The frames were thrown away because their scripts did not answer. */
  isStopped: boolean;
  /** By id of an output: why its script form is not shown, by MIME type. */
  failures: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** What of the frames a view shows. */
export const createFramesStore = (): StoreApi<FramesState> =>
  createStore<FramesState>(() => ({ isStopped: false, failures: {} }));
