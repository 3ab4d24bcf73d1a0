import { useEffect, useState } from 'react';
import { describeError } from '@/platform/notifications/describe-error.ts';
import type { FileEntry } from '@/services/files/files-service.ts';
import { useServices } from '@/services/use-services.ts';
import type { FileQuery } from './file-query.ts';
import type { PaletteEntry } from './palette-search.ts';

type Listing = { folder: string; items: readonly FileEntry[]; problem: string | null };

export type FileEntries = { entries: readonly PaletteEntry[]; isReading: boolean; problem: string | null };

const nothing: FileEntries = { entries: [], isReading: false, problem: null };

/** Files and folders of the folder that is typed; a folder goes on typing, a file opens. */
export function useFileEntries(query: FileQuery | null, onGoOn: (query: string) => void): FileEntries {
  const { files, tabs } = useServices();
  const [listing, setListing] = useState<Listing | null>(null);
  const folder = query?.folder ?? null;
  useEffect(() => {
    if (folder === null) return;
    const reading = new AbortController();
    const read = async () => {
      try {
        const { items } = await files.list(folder, { signal: reading.signal });
        setListing({ folder, items, problem: null });
      } catch (error) {
        if (reading.signal.aborted) return;
        setListing({ folder, items: [], problem: describeError(error).detail ?? 'It cannot be read.' });
      }
    };
    void read();
    return () => reading.abort();
  }, [files, folder]);
  if (folder === null) return nothing;
  if (listing?.folder !== folder) return { ...nothing, isReading: true };
  const entries = listing.items.map((item): PaletteEntry => {
    const isFolder = item.type === 'directory';
    return {
      id: `file:${item.path}`,
      group: isFolder ? 'Folders' : 'Files',
      title: item.name,
      icon: isFolder ? 'folder' : item.type === 'notebook' ? 'notebook-text' : 'file-text',
      context: folder === '' ? 'Home' : folder,
      staysOpen: isFolder,
      run: () => (isFolder ? onGoOn(`/${item.path}/`) : void tabs.openPath(item.path)),
    };
  });
  return { entries, isReading: false, problem: listing.problem };
}
