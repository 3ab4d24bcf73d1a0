import { connect as tlsConnect } from 'node:tls';
import { connect } from 'node:net';
import { FrameError, V1_SUBPROTOCOL } from '@atelier-ide/core/wire/frame.ts';
import { WebSocket } from 'ws';
import type { AppEndpoint } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import { appHeaders, connectOptions } from './app-http.ts';
import { fromLegacy, toLegacy } from './frame.ts';

export type UpstreamTiming = {
  pingMs: number;
  /** Without any sign of life for this long the socket is taken for dead. */
  silenceMs: number;
  /** Waits before the attempts; the last one repeats for ever. */
  backoffMs: readonly number[];
};

export const upstreamTiming: UpstreamTiming = {
  pingMs: 5000,
  silenceMs: 12_000,
  backoffMs: [0, 250, 500, 1000, 2000, 5000],
};

export type UpstreamOptions = {
  kernelId: string;
  /** The same for the life of the hub: by it Jupyter Server finds the buffer of what was missed. */
  sessionId: string;
  /** Asked at each attempt; undefined = the app is not there now. */
  endpoint: () => AppEndpoint | undefined;
  maxPayload: number;
  /** Bytes that may wait for a connection that is not there. */
  maxWaitingBytes: number;
  timing: UpstreamTiming;
  log: Log;
  /** A v1 frame, whatever the server speaks. */
  onFrame: (frame: Uint8Array) => void;
  onOpen: () => void;
  /** The connection broke; attempts go on. */
  onDown: () => void;
  /** The app says that there is no such kernel. */
  onGone: () => void;
};

export type Upstream = {
  readonly isOpen: boolean;
  /** Sends a v1 frame now, or when the connection is there again. False when too much waits already. */
  send(frame: Uint8Array): boolean;
  close(): void;
};

function openSocket(endpoint: AppEndpoint, options: UpstreamOptions, protocols: string[]): WebSocket {
  const { target } = endpoint;
  const isTls = 'protocol' in target && target.protocol === 'https:';
  const host = 'socketPath' in target ? 'localhost' : `${target.host}:${target.port}`;
  const query = `session_id=${encodeURIComponent(options.sessionId)}`;
  const url = `${isTls ? 'wss' : 'ws'}://${host}${endpoint.basePath}api/kernels/${options.kernelId}/channels?${query}`;
  const via = connectOptions(endpoint);
  return new WebSocket(url, protocols, {
    headers: appHeaders(endpoint),
    perMessageDeflate: false,
    maxPayload: options.maxPayload,
    handshakeTimeout: 75_000,
    // By hand, because a socket path may hold characters that a `ws+unix:` address cannot.
    createConnection: () =>
      isTls && 'host' in target ? tlsConnect({ ...via, servername: target.host }) : connect(via),
  });
}

/**
 * The one WebSocket to a kernel. It comes back by itself as long as it is not closed, keeps the order of what is sent,
 * and finds a half-open connection by pings. What was handed to a connection that then broke may be lost: the hub
 * notes a gap and asks the kernel.
 */
export function connectUpstream(options: UpstreamOptions): Upstream {
  const { timing, log } = options;
  let socket: WebSocket | undefined;
  let isOpen = false;
  /** False once a server has shown that it knows only the older format. */
  let isV1 = true;
  let isClosed = false;
  let attempt = 0;
  let lastSeen = 0;
  let retry: NodeJS.Timeout | undefined;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;

  const heartbeat = setInterval(() => {
    if (!isOpen || !socket) return;
    if (Date.now() - lastSeen > timing.silenceMs) socket.terminate();
    else socket.ping();
  }, timing.pingMs);
  heartbeat.unref();

  function schedule(): void {
    if (isClosed || retry) return;
    const wait = timing.backoffMs[Math.min(attempt, timing.backoffMs.length - 1)] ?? 5000;
    attempt += 1;
    retry = setTimeout(() => {
      retry = undefined;
      open();
    }, wait);
  }

  function flush(ws: WebSocket): void {
    const parts = waiting;
    waiting = [];
    waitingBytes = 0;
    for (const part of parts) ws.send(isV1 ? part : toLegacy(part));
  }

  function receive(data: Buffer, isBinary: boolean): void {
    try {
      options.onFrame(isV1 ? data : fromLegacy(data, isBinary));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      log.error('kernel frame not understood', { kernelId: options.kernelId, error });
    }
  }

  function handleOpen(ws: WebSocket): void {
    isOpen = true;
    attempt = 0;
    lastSeen = Date.now();
    // What waited goes first: what the hub sends now comes after it in the journal too.
    flush(ws);
    options.onOpen();
  }

  function handleClose(ws: WebSocket): void {
    if (socket !== ws) return;
    socket = undefined;
    const broke = isOpen;
    isOpen = false;
    if (isClosed) return;
    if (broke) options.onDown();
    schedule();
  }

  function open(): void {
    const endpoint = options.endpoint();
    if (!endpoint) {
      schedule();
      return;
    }
    const ws = openSocket(endpoint, options, isV1 ? [V1_SUBPROTOCOL] : []);
    socket = ws;
    ws.on('open', () => handleOpen(ws));
    ws.on('message', (data: Buffer, isBinary) => {
      lastSeen = Date.now();
      receive(data, isBinary);
    });
    ws.on('pong', () => {
      lastSeen = Date.now();
    });
    ws.on('unexpected-response', (_request, response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      log.warn('kernel socket refused', { kernelId: options.kernelId, status });
      ws.terminate();
      if (status === 404) options.onGone();
    });
    ws.on('error', (error) => {
      // The library ends a handshake whose answer names none of the subprotocols that were offered.
      if (error.message.includes('subprotocol')) isV1 = false;
      log.debug('kernel socket failed', { kernelId: options.kernelId, reason: error.message });
    });
    ws.on('close', () => handleClose(ws));
  }

  open();
  return {
    get isOpen() {
      return isOpen;
    },
    send(frame) {
      if (isOpen && socket) {
        socket.send(isV1 ? frame : toLegacy(frame));
        return true;
      }
      if (waitingBytes + frame.length > options.maxWaitingBytes) return false;
      waiting.push(frame);
      waitingBytes += frame.length;
      return true;
    },
    close() {
      isClosed = true;
      clearInterval(heartbeat);
      clearTimeout(retry);
      retry = undefined;
      waiting = [];
      const ws = socket;
      socket = undefined;
      isOpen = false;
      if (!ws) return;
      ws.removeAllListeners('message');
      ws.close();
      // A server that does not answer the close must not keep us.
      setTimeout(() => ws.terminate(), 1000).unref();
    },
  };
}
