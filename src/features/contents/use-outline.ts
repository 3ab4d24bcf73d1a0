import { useCallback, useSyncExternalStore } from 'react';
import type { DocumentOutline, Outline } from '@/services/documents/documents-service.ts';
import { useServices } from '@/services/use-services.ts';
import { useStore } from '@/services/use-store.ts';

/** The document of the tab in front, where it has headings; a terminal below it does not hide it. */
export function useDocumentInFront(): { path: string; outline: DocumentOutline } | null {
  const { context, documents, tabs } = useServices();
  const key = useStore(tabs.store, ({ tabs: all, mainId }) => all.find((tab) => tab.id === mainId)?.key);
  // A session comes with the first drawing of its tab, and the facts of a notebook with it.
  useStore(context.store, ({ notebook }) => notebook ?? null);
  const session = documents.sessions.all().find(({ path }) => path === key);
  return session?.outline ? { path: session.path, outline: session.outline } : null;
}

export function useOutline(outline: DocumentOutline): Outline {
  const subscribe = useCallback((listener: () => void) => outline.subscribe(listener), [outline]);
  return useSyncExternalStore(subscribe, () => outline.read());
}
