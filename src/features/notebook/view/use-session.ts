import { useEffect, useState } from 'react';
import { createPageClock } from '@/services/clock.ts';
import { useServices } from '@/services/use-services.ts';
import { NotebookSession } from '../session/notebook-session.ts';

/** The session of a notebook, shared by all tabs of its file, as long as one of them is open. */
export function useSession(path: string, tabId: string): NotebookSession | null {
  const services = useServices();
  const [session, setSession] = useState<NotebookSession | null>(null);
  useEffect(() => {
    const make = () => new NotebookSession(path, services, createPageClock());
    const lease = services.documents.sessions.acquire(path, make);
    setSession(lease.session);
    return () => lease.release();
    // The session follows a renamed file by itself; only another tab means another session.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [services, tabId]);
  return session;
}
