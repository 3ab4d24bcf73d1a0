import type { Disposable } from '@/base/disposable.ts';

/** What an open document tells tests through `window.studioTest` (only with `?test=1`). Read-only. */
export type DocumentProbe = {
  path(): string;
  /** The document as it would be saved, and whether it has unsaved edits. */
  document(): { text: string; isDirty: boolean };
  kernel(): {
    state: string;
    appId: string | null;
    kernelId: string | null;
    instanceType: string | null;
  } | null;
  /** True while nothing is queued, running or unsaved. */
  isIdle(): boolean;
  onDidChange(listener: () => void): Disposable;
};

/** The probes of all open documents. */
export type ProbeService = { add(probe: DocumentProbe): Disposable; all(): readonly DocumentProbe[] };
