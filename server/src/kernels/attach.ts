import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { CURSOR_SUBPROTOCOL } from '@atelier-ide/core/wire/cursor.ts';
import { V1_SUBPROTOCOL } from '@atelier-ide/core/wire/frame.ts';
import { type WebSocket, WebSocketServer } from 'ws';
import { wantsBeats } from '../beats.ts';
import type { AttachRequest } from './hub-clients.ts';

/** Takes over an upgrade and hands on the open socket with what it asked for. */
export type Acceptor = (
  upgrade: { request: IncomingMessage; socket: Duplex; head: Buffer },
  then: (ws: WebSocket, asked: AttachRequest) => void,
) => void;

/** Cursor before v1 before the older format (no subprotocol). */
function choose(protocols: Set<string>): string | false {
  return [CURSOR_SUBPROTOCOL, V1_SUBPROTOCOL].find((name) => protocols.has(name)) ?? false;
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function askedBy(ws: WebSocket, request: IncomingMessage, connection: Duplex): AttachRequest {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const sessionId = query.get('session_id');
  const mode =
    ws.protocol === CURSOR_SUBPROTOCOL ? 'cursor' : ws.protocol === V1_SUBPROTOCOL ? 'v1' : 'legacy';
  return {
    mode,
    sessionId: sessionId !== null && sessionId !== '' && sessionId.length <= 128 ? sessionId : null,
    after: numberOf(query.get('after')),
    epoch: query.get('epoch'),
    wantsBeats: mode === 'cursor' && wantsBeats(request.url),
    connection,
  };
}

/** An acceptor whose clients may send messages up to `maxRequestBytes`; a larger one closes that client with 1009. */
export function createAcceptor(maxRequestBytes: number): Acceptor {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxRequestBytes,
    handleProtocols: choose,
  });
  return ({ request, socket, head }, then) => {
    server.handleUpgrade(request, socket, head, (ws) => then(ws, askedBy(ws, request, socket)));
  };
}
