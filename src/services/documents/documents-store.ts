import { createStore } from 'zustand/vanilla';
import type { DocumentsState } from './documents-service.ts';

/** The open documents by id, and the switch of each. */
export const createDocumentsStore = () => createStore<DocumentsState>(() => ({ byId: {}, switches: {} }));
