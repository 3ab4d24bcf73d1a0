import { beat } from '@atelier-ide/contract';

/*
 * Signs of life for pages: a browser does not show them the pings of a WebSocket, and a socket that is dead without a
 * close looks like one on which nothing happens.
 */

/** Whether the address of an upgrade asks for beats. */
export function wantsBeats(url: string | undefined): boolean {
  return new URL(url ?? '/', 'http://localhost').searchParams.get(beat.query) === '1';
}

/** Sends a beat now and then until the answer is called. */
export function startBeats(send: (text: string) => void): () => void {
  send(beat.text);
  const timer = setInterval(() => send(beat.text), beat.everyMs);
  return () => clearInterval(timer);
}
