import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, request as send } from 'node:http';
import {
  type AddressInfo,
  type Server,
  type Socket,
  connect,
  createServer as createNetServer,
} from 'node:net';
import { FramePasser } from './close-frame.ts';
import { type Link, Valve } from './valve.ts';

/**
 * A proxy for HTTP and WebSockets on 127.0.0.1 that does to a product what networks and proxies do: one-off faults hit
 * what is open (`cut`, `halfOpen`, `close`), standing ones last until they are taken off (`begin`). `where` picks by
 * path. Host and Origin pass as they are, so the product has to know the proxy (`--behind-proxy <origin>`).
 */
export type Fault =
  /** Connections are reset, new ones too. */
  | { kind: 'refuse' }
  /** Nothing passes and nothing is answered; what was on its way arrives afterwards. */
  | { kind: 'blackhole' }
  /** A page of HTML with this status, for requests and upgrades. */
  | { kind: 'status'; status: number }
  /** 413 for bodies of more than this. */
  | { kind: 'body-limit'; bytes: number };

/** Counts since the start. */
export type Passed = { requests: number; upgrades: number; refused: number; bytes: number };

export type FaultProxy = {
  readonly origin: string;
  readonly passed: Readonly<Passed>;
  /** Where requests go: the port of the product on 127.0.0.1. */
  aim(port: number): void;
  /** Resets what is open now. */
  cut(where?: RegExp): number;
  /** What is open now goes dead without a word; new connections pass. */
  halfOpen(where?: RegExp): number;
  /** Closes open WebSockets with a code, between two frames. */
  close(code: number, where?: RegExp): number;
  /** A fault that lasts until the answer is called. */
  begin(fault: Fault, where?: RegExp): () => void;
  /** All connections together get no faster than this, each way. */
  slow(link: Partial<Pick<Link, 'delayMs' | 'bytesPerSecond'>>): void;
  /** Takes off what `begin` and `slow` put on. */
  heal(): void;
  /** Resolves when a WebSocket that begins from now on has brought something to the browser. */
  whenOpened(where: RegExp): Promise<void>;
  stop(): Promise<void>;
};

/** One connection or request under way. */
type Passage = {
  path: string;
  client: Socket;
  upstream: { destroy(): unknown };
  valves: readonly Valve[];
  frames: FramePasser | null;
};

type Standing = { fault: Fault; where: RegExp };

const everything = /^/;
/** Headers of one hop. */
const ofTheHop = /^(connection|keep-alive|transfer-encoding|upgrade|proxy-.*)$/i;

export async function startFaultProxy(port = 0): Promise<FaultProxy> {
  const proxy = new Proxy(port);
  await proxy.listen();
  return proxy;
}

class Proxy implements FaultProxy {
  readonly passed: Passed = { requests: 0, upgrades: 0, refused: 0, bytes: 0 };
  readonly #port: number;
  readonly #net: Server;
  readonly #http = createServer();
  readonly #up: Link = { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, freeAt: 0 };
  readonly #down: Link = { ...this.#up };
  readonly #sockets = new Set<Socket>();
  readonly #dead = new WeakSet<Socket>();
  readonly #passages = new Set<Passage>();
  readonly #standing = new Set<Standing>();
  /** What a blackhole keeps from beginning. */
  readonly #waiting = new Set<() => void>();
  readonly #awaited = new Set<{ where: RegExp; resolve: () => void }>();
  #target = 0;

  constructor(port: number) {
    this.#port = port;
    this.#net = createNetServer((socket) => this.#connected(socket));
    this.#http.on('request', (request, response) => this.#request(request, response));
    this.#http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
    this.#http.requestTimeout = 0;
    this.#http.headersTimeout = 0;
  }

