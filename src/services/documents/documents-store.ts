import type { StudioDocument } from '@atelier-ide/contract';
import { createStore } from 'zustand/vanilla';

/** The open documents by id. */
export const createDocumentsStore = () =>
  createStore<{ byId: Readonly<Record<string, StudioDocument>> }>(() => ({ byId: {} }));
