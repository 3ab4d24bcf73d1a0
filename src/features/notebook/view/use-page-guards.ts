import { useEffect, useRef } from 'react';
import type { NotebookSession } from '../session/notebook-session.ts';

/** How often the file is looked at, at most, when the person comes back to it. */
const LOOK_EVERY_MS = 3_000;

/** Saves when the page goes out of sight, asks before it goes with edits that nothing keeps, looks at the file when it or its tab comes back. */
export function usePageGuards(session: NotebookSession, isShown: boolean): void {
  useEffect(() => {
    const { saver } = session;
    const saveNow = () => {
      if (saver.isDirty) void saver.flush();
    };
    const handleVisibility = () => {
      if (document.visibilityState === 'hidden') saveNow();
    };
    const handleUnload = (event: BeforeUnloadEvent) => {
      if (!saver.isDirty || !saver.hasEdits) return;
      saveNow();
      if (!session.services.edits.holds(session.path)) event.preventDefault();
    };
    document.addEventListener('visibilitychange', handleVisibility);
    window.addEventListener('blur', saveNow);
    window.addEventListener('pagehide', saveNow);
    window.addEventListener('beforeunload', handleUnload);
    return () => {
      document.removeEventListener('visibilitychange', handleVisibility);
      window.removeEventListener('blur', saveNow);
      window.removeEventListener('pagehide', saveNow);
      window.removeEventListener('beforeunload', handleUnload);
    };
  }, [session]);

  const last = useRef(0);
  useEffect(() => {
    if (!isShown) {
      if (session.saver.isDirty) void session.saver.flush();
      return;
    }
    const look = () => {
      if (document.visibilityState === 'hidden' || performance.now() - last.current < LOOK_EVERY_MS) return;
      last.current = performance.now();
      void session.saver.look();
    };
    // Brought to the front again; at first it is being read.
    if (last.current === 0) last.current = performance.now();
    else look();
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [session, isShown]);
}