  async listen(): Promise<void> {
    this.#net.listen(this.#port, '127.0.0.1');
    await once(this.#net, 'listening');
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#net.address() as AddressInfo).port}`;
  }

  aim(port: number): void {
    this.#target = port;
  }

  cut(where = everything): number {
    const hit = this.#hit(where);
    for (const passage of hit) this.#reset(passage);
    return hit.length;
  }

  halfOpen(where = everything): number {
    const hit = this.#hit(where);
    for (const { valves } of hit) for (const valve of valves) valve.die();
    // Idle connections would carry the next request: a dead network is dead for them as well.
    if (where === everything) for (const socket of this.#sockets) this.#dead.add(socket);
    return hit.length;
  }

  close(code: number, where = everything): number {
    const hit = this.#hit(where).filter(({ frames }) => frames !== null);
    for (const { frames } of hit) frames?.close(code);
    return hit.length;
  }

  begin(fault: Fault, where = everything): () => void {
    const standing = { fault, where };
    this.#standing.add(standing);
    if (fault.kind === 'refuse') this.cut(where);
    if (fault.kind === 'blackhole') this.#holdOrRelease();
    return () => {
      if (!this.#standing.delete(standing)) return;
      this.#holdOrRelease();
    };
  }

  slow({ delayMs, bytesPerSecond }: Partial<Pick<Link, 'delayMs' | 'bytesPerSecond'>>): void {
    for (const link of [this.#up, this.#down]) {
      link.delayMs = delayMs ?? link.delayMs;
      link.bytesPerSecond = bytesPerSecond ?? link.bytesPerSecond;
    }
  }

  heal(): void {
    this.#standing.clear();
    this.slow({ delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY });
    this.#holdOrRelease();
  }

  whenOpened(where: RegExp): Promise<void> {
    return new Promise((resolve) => this.#awaited.add({ where, resolve }));
  }

  async stop(): Promise<void> {
    for (const { upstream } of this.#passages) upstream.destroy();
    for (const socket of this.#sockets) socket.destroy();
    this.#net.close();
    await once(this.#net, 'close');
  }

  #hit(where: RegExp): Passage[] {
    const isAlive = ({ valves }: Passage): boolean => valves.some((valve) => !valve.isDead);
    return [...this.#passages].filter((one) => where.test(one.path) && isAlive(one));
  }

  #reset({ client, upstream }: Passage): void {
    client.resetAndDestroy();
    upstream.destroy();
  }

  #faultOf<K extends Fault['kind']>(kind: K, path: string): Extract<Fault, { kind: K }> | undefined {
    const found = [...this.#standing].find(({ fault, where }) => fault.kind === kind && where.test(path));
    return found?.fault as Extract<Fault, { kind: K }> | undefined;
  }

  #holdOrRelease(): void {
    for (const { path, valves } of this.#passages) {
      const isHeld = this.#faultOf('blackhole', path) !== undefined;
      for (const valve of valves) {
        if (isHeld) valve.hold();
        else valve.release();
      }
    }
    for (const begin of this.#waiting) begin();
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    this.#http.emit('connection', socket);
  }

  /** Runs at once, or when the blackhole over this path is gone. */
  #afterBlackhole(path: string, socket: Socket, run: () => void): void {
    if (!this.#faultOf('blackhole', path)) {
      run();
      return;
    }
    const begin = (): void => {
      if (!socket.destroyed && this.#faultOf('blackhole', path)) return;
      this.#waiting.delete(begin);
      if (!socket.destroyed) run();
    };
    this.#waiting.add(begin);
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    const { socket } = request;
    if (this.#dead.has(socket)) return;
    if (this.#faultOf('refuse', path)) {
      this.passed.refused += 1;
      socket.resetAndDestroy();
      return;
    }
    this.#afterBlackhole(path, socket, () => this.#forward(request, response));
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) {
      this.passed.refused += 1;
      request.resume();
      response.writeHead(refusal, { 'Content-Type': 'text/html', Connection: 'close' }).end(page(refusal));
      return;
    }
    this.passed.requests += 1;
    const up = new Valve(this.#up);
    const down = new Valve(this.#down);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !ofTheHop.test(name)),
    );
    const { method } = request;
    const upstream = send({ host: '127.0.0.1', port: this.#target, method, path, headers, agent: false });
    this.#watch({ path, client: request.socket, upstream, valves: [up, down], frames: null }, response);
    upstream.on('error', () => {
      if (!down.isDead) request.socket.resetAndDestroy();
    });
    upstream.on('response', (answer) => {
      answer.on('data', (chunk: Buffer) => (this.passed.bytes += chunk.length));
      // The head leaves with the first byte that may pass.
      answer.pipe(down);
      const begin = (): void => {
        if (response.headersSent || response.destroyed) return;
        response.writeHead(answer.statusCode ?? 502, passable(answer.rawHeaders));
        response.flushHeaders();
      };
      down.once('data', begin);
      down.once('end', begin);
      down.pipe(response);
    });
    // A browser that gave up; a dead network does not tell.
    response.on('close', () => {
      if (!response.writableFinished && !up.isDead) upstream.destroy();
    });
    request.pipe(up).pipe(upstream);
  }

  #refusalOf(request: IncomingMessage): number | undefined {
    const path = request.url ?? '/';
    const status = this.#faultOf('status', path)?.status;
    const limit = this.#faultOf('body-limit', path)?.bytes ?? Number.POSITIVE_INFINITY;
    return status ?? (Number(request.headers['content-length'] ?? 0) > limit ? 413 : undefined);
  }

  #upgrade(request: IncomingMessage, client: Socket, head: Buffer): void {
    const path = request.url ?? '/';
    client.on('error', () => client.destroy());
    if (this.#dead.has(client)) return;
    if (this.#faultOf('refuse', path)) {
      this.passed.refused += 1;
      client.resetAndDestroy();
      return;
    }
    this.#afterBlackhole(path, client, () => {
      const status = this.#faultOf('status', path)?.status;
      if (status === undefined) this.#splice(request, client, head);
      else {
        this.passed.refused += 1;
        client.end(
          `HTTP/1.1 ${status} Fault\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n${page(status)}`,
        );
      }
    });
  }

  #splice(request: IncomingMessage, client: Socket, head: Buffer): void {
    const path = request.url ?? '/';
    this.passed.upgrades += 1;
    const up = new Valve(this.#up);
    const down = new Valve(this.#down);
    const frames = new FramePasser();
    const upstream = connect(this.#target, '127.0.0.1');
    upstream.setNoDelay(true);
    this.#watch({ path, client, upstream, valves: [up, down], frames }, client);
    upstream.on('error', () => upstream.destroy());
    upstream.on('data', (chunk: Buffer) => (this.passed.bytes += chunk.length));
    // A dead network tells neither side that the other has gone.
    upstream.on('close', () => {
      if (!down.isDead) client.end();
    });
    client.on('close', () => {
      if (!up.isDead) upstream.destroy();
    });
    const { rawHeaders } = request;
    const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}\r\n`] : []));
    up.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    if (head.length > 0) up.write(head);
    client.pipe(up).pipe(upstream);
    const awaited = [...this.#awaited].filter(({ where }) => where.test(path));
    for (const each of awaited) this.#awaited.delete(each);
    upstream.pipe(down).pipe(frames).pipe(client);
    frames.once('data', () => {
      for (const { resolve } of awaited) resolve();
    });
  }

  #watch(passage: Passage, until: { on(event: 'close', listener: () => void): unknown }): void {
    this.#passages.add(passage);
    if (this.#faultOf('blackhole', passage.path)) for (const valve of passage.valves) valve.hold();
    until.on('close', () => this.#passages.delete(passage));
  }
}

function passable(rawHeaders: readonly string[]): string[] {
  return rawHeaders.flatMap((name, i) =>
    i % 2 === 0 && !ofTheHop.test(name) ? [name, rawHeaders[i + 1] ?? ''] : [],
  );
}

/** What proxies answer in the place of a product. */
function page(status: number): string {
  return `<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1><hr>a proxy</body></html>`;
}
