import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCodes } from '@atelier-ide/contract';
import type { AppEndpoint } from '../drivers/driver.ts';
import { FrameBoundary } from './frame-boundary.ts';
import { requestHeaders } from './relay-headers.ts';
import { putBeats } from './relay-beats.ts';
import { closeFrame } from './socket-close.ts';
import { upstreamRequest } from './upstream-request.ts';

/*
 * Splices a terminal's WebSocket: after the handshake, bytes go both ways untouched, with the backpressure of the two
 * connections. By hand rather than with a proxy library, because the head of the handshake is cleaned in both
 * directions and our own close frame is put in when the session ends.
 */

export type SpliceOptions = {
  endpoint: AppEndpoint;
  /** Path and query at the app. */
  path: string;
  /** The app did not take the upgrade (its status) or did not answer (undefined): nothing was sent to the browser yet. */
  onRefused: (status: number | undefined) => void;
  onData: () => void;
  /** The page wants to hear a beat now and then. */
  wantsBeats: boolean;
  /** Hands over what ends this socket when the session ends; the answer is called when the socket is gone. */
  onOpen: (end: () => void) => () => void;
};

const handshakeMs = 30_000;
const offered = [
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
];
const accepted = ['sec-websocket-accept', 'sec-websocket-protocol', 'sec-websocket-extensions'];

function upgradeHeaders(headers: IncomingHttpHeaders, endpoint: AppEndpoint): Record<string, string> {
  const clean = requestHeaders(headers, endpoint);
  const result: Record<string, string> = { Connection: 'Upgrade', Upgrade: 'websocket' };
  for (const name of [...offered, 'host', 'authorization', 'user-agent']) {
    const value = clean[name];
    if (typeof value === 'string') result[name] = value;
  }
  return result;
}

function switchingHead(headers: IncomingHttpHeaders): string {
  const lines = accepted.flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${String(headers[name])}\r\n`],
  );
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${lines.join('')}\r\n`;
}

/** Time for the other side to take what is still queued for it, and to answer a close. */
const graceMs = 2000;

function join(client: Duplex, app: Duplex, options: SpliceOptions): void {
  const boundary = new FrameBoundary();
  let grace: NodeJS.Timeout | undefined;
  const endClient = (last?: Buffer): void => {
    if (client.destroyed || grace) return;
    if (!client.writableEnded) client.end(last);
    grace = setTimeout(() => client.destroy(), graceMs);
  };
  const release = options.onOpen(() => {
    app.unpipe(client);
    // In the middle of a frame there is no place for another; the cut itself makes the page ask for its session.
    if (boundary.isBetweenFrames) endClient(closeFrame(closeCodes.signIn, 'Signed out'));
    else client.destroy();
    app.destroy();
  });
  app.on('data', (chunk: Buffer) => boundary.push(chunk));
  client.on('data', options.onData);
  const stopBeats = options.wantsBeats ? putBeats(client, app, boundary) : () => undefined;
  client.pipe(app);
  app.pipe(client);
  client.on('close', () => {
    clearTimeout(grace);
    stopBeats();
    release();
    app.destroy();
  });
  app.on('close', () => endClient());
}

/** Connects a browser's upgrade request to the app. */
export function spliceSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: SpliceOptions,
): void {
  const upstream = upstreamRequest(
    options.endpoint,
    'GET',
    options.path,
    upgradeHeaders(request.headers, options.endpoint),
  );
  let isOver = false;
  const refuse = (status: number | undefined): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.off('close', giveUp);
    upstream.destroy();
    if (!socket.destroyed) options.onRefused(status);
  };
  const giveUp = (): void => refuse(undefined);
  const timer = setTimeout(giveUp, handshakeMs);
  socket.on('error', () => socket.destroy());
  socket.on('close', giveUp);
  upstream.on('error', giveUp);
  upstream.on('response', (answer) => {
    answer.resume();
    refuse(answer.statusCode);
  });
  upstream.on('upgrade', (answer, app, appHead) => {
    if (isOver) {
      app.destroy();
      return;
    }
    isOver = true;
    clearTimeout(timer);
    socket.off('close', giveUp);
    app.on('error', () => app.destroy());
    app.setTimeout(0);
    app.setNoDelay(true);
    if (head.length > 0) socket.unshift(head);
    if (appHead.length > 0) app.unshift(appHead);
    socket.write(switchingHead(answer.headers));
    join(socket, app, options);
  });
  upstream.end();
}
