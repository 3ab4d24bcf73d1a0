import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { problem } from '@atelier-ide/contract';
import { StartupError } from '../drivers/driver.ts';
import type { Front } from './front.ts';
import { refuseUpgrade, sendProblem } from './problem-response.ts';

/** The node server, which has its port before there is anything to serve. */
export type Listener = {
  port: number;
  serve(front: Front): void;
  /** Takes no new request, gives those that run a moment, then cuts. */
  close(): Promise<void>;
};

const graceMs = 1000;

/** Pages take it for a server that is away, and come again: 503 would be an answer to what they ask for. */
const starting = problem('app-unreachable', 'The server is starting. Try again in a moment.');

function sentence(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is taken. Stop the program that uses it, or give another with --port.`;
  if (error.code === 'EACCES')
    return `Port ${port} may not be used by this account. Give one above 1023 with --port.`;
  return `The server cannot listen on ${host}:${port} (${error.code ?? error.message}). Give another --host or --port.`;
}

/** Listens; until `serve` is called, requests are told to come again. */
export async function listen(host: string, port: number): Promise<Listener> {
  let front: Front | undefined;
  const sockets = new Set<Duplex>();
  // A large upload over a slow line takes longer than any fixed time for a whole request; heads have their limit.
  const server = createServer({ requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 65_000 });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (front) front.request(request, response);
    else sendProblem(response, starting);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (front) front.upgrade(request, socket, head);
    else refuseUpgrade(socket, starting);
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new StartupError(sentence(error, host, port))));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve(made) {
      front = made;
    },
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(timer);
      // Upgraded sockets are no connections of the server any more.
      for (const socket of sockets) socket.destroy();
    },
  };
}
