/** What a notebook session needs of files and of the journal of edits, for a console, which is in no file. */
import { newNotebookText } from '@atelier-ide/core/notebook/new-notebook.ts';
import { toDisposable } from '@/base/disposable.ts';
import type { Event } from '@/base/emitter.ts';
import type { EditsKeeper, EditsService } from '@/services/edits/edits-service.ts';
import type { SharedDocument } from '@/services/edits/shared-document.ts';
import type { FilesService } from '@/services/files/files-service.ts';
import { INPUT } from './console-address.ts';

const NOTHING = { hash: '', size: 0, modifiedAt: '' };
const never: Event<never> = () => toDisposable(() => undefined);

/** The file is a notebook of one cell, the input, with `draft` in it. */
export function withoutFile(files: FilesService, draft: string): FilesService {
  const text = newNotebookText(INPUT, draft);
  return {
    ...files,
    readText: () => Promise.resolve({ ...NOTHING, text, writable: true }),
    writeText: () => Promise.resolve(NOTHING),
    checkpoint: () => Promise.resolve(),
  };
}

/** An input that was kept would come back into one that has been written since. */
export function withoutJournal(edits: EditsService): EditsService {
  return {
    ...edits,
    keep: (): EditsKeeper => ({
      didChange: () => undefined,
      didMiss: () => undefined,
      refresh: () => undefined,
      flush: () => Promise.resolve(),
      dispose: () => undefined,
    }),
    read: () => Promise.resolve(null),
    share: (): SharedDocument => ({
      isWriter: true,
      onDidBecomeWriter: never,
      onDidReceive: never,
      join: () => Promise.resolve(true),
      post: () => undefined,
      handOver: () => undefined,
      dispose: () => undefined,
    }),
  };
}
