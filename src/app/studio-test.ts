import type { ObservableProbes } from '@/platform/probe/create-probe-service.ts';
import type { DocumentProbe } from '@/platform/probe/probe-service.ts';
import type { SessionService } from '@/services/session/session-service.ts';

/** What end-to-end tests may ask of the page. It changes nothing. */
export type StudioTest = {
  /** Resolves when somebody is signed in and the workbench is there. */
  ready(): Promise<void>;
  /** The open document as it would be saved: a notebook's JSON, any other file's text; null when it is not open. */
  document(path: string): { notebook?: unknown; text: string; isDirty: boolean } | null;
  kernel(path: string): ReturnType<DocumentProbe['kernel']>;
  /** Resolves when no open document has anything queued, running or unsaved. */
  idle(): Promise<void>;
};

declare global {
  interface Window {
    studioTest?: StudioTest;
  }
}

export function createStudioTest(probes: ObservableProbes, session: SessionService): StudioTest {
  const find = (path: string) => probes.all().find((probe) => probe.path() === path);
  return {
    ready: () =>
      until(
        () => session.store.getState().status === 'signed-in',
        (listener) => session.store.subscribe(listener),
      ),
    document(path) {
      const found = find(path)?.document();
      if (!found) return null;
      if (!path.endsWith('.ipynb')) return found;
      return { ...found, notebook: JSON.parse(found.text) as unknown };
    },
    kernel: (path) => find(path)?.kernel() ?? null,
    idle: () =>
      until(
        () => probes.all().every((probe) => probe.isIdle()),
        (listener) => probes.onDidChangeAll(listener),
      ),
  };
}

function until(holds: () => boolean, subscribe: (listener: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    if (holds()) {
      resolve();
      return;
    }
    const end = subscribe(() => {
      if (!holds()) return;
      end();
      resolve();
    });
  });
}
