import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type StudioEvent, closeCodes } from '@atelier-ide/contract';
import { WebSocket, WebSocketServer } from 'ws';
import { startBeats, wantsBeats } from '../beats.ts';
import { createCork } from '../cork.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { LiveCredentials } from './live-credentials.ts';
import type { Principal } from './principal.ts';
import { apiHeaders } from './problem-response.ts';

/*
 * The one stream of events, as WebSocket and as SSE. `hello` comes first and says from which number the stream goes on;
 * when that is not the client's, `reset` follows. What is missed is read and the subscription is made in one step of
 * the event loop, so nothing falls between.
 */

export const eventsPath = '/api/studio/v1/events';

/** A client that has not taken this much is cut, and resumes; the server's memory is not its queue. */
const maxBufferedBytes = 8 * 1024 * 1024;

export type EventStreams = {
  upgrade(principal: Principal, request: IncomingMessage, socket: Duplex, head: Buffer): void;
  sse(principal: Principal, request: IncomingMessage, response: ServerResponse): void;
  close(): void;
};

export type EventStreamsOptions = { bus: EventBus; live: LiveCredentials; now: () => Date; pingMs: number };

/** Reads a number as a client sends it; anything else counts as "from now". */
export function parseAfter(value: string | null | undefined): number | undefined {
  return value !== null && value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function afterOf(request: IncomingMessage): number | undefined {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const header = request.headers['last-event-id'];
  return parseAfter(typeof header === 'string' ? header : url.searchParams.get('after'));
}

/** Sends what the client missed, then everything new. The answer ends it. */
function stream(
  { bus, now }: EventStreamsOptions,
  userId: string,
  after: number | undefined,
  send: (event: StudioEvent) => void,
): () => void {
  const head = bus.head(userId);
  const missed = after === undefined ? [] : bus.since(userId, after);
  const time = now().toISOString();
  send({ type: 'hello', seq: missed !== null && after !== undefined ? after : head, time });
  if (missed === null) send({ type: 'reset', seq: head, time });
  for (const event of missed ?? []) send(event);
  return bus.subscribe(userId, send);
}

type Accepted = {
  ws: WebSocket;
  /** The connection below `ws`, to send the events of one turn together. */
  connection: Duplex;
  after: number | undefined;
  wantsBeats: boolean;
};

function serveSocket(
  options: EventStreamsOptions,
  principal: Principal,
  { ws, connection, after, ...asked }: Accepted,
): void {
  let isAnswered = true;
  const cork = createCork(connection);
  const stop = stream(options, principal.user.id, after, (event) => {
    if (ws.bufferedAmount > maxBufferedBytes) ws.close(1013, 'Too slow');
    else if (ws.readyState === WebSocket.OPEN) {
      cork();
      ws.send(JSON.stringify(event));
    }
  });
  const unwatch = options.live.watch(principal, () => ws.close(closeCodes.signIn, 'Signed out'));
  const ping = setInterval(() => {
    // No answer since the last ping: the other side is gone without a word.
    if (!isAnswered) return ws.terminate();
    isAnswered = false;
    ws.ping();
  }, options.pingMs);
  ws.on('pong', () => {
    isAnswered = true;
  });
  const stopBeats = asked.wantsBeats ? startBeats((text) => ws.send(text)) : () => undefined;
  // The client has nothing to say on this socket; `close` follows every error.
  ws.on('error', () => ws.terminate());
  ws.on('close', () => {
    clearInterval(ping);
    stopBeats();
    unwatch();
    stop();
  });
}

function serveSse(
  options: EventStreamsOptions,
  principal: Principal,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.writeHead(200, { ...apiHeaders, 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  const write = (text: string): void => {
    if (response.writableLength > maxBufferedBytes) response.destroy();
    else if (!response.destroyed && !response.writableEnded) response.write(text);
  };
  const stop = stream(options, principal.user.id, afterOf(request), (event) => {
    write(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`);
  });
  const unwatch = options.live.watch(principal, () => response.end());
  const beat = setInterval(() => write(':\n\n'), options.pingMs);
  // `close` follows.
  response.on('error', () => response.destroy());
  response.on('close', () => {
    clearInterval(beat);
    unwatch();
    stop();
  });
}

/** Makes both forms of the stream. */
export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false });
  const responses = new Set<ServerResponse>();
  return {
    upgrade(principal, request, socket, head) {
      server.handleUpgrade(request, socket, head, (ws) => {
        const asked = { after: afterOf(request), wantsBeats: wantsBeats(request.url) };
        serveSocket(options, principal, { ws, connection: socket, ...asked });
      });
    },
    sse(principal, request, response) {
      responses.add(response);
      response.on('close', () => responses.delete(response));
      serveSse(options, principal, request, response);
    },
    close() {
      for (const ws of server.clients) ws.close(1001, 'The server ends');
      for (const response of responses) response.end();
      server.close();
    },
  };
}
