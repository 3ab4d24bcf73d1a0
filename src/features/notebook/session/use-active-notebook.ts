import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';
import { activeNotebook } from './active-session.ts';
import type { NotebookSession } from './notebook-session.ts';

/** The notebook of the tab in front, for what stands outside of its view. */
export function useActiveNotebook(): NotebookSession | null {
  const services = useServices();
  // The session is there once its tab is drawn; the facts of the notebook change then.
  useStore(services.tabs.store, (state) => state);
  useStore(services.context.store, (facts) => facts.notebook?.isReady ?? false);
  return activeNotebook(services);
}
