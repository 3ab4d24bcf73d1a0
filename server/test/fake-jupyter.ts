import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { decodeV1, encodeLegacy, encodeV1 } from '@atelier-ide/core/wire/codec.ts';
import { V1_SUBPROTOCOL } from '@atelier-ide/core/wire/frame.ts';
import { type Channel, type JupyterMessage, createMessage } from '@atelier-ide/core/wire/message.ts';
import type { JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AppEndpoint } from '../src/drivers/driver.ts';

/**
 * A Jupyter Server whose one kernel does what a test tells it: replies, dies, goes silent, breaks its socket. It
 * answers `kernel_info_request` by itself unless told not to, because the hub asks it to find out where it is.
 */
export type FakeJupyter = {
  endpoint: AppEndpoint;
  kernelId: string;
  /** Requests that reached the kernel, oldest first. */
  requests: JupyterMessage[];
  connections: number;
  /** False = the app says that there is no such kernel. */
  hasKernel: boolean;
  restState: string;
  /** False = sockets are refused with 503. */
  accepts: boolean;
  answersInfo: boolean;
  /** The session of the kernel's process; another one is another process. */
  session: string;
  until(fits: (message: JupyterMessage) => boolean): Promise<JupyterMessage>;
  send(message: Sent): void;
  /** busy, reply and idle of one kernel_info_request. */
  answerInfo(request: JupyterMessage): void;
  /** busy, input, output texts, reply and idle of one execute request. */
  run(request: JupyterMessage, texts?: readonly string[]): void;
  /** Sends what Jupyter sends by itself, which carries another session than the kernel's. */
  sendServerStatus(state: string): void;
  cut(): void;
  /** Stops answering, pings too, without closing anything. */
  freeze(): void;
  close(): Promise<void>;
};

export type Sent = {
  channel: Channel;
  type: string;
  content: JsonObject;
  parent?: JupyterMessage;
  session?: string;
  buffers?: readonly Uint8Array[];
};

export type FakeJupyterOptions = {
  /** A server that knows only the older format. */
  isLegacy?: boolean;
  /** Counts as one of ours (larger messages allowed). */
  isOwn?: boolean;
};

class Fake {
  readonly kernelId = randomUUID();
  readonly requests: JupyterMessage[] = [];
  endpoint: AppEndpoint = {
    target: { protocol: 'http:', host: '127.0.0.1', port: 0 },
    basePath: '/base/',
    token: 't',
    extension: true,
  };
  connections = 0;
  hasKernel = true;
  restState = 'idle';
  accepts = true;
  answersInfo = true;
  session = 'kernel-session-1';
  readonly #isLegacy: boolean;
  readonly #waiting = new Set<(message: JupyterMessage) => void>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 1024 ** 3,
    handleProtocols: (names) => (!this.#isLegacy && names.has(V1_SUBPROTOCOL) ? V1_SUBPROTOCOL : false),
  });
  readonly #http = createServer((request, response) => this.#answer(request, response));
  #ws: WebSocket | undefined;

  constructor(options: FakeJupyterOptions) {
    this.#isLegacy = options.isLegacy ?? false;
    this.endpoint = { ...this.endpoint, extension: options.isOwn ?? true };
    this.#http.on('upgrade', (request, socket, head) => {
      if (!this.hasKernel || !this.accepts) {
        socket.end(`HTTP/1.1 ${this.hasKernel ? 503 : 404} No\r\nConnection: close\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#connect(ws));
    });
  }

  async listen(): Promise<void> {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.endpoint = {
      ...this.endpoint,
      target: { protocol: 'http:', host: '127.0.0.1', port: address.port },
    };
  }

  until(fits: (message: JupyterMessage) => boolean): Promise<JupyterMessage> {
    return new Promise((resolve) => {
      const known = this.requests.find(fits);
      if (known) {
        resolve(known);
        return;
      }
      const listener = (message: JupyterMessage): void => {
        if (!fits(message)) return;
        this.#waiting.delete(listener);
        resolve(message);
      };
      this.#waiting.add(listener);
    });
  }

  send(sent: Sent): void {
    const message = createMessage({
      channel: sent.channel,
      type: sent.type,
      content: sent.content,
      id: randomUUID(),
      session: sent.session ?? this.session,
      date: new Date().toISOString(),
      parent: sent.parent?.header ?? {},
      buffers: sent.buffers ?? [],
    });
    this.#ws?.send(this.#isLegacy ? encodeLegacy(message) : encodeV1(message));
  }

  run(request: JupyterMessage, texts: readonly string[] = []): void {
    const out = (type: string, content: JsonObject): void =>
      this.send({ channel: 'iopub', type, content, parent: request });
    out('status', { execution_state: 'busy' });
    for (const text of texts) out('stream', { name: 'stdout', text });
    const content = { status: 'ok', execution_count: 1 };
    this.send({ channel: 'shell', type: 'execute_reply', content, parent: request });
    out('status', { execution_state: 'idle' });
  }

  sendServerStatus(state: string): void {
    this.send({
      channel: 'iopub',
      type: 'status',
      content: { execution_state: state },
      session: 'the-server',
    });
  }

  cut(): void {
    this.#ws?.terminate();
  }

  freeze(): void {
    this.#ws?.pause();
  }

  async close(): Promise<void> {
    for (const ws of this.#sockets.clients) ws.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #connect(ws: WebSocket): void {
    this.connections += 1;
    this.#ws = ws;
    ws.on('message', (data: Buffer) => this.#receive(data));
  }

  #receive(data: Buffer): void {
    const message = this.#isLegacy ? (JSON.parse(data.toString('utf8')) as JupyterMessage) : decodeV1(data);
    this.requests.push(message);
    for (const listener of this.#waiting) listener(message);
    if (message.header.msg_type === 'kernel_info_request' && this.answersInfo) this.answerInfo(message);
  }

  answerInfo(request: JupyterMessage): void {
    const content = { execution_state: 'busy' };
    this.send({ channel: 'iopub', type: 'status', content, parent: request });
    this.send({ channel: 'shell', type: 'kernel_info_reply', content: { status: 'ok' }, parent: request });
    this.send({ channel: 'iopub', type: 'status', content: { execution_state: 'idle' }, parent: request });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    };
    const kernel = { id: this.kernelId, name: 'fake', execution_state: this.restState };
    const path = request.url ?? '';
    if (path.startsWith('/base/api/kernels/')) {
      if (this.hasKernel && path.includes(this.kernelId)) json(200, kernel);
      else json(404, { message: 'Kernel does not exist' });
    } else if (path === '/base/api/sessions' && request.method === 'POST') {
      json(201, { id: randomUUID(), path: 'a', kernel });
    } else json(200, []);
  }
}

/** Starts the fake. */
export async function startFakeJupyter(options: FakeJupyterOptions = {}): Promise<FakeJupyter> {
  const fake = new Fake(options);
  await fake.listen();
  return fake;
}
