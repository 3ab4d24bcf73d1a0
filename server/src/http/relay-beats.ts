import type { Duplex } from 'node:stream';
import { startBeats } from '../beats.ts';
import type { FrameBoundary } from './frame-boundary.ts';
import { textFrame } from './socket-close.ts';

/** The scrollback, which an app sends at once, goes before the first beat: a page takes that for its end. */
const scrollbackMs = 200;

/** Puts beats between the messages of the app; one that is due in the middle of a message waits for its end. */
export function putBeats(client: Duplex, app: Duplex, boundary: FrameBoundary): () => void {
  let due: string | undefined;
  let stop: (() => void) | undefined;
  const put = (): void => {
    if (due === undefined || !boundary.isBetweenMessages || client.writableEnded || client.destroyed) return;
    client.write(textFrame(due));
    due = undefined;
  };
  // Behind the chunk that ended the message: the pipe writes it in this turn.
  app.on('data', () => {
    if (due !== undefined) process.nextTick(put);
  });
  const first = setTimeout(() => {
    stop = startBeats((text) => {
      due = text;
      put();
    });
  }, scrollbackMs);
  return () => {
    clearTimeout(first);
    stop?.();
  };
}
