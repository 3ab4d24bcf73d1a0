import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

/**
 * Accepts upgrades only to close them with a code: a browser's WebSocket does not show the status of a refused
 * handshake, the close code it does. Used for requests of our own pages and of tokens, never for foreign origins.
 */
export type SocketCloser = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  close: { code: number; reason: string },
) => void;

/** Time for the other side to answer the close before the connection is cut. */
const graceMs = 2000;

export function createSocketCloser(): SocketCloser {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: 1024,
    perMessageDeflate: false,
    // Whatever the client asked for first: without an answer to its offer, a browser fails instead of showing the code.
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  return (request, socket, head, { code, reason }) => {
    server.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => ws.terminate());
      ws.close(code, reason);
      const timer = setTimeout(() => ws.terminate(), graceMs);
      ws.on('close', () => clearTimeout(timer));
    });
  };
}

/** A short text message as the server's side sends it. */
export function textFrame(text: string): Buffer {
  const body = Buffer.from(text);
  if (body.length > 125) throw new RangeError('Only messages of up to 125 bytes are made here.');
  return Buffer.concat([Buffer.from([0x81, body.length]), body]);
}

/** A close frame as the server's side sends it (unmasked). */
export function closeFrame(code: number, reason: string): Buffer {
  const text = Buffer.from(reason).subarray(0, 120);
  const frame = Buffer.alloc(4 + text.length);
  frame[0] = 0x88;
  frame[1] = 2 + text.length;
  frame.writeUInt16BE(code, 2);
  text.copy(frame, 4);
  return frame;
}
