import { createConnection, type Socket } from 'node:net';

/** An exit as the zygote tells it. */
export type ZygoteExit = {
  event: 'exit';
  app: string;
  pid: number;
  startTime: number;
  code: number | null;
  signal: string | null;
  requested: boolean;
  logTail: string;
};
export type ZygoteEvent = ZygoteExit | { event: 'ready'; app: string; pid: number; startTime: number };

/** The zygote refused a request, or went away before it answered. */
export class ZygoteError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'ZygoteError';
    this.code = code;
  }
}

type Waiting = { resolve: (result: unknown) => void; reject: (error: Error) => void };
type Reply = { id: number; ok: boolean; result?: unknown; error?: { code: string; message: string } };

type OnEvent = (event: ZygoteEvent) => void;

/**
 * One controller's connection to a zygote: a JSON object a line both ways (server/python/README.md). Replies find
 * their request by id; when the connection goes, every open request fails with `zygote-gone`.
 */
export class ZygoteConnection {
  readonly #socket: Socket;
  readonly #onEvent: OnEvent;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #rest = '';
  /** Resolves once the zygote or the socket has gone. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket, onEvent: OnEvent) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    // 'close' follows every error and does the work.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#failWaiting();
        resolve();
      });
    });
  }

  static connect(socketPath: string, onEvent: OnEvent): Promise<ZygoteConnection> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(socketPath);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new ZygoteConnection(socket, onEvent));
      });
    });
  }

  request(verb: string, args: object = {}): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(goneError());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ id, verb, ...args })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.#handleMessage(JSON.parse(line) as Reply | ZygoteEvent);
  }

  #handleMessage(message: Reply | ZygoteEvent): void {
    if ('event' in message) return this.#onEvent(message);
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.ok) waiting?.resolve(message.result);
    else
      waiting?.reject(
        new ZygoteError(message.error?.code ?? 'unknown', message.error?.message ?? 'It refused.'),
      );
  }

  #failWaiting(): void {
    const open = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of open) waiting.reject(goneError());
  }
}

function goneError(): ZygoteError {
  return new ZygoteError('zygote-gone', 'The process that starts apps has gone.');
}
