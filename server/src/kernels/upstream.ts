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
  /** This many pings in a row without any sign of life end the socket. Counted, so that a pause of ours is none. */
  maxMissed: number;
  /** Waits before the attempts; the last one repeats for ever. */
  backoffMs: readonly number[];
};

export const upstreamTiming: UpstreamTiming = {
  pingMs: 5000,
  maxMissed: 2,
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
  return new KernelSocket(options);
}

class KernelSocket implements Upstream {
  readonly #options: UpstreamOptions;
  readonly #heartbeat: NodeJS.Timeout;
  #socket: WebSocket | undefined;
  #isOpen = false;
  /** False once a server has shown that it knows only the older format. */
  #isV1 = true;
  #isClosed = false;
  #attempt = 0;
  /** Pings since the last sign of life. */
  #missed = 0;
  #retry: NodeJS.Timeout | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#beat(), options.timing.pingMs);
    this.#heartbeat.unref();
    this.#connect();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(frame: Uint8Array): boolean {
    if (this.#isOpen && this.#socket) {
      this.#socket.send(this.#isV1 ? frame : toLegacy(frame));
      return true;
    }
    if (this.#waitingBytes + frame.length > this.#options.maxWaitingBytes) return false;
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    return true;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#retry);
    this.#waiting = [];
    const ws = this.#socket;
    this.#socket = undefined;
    this.#isOpen = false;
    if (!ws) return;
    ws.removeAllListeners('message');
    ws.close();
    // A server that does not answer the close must not keep us.
    setTimeout(() => ws.terminate(), 1000).unref();
  }

  #beat(): void {
    if (!this.#isOpen || !this.#socket) return;
    if (this.#missed >= this.#options.timing.maxMissed) {
      this.#socket.terminate();
      return;
    }
    this.#missed += 1;
    this.#socket.ping();
  }

  #connect(): void {
    const { kernelId, log, onGone } = this.#options;
    const endpoint = this.#options.endpoint();
    if (!endpoint) {
      this.#schedule();
      return;
    }
    const ws = openSocket(endpoint, this.#options, this.#isV1 ? [V1_SUBPROTOCOL] : []);
    this.#socket = ws;
    ws.on('open', () => this.#handleOpen(ws));
    ws.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    ws.on('pong', () => {
      this.#missed = 0;
    });
    ws.on('unexpected-response', (_request, response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      log.warn('kernel socket refused', { kernelId, status });
      ws.terminate();
      if (status === 404) onGone();
    });
    ws.on('error', (error) => {
      // The library ends a handshake whose answer names none of the subprotocols that were offered.
      if (error.message.includes('subprotocol')) this.#isV1 = false;
      log.debug('kernel socket failed', { kernelId, reason: error.message });
    });
    ws.on('close', () => this.#handleClose(ws));
  }

  #schedule(): void {
    if (this.#isClosed || this.#retry) return;
    const { backoffMs } = this.#options.timing;
    const wait = backoffMs[Math.min(this.#attempt, backoffMs.length - 1)] ?? 5000;
    this.#attempt += 1;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#connect();
    }, wait);
  }

  #handleOpen(ws: WebSocket): void {
    this.#isOpen = true;
    this.#attempt = 0;
    this.#missed = 0;
    // What waited goes first: what the hub sends now comes after it in the journal too.
    const parts = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const part of parts) ws.send(this.#isV1 ? part : toLegacy(part));
    this.#options.onOpen();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#missed = 0;
    try {
      this.#options.onFrame(this.#isV1 ? data : fromLegacy(data, isBinary));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#options.log.error('kernel frame not understood', { kernelId: this.#options.kernelId, error });
    }
  }

  #handleClose(ws: WebSocket): void {
    if (this.#socket !== ws) return;
    this.#socket = undefined;
    const broke = this.#isOpen;
    this.#isOpen = false;
    if (this.#isClosed) return;
    if (broke) this.#options.onDown();
    this.#schedule();
  }
}
