import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FileEntry } from '@/services/files/files-service.ts';

export type FolderState = {
  status: 'loading' | 'ready' | 'failed';
  /** Paths of the entries, in the backend's order. */
  children: readonly string[];
  total: number;
  nextCursor: string | null;
  reason: string | null;
};

export type Upload = {
  id: string;
  name: string;
  sent: number;
  size: number;
  state: 'running' | 'failed';
  reason: string | null;
};

export type FilesState = {
  /** Folder that the tree shows the content of; '' = home. */
  folder: string;
  entries: Readonly<Record<string, FileEntry>>;
  folders: Readonly<Record<string, FolderState>>;
  expanded: readonly string[];
  selected: readonly string[];
  focused: string | null;
  /** Path that is renamed in place. `isNew`: it was made just now, so it is opened afterwards. */
  renaming: { path: string; isNew: boolean } | null;
  filter: string;
  clipboard: { paths: readonly string[]; isCut: boolean } | null;
  uploads: readonly Upload[];
  /** Time (ms) of the last reading; ages are told against it. */
  readAt: number;
};

export function createFilesStore(): StoreApi<FilesState> {
  return createStore<FilesState>(() => ({
    folder: '',
    entries: {},
    folders: {},
    expanded: [],
    selected: [],
    focused: null,
    renaming: null,
    filter: '',
    clipboard: null,
    uploads: [],
    readAt: 0,
  }));
}
