import { type Disposable, toDisposable } from '@/base/disposable.ts';
import type { SessionService } from '../session/session-service.ts';
import type { EventStream } from './event-stream.ts';

/** Runs when the server answers the event stream again or the person has signed in: other lines need not wait. */
export function onDidComeBack(
  { events, session }: { events: Pick<EventStream, 'connection'>; session: Pick<SessionService, 'store'> },
  run: () => void,
): Disposable {
  const stopEvents = events.connection.subscribe((now, before) => {
    if (now.status === 'connected' && before.status !== 'connected') run();
  });
  const stopSession = session.store.subscribe((now, before) => {
    if (now.status === 'signed-in' && before.status !== 'signed-in') run();
  });
  return toDisposable(() => {
    stopEvents();
    stopSession();
  });
}
