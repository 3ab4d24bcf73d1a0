import type { CellId } from '@atelier-ide/core/notebook/model.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** The views that a person chose ("Show as") in place of the richest ones, as long as the notebook is open. */
export type OutputViewsState = { chosen: Readonly<Record<string, string>> };
export type OutputViewsStore = StoreApi<OutputViewsState>;

export const createOutputViews = (): OutputViewsStore =>
  createStore<OutputViewsState>(() => ({ chosen: {} }));

/** An output is named by its cell and its place there: runs replace it, the wish stays. */
export const outputKey = (id: CellId, place: number): string => `${id} ${place}`;

/** `null` goes back to the richest view. */
export function chooseView(store: OutputViewsStore, key: string, view: string | null): void {
  const { [key]: _, ...rest } = store.getState().chosen;
  store.setState({ chosen: view === null ? rest : { ...rest, [key]: view } });
}
