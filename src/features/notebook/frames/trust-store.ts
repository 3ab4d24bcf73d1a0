import { createStore, type StoreApi } from 'zustand/vanilla';

/** Grows whenever an output may run that could not before. */
export type TrustStore = StoreApi<{ version: number }>;

/** Makes the store of one notebook view. */
export const createTrustStore = (): TrustStore => createStore(() => ({ version: 0 }));
