import { connect as tlsConnect } from 'node:tls';
import { connect } from 'node:net';
import { FrameError, V1_SUBPROTOCOL } from '@atelier-ide/core/wire/frame.ts';
import { WebSocket } from 'ws';
import type { AppEndpoint } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import { appHeaders, connectOptions } from './app-http.ts';
import { fromLegacy, toLegacy } from './frame.ts';
import { type Continuation, Line, type LineJournal, lineHeader, parseLineHeader } from './line.ts';

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
  /** Where frames of either direction are before anybody counts on them. */
  journal: LineJournal;
  timing: UpstreamTiming;
  log: Log;
  /** A v1 frame, whatever the server speaks. Throws `FrameError` for one that it does not take. */
  onFrame: (frame: Uint8Array) => void;
  /** Before anything is sent or received on the new connection. */
  onOpen: (continuation: Continuation) => void;
  /** The connection broke; attempts go on. */
  onDown: () => void;
  /** The app says that there is no such kernel. */
  onGone: () => void;
};

export type Upstream = {
  readonly isOpen: boolean;
  /** False when too much waits already. */
  hasRoom(bytes: number): boolean;
  /** Takes a v1 frame. It is sent with `flush`, at the earliest: the journal must have it before, in the same order. */
  add(frame: Uint8Array): void;
  /** Sends what was added now, or when the connection is there again. */
  flush(): void;
  close(): void;
};

/** At most this often the app is told what the journal has. */
const acknowledgeMs = 250;
/** So much is acknowledged without waiting: the app keeps it until then, and has a limit for what is under way. */
const acknowledgeBytes = 1024 * 1024;

type SocketRequest = { query: string; protocols: string[] };

function openSocket(endpoint: AppEndpoint, options: UpstreamOptions, request: SocketRequest): WebSocket {
  const { target } = endpoint;
  const isTls = 'protocol' in target && target.protocol === 'https:';
  const host = 'socketPath' in target ? 'localhost' : `${target.host}:${target.port}`;
  const query = `session_id=${encodeURIComponent(options.sessionId)}&${request.query}`;
  const url = `${isTls ? 'wss' : 'ws'}://${host}${endpoint.basePath}api/kernels/${options.kernelId}/channels?${query}`;
  const via = connectOptions(endpoint);
  return new WebSocket(url, request.protocols, {
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
 * and finds a half-open connection by pings. What was under way on a connection that broke goes on where the app counts
 * (`line.ts`); elsewhere it may be lost: the hub notes a gap and asks the kernel.
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
  readonly #line: Line;
  #acknowledging: NodeJS.Timeout | undefined;
  /** Bytes that came since. */
  #unacknowledged = 0;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#line = new Line(options.journal);
    this.#heartbeat = setInterval(() => this.#beat(), options.timing.pingMs);
    this.#heartbeat.unref();
    this.#connect();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  hasRoom(bytes: number): boolean {
    return this.#isOpen || this.#line.waitingBytes + bytes <= this.#options.maxWaitingBytes;
  }

  add(frame: Uint8Array): void {
    this.#line.add(frame);
  }

  flush(): void {
    if (!this.#isOpen || !this.#socket) return;
    for (const message of this.#line.take()) this.#socket.send(this.#isV1 ? message : toLegacy(message));
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#retry);
    clearTimeout(this.#acknowledging);
    this.#line.clear();
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
    const { query } = this.#line;
    const ws = openSocket(endpoint, this.#options, { query, protocols: this.#isV1 ? [V1_SUBPROTOCOL] : [] });
    this.#socket = ws;
    let told: string | string[] | undefined;
    ws.on('upgrade', ({ headers }) => {
      told = headers[lineHeader];
    });
    ws.on('open', () => this.#handleOpen(told));
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

  #handleOpen(told: string | string[] | undefined): void {
    this.#isOpen = true;
    this.#attempt = 0;
    this.#missed = 0;
    this.#options.onOpen(this.#line.open(this.#isV1 ? parseLineHeader(told) : null));
    this.flush();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#missed = 0;
    if (this.#line.isWord(data)) return;
    try {
      this.#options.onFrame(this.#isV1 ? data : fromLegacy(data, isBinary));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#options.log.error('kernel frame not understood', { kernelId: this.#options.kernelId, error });
      this.#line.skip();
    }
    if (!this.#line.isCounted) return;
    this.#unacknowledged += data.length;
    this.#acknowledging ??= setTimeout(() => this.#acknowledge(), acknowledgeMs);
    if (this.#unacknowledged >= acknowledgeBytes) {
      this.#unacknowledged = 0;
      // Behind what is written at the end of this turn.
      setImmediate(() => this.#acknowledge());
    }
  }

  #acknowledge(): void {
    clearTimeout(this.#acknowledging);
    this.#acknowledging = undefined;
    this.#unacknowledged = 0;
    const word = this.#isOpen ? this.#line.acknowledge() : null;
    if (word) this.#socket?.send(word);
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
