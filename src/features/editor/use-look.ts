import { useEffect, useRef } from 'react';
import { useServices } from '@/services/use-services.ts';
import type { TextSession } from './text-session.ts';

/** How often the file is looked at, at most. */
const LOOK_EVERY_MS = 3_000;
/** Executions that are over: a cell may have written the file. */
const OVER: ReadonlySet<string> = new Set(['done', 'error', 'aborted', 'kernel-died']);

/**
 * Looks at the file of a text in sight whenever it may have been changed outside: the person comes back to it, a cell
 * has run, or this page itself wrote the file in another way. Nothing is asked while nothing happens.
 */
export function useLook(session: TextSession, isShown: boolean): void {
  const { events, files } = useServices();
  const last = useRef<number | null>(null);

  useEffect(() => {
    if (!isShown) return;
    // It was read just now.
    last.current ??= performance.now();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const look = () => {
      timer = null;
      if (document.visibilityState === 'hidden') return;
      last.current = performance.now();
      void session.wish('look');
    };
    const lookSoon = () => {
      const since = performance.now() - (last.current ?? 0);
      timer ??= setTimeout(look, Math.max(0, LOOK_EVERY_MS - since));
    };
    // Brought to the front again.
    if (session.store.getState().status === 'ready') lookSoon();
    const heard = [
      events.onDidReceive((event) => {
        if (event.type === 'execution' && OVER.has(event.execution.state)) lookSoon();
      }),
      files.onDidChange((change) => {
        if (change.kind !== 'moved' && change.path === session.path) lookSoon();
      }),
    ];
    window.addEventListener('focus', lookSoon);
    document.addEventListener('visibilitychange', lookSoon);
    return () => {
      if (timer !== null) clearTimeout(timer);
      for (const one of heard) one.dispose();
      window.removeEventListener('focus', lookSoon);
      document.removeEventListener('visibilitychange', lookSoon);
    };
  }, [events, files, session, isShown]);
}
