import { useEffect, useState } from 'react';
import { createPageClock } from '@/services/clock.ts';
import { useServices } from '@/services/use-services.ts';
import { NotebookSession } from '../session/notebook-session.ts';

/** The session of a notebook, shared by all tabs of its file, as long as one of them is open. */
export function useSession(path: string, tabId: string): NotebookSession | null {
  return useLease(path, tabId, asItIs);
}

/** The session as this tab sees it: with a selection, a mode and editors of its own. */
export function useView(path: string, tabId: string): NotebookSession | null {
  return useLease(path, tabId, takeView);
}

type Taken = { session: NotebookSession; release(): void };

const asItIs = (session: NotebookSession): Taken => ({ session, release: () => undefined });

const takeView = (session: NotebookSession, tabId: string): Taken => ({
  session: session.views.take(tabId),
  release: () => session.views.release(tabId),
});

function useLease(
  path: string,
  tabId: string,
  take: (session: NotebookSession, tabId: string) => Taken,
): NotebookSession | null {
  const services = useServices();
  const [session, setSession] = useState<NotebookSession | null>(null);
  useEffect(() => {
    const make = () => new NotebookSession(path, services, createPageClock());
    const lease = services.documents.sessions.acquire(path, make);
    const taken = take(lease.session, tabId);
    setSession(taken.session);
    return () => {
      taken.release();
      lease.release();
    };
    // The session follows a renamed file by itself; only another tab means another session.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [services, tabId]);
  return session;
}
