import type { Kernel, StudioDocument } from '@atelier-ide/contract';

type Known = {
  documents: Readonly<Record<string, StudioDocument>>;
  kernels: readonly Pick<Kernel, 'documentId' | 'state'>[];
};

/**
 * What the kernel of a file does; null = none that this page knows of. The documents a page knows are those it has
 * opened: a notebook that runs for another page gets its mark once it is opened here.
 */
export function kernelStateOf(path: string, { documents, kernels }: Known): Kernel['state'] | null {
  const found = Object.values(documents).find((document) => document.path === path);
  if (!found) return null;
  if (found.binding.state === 'starting') return 'starting';
  const state = kernels.find(({ documentId }) => documentId === found.id)?.state;
  return state === undefined || state === 'none' ? null : state;
}

export const kernelWords: Readonly<Record<Kernel['state'], string>> = {
  none: 'no kernel',
  starting: 'kernel starting',
  idle: 'kernel idle',
  busy: 'kernel busy',
  restarting: 'kernel restarting',
  reconnecting: 'kernel reconnecting',
  disconnected: 'kernel disconnected',
  dead: 'kernel ended',
  unknown: 'kernel unknown',
};
