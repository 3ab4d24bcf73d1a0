/**
 * Which pages are there, by their event streams. A page names itself in the address of its stream (`?page=`); when its
 * last stream ends it is gone, or cut off, and what it held is given back. One that comes again asks for it again.
 */
import type { IncomingMessage } from 'node:http';
import type { EventStreams } from './event-stream.ts';

/** The name of the page that asks for a stream; undefined for clients that have none. */
function pageOf({ url = '/' }: IncomingMessage): string | undefined {
  const page = new URL(url, 'http://localhost').searchParams.get('page');
  return page !== null && /^[\w-]{1,128}$/.test(page) ? page : undefined;
}

export type PresenceListener = {
  /** The first stream of a page stands. */
  didArrive: (userId: string, page: string) => void;
  /** The last stream of a page has ended. */
  didLeave: (userId: string, page: string) => void;
};

/** The streams, with a word of pages that come and go. */
export function withPresence(streams: EventStreams, { didArrive, didLeave }: PresenceListener): EventStreams {
  const open = new Map<string, number>();

  function follow(userId: string, request: IncomingMessage, line: NodeJS.EventEmitter): void {
    const page = pageOf(request);
    if (page === undefined) return;
    const key = `${userId}/${page}`;
    const before = open.get(key) ?? 0;
    open.set(key, before + 1);
    if (before === 0) didArrive(userId, page);
    line.once('close', () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left > 0) {
        open.set(key, left);
        return;
      }
      open.delete(key);
      didLeave(userId, page);
    });
  }

  // Who hung up before it was known who asks has closed already: its `close` comes no more.
  return {
    upgrade(principal, request, socket, head) {
      if (socket.destroyed) return;
      follow(principal.user.id, request, socket);
      streams.upgrade(principal, request, socket, head);
    },
    sse(principal, request, response) {
      if (response.destroyed) return;
      follow(principal.user.id, request, response);
      streams.sse(principal, request, response);
    },
    close: () => streams.close(),
  };
}
