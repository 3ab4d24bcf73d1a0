import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  createServer,
  request,
} from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { type App, type Domain, type StudioDocument, ProblemError, problem } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { DocumentService } from '../documents/document-service.ts';
import type { AppEndpoint, Driver } from '../drivers/driver.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import { silentLog } from '../log.ts';
import type { ExecutionResults } from '../recorder/execution-results.ts';
import { createStore } from '../store/create-store.ts';
import type { Store } from '../store/store.ts';
import { createEventBus } from '../studio/create-event-bus.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { User } from '../studio/user.ts';
import type { Users } from '../studio/users.ts';
import { type Http, type HttpParts, createHttp } from './create-http.ts';
import { type Listener, listen } from './listener.ts';

/** The whole HTTP side on a real port, over small stand-ins of the services and an app on a unix socket. */

export const ada: User = { id: 'ada', name: 'Ada', role: 'user' };
const time = '2026-01-01T00:00:00.000Z';

export const missing = (): ProblemError => new ProblemError(problem('not-found', 'There is no such thing.'));

export const appOf = (id: string): App => ({
  id,
  type: 'KernelGateway',
  status: 'InService',
  health: 'ok',
  phases: [],
  imageId: 'base',
  instanceId: 'i1',
  instanceType: 'ml.t3.medium',
  endpoint: { baseUrl: `/jupyter/ada/${id}/` },
  identity: { uid: null, gid: null, mountPath: '/home/ada' },
  createdAt: time,
  lastActivity: null,
});

const documentOf = (id: string): StudioDocument => ({
  id,
  path: 'a.ipynb',
  kind: 'notebook',
  binding: { generation: 3, state: 'none' },
  proposal: { imageId: null, kernelName: null, instanceType: null, source: 'default' },
  lease: { fence: 0 },
});

const domain: Domain = {
  id: 'd-1',
  name: 'Atelier',
  status: 'InService',
  defaults: { imageId: null, cpuInstanceType: null, gpuInstanceType: null, scriptId: null },
  limits: { appsPerInstance: 4, instancesPerType: 1 },
  sharing: { outputs: true },
};

export type Calls = { name: string; args: unknown[] }[];

/** Answers only what the tests ask; everything else fails loudly. */
function standIn<T extends object>(name: string, calls: Calls, methods: Partial<T>): T {
  return new Proxy(methods, {
    get(target, key) {
      const method = Reflect.get(target, key) as unknown;
      if (typeof method !== 'function') {
        if (method !== undefined || key === 'then') return method;
        throw new Error(`${name}.${String(key)} is not there`);
      }
      return (...args: unknown[]) => {
        calls.push({ name: `${name}.${String(key)}`, args });
        return (method as (...a: unknown[]) => unknown)(...args);
      };
    },
  }) as T;
}

export type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: string };
export type Upstream = {
  endpoint: AppEndpoint;
  seen: Seen[];
  /** Takes the next request; the default answers 200 with JSON. */
  handler: (...args: Parameters<NonNullable<Parameters<typeof createServer>[1]>>) => void;
  sockets: WebSocketServer;
  server: Server;
};

async function startUpstream(folder: string): Promise<Upstream> {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  const socketPath = join(folder, 'app.sock');
  const upstream: Upstream = {
    endpoint: {
      target: { socketPath },
      basePath: '/jupyter/ada/app-1/',
      token: 'app-secret',
      extension: true,
    },
    seen: [],
    handler: (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end('{"ok":true}');
    },
    sockets,
    server: createServer((request, response) => {
      const seen: Seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: '',
      };
      upstream.seen.push(seen);
      request.on('data', (chunk: Buffer) => {
        seen.body += chunk.toString();
      });
      upstream.handler(request, response);
    }),
  };
  upstream.server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    upstream.seen.push({
      method: 'UPGRADE',
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: '',
    });
    if (incoming.url?.includes('/gone')) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(incoming, socket, head, (ws) => sockets.emit('connection', ws, incoming));
  });
  await new Promise<void>((resolve) => {
    upstream.server.listen(socketPath, resolve);
  });
  return upstream;
}

function standIns(calls: Calls, upstream: Upstream) {
  const hub = new WebSocketServer({ noServer: true });
  const apps = standIn<AppService>('apps', calls, {
    list: () => ['app-1', 'app-2', 'app-3'].map(appOf),
    get: (_user, id) => {
      if (id !== 'app-1') throw missing();
      return appOf(id);
    },
    create: (_user, body) => ({ app: appOf(`made-${body.imageId}`), created: true }),
    remove: () => undefined,
    ensureJupyterServer: () => appOf('server'),
    endpoint: (_user, id) => {
      if (id === 'stopped') return undefined;
      if (id !== 'app-1') throw missing();
      return upstream.endpoint;
    },
    touch: () => undefined,
  });
  const kernels = standIn<KernelService>('kernels', calls, {
    list: () => [],
    interrupt: () => Promise.resolve(),
    willControl: () => undefined,
    didControl: () => undefined,
    didNotControl: () => undefined,
    handleUpgrade: (...args) => {
      const [, , , incoming, socket, head] = args;
      hub.handleUpgrade(incoming, socket, head, (ws) => ws.send('from the hub'));
    },
  });
  const documents = standIn<DocumentService>('documents', calls, {
    get: (_user, id) => (id === 'd1' ? Promise.resolve(documentOf(id)) : Promise.reject(missing())),
    check: (_user, id) => (id === 'd1' ? Promise.resolve() : Promise.reject(missing())),
    list: () => Promise.resolve([documentOf('d1')]),
    put: () => Promise.resolve({ document: documentOf('d1'), created: true }),
    bind: () => Promise.resolve(documentOf('d1')),
  });
  const executions = standIn<ExecutionService>('executions', calls, {
    submit: () => [],
    whenKept: () => Promise.resolve(),
    list: () => [],
  });
  const results = standIn<ExecutionResults>('results', calls, {
    read: (userId) => (userId === ada.id ? Promise.resolve('{}') : Promise.reject(missing())),
  });
  const driver = standIn<Driver>('driver', calls, {
    name: 'local',
    features: ['usage'],
    images: () => Promise.resolve([]),
    instanceTypes: () => Promise.resolve([]),
  });
  return { apps, kernels, documents, executions, results, driver };
}

const users: Users = {
  byId: (id) => (id === ada.id ? ada : undefined),
  all: () => [ada],
  profileOf: (user) => ({
    id: user.id,
    name: user.id,
    status: 'InService',
    home: { uid: null, gid: null, path: '/home/ada' },
  }),
};

export type Answer = {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: () => Record<string, unknown>;
};
export type Send = {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
};

export type TestHttp = {
  http: Http;
  port: number;
  origin: string;
  bus: EventBus;
  store: Store;
  calls: Calls;
  upstream: Upstream;
  clock: { now: number };
  /** Sends a request exactly as given: no header of a browser is added, the path is not normalised. */
  send(path: string, request?: Send): Promise<Answer>;
  /** Headers of our own page, signed in. */
  signIn(): Promise<Record<string, string>>;
  socket(path: string, headers?: Record<string, string>, protocols?: string[]): WebSocket;
  close(): Promise<void>;
};

function sender(port: number): TestHttp['send'] {
  return (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method,
          headers: { Host: `127.0.0.1:${port}`, ...headers },
          agent: false,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const json = () => JSON.parse(text) as Record<string, unknown>;
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
}

type Change = Partial<Omit<HttpParts, 'config'>> & { config?: Partial<HttpParts['config']> };

/** Starts it; `change` replaces parts. */
export async function startHttp({ config, ...change }: Change = {}): Promise<TestHttp> {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-http-'));
  const calls: Calls = [];
  const upstream = await startUpstream(folder);
  const store = change.store ?? (await createStore(':memory:'));
  const clock = { now: Date.parse('2026-06-01T00:00:00.000Z') };
  const bus = createEventBus({
    capacity: 10,
    now: () => new Date(clock.now),
    onListenerError: (error) => {
      throw error;
    },
  });
  const listener: Listener = await listen('127.0.0.1', 0);
  const http = await createHttp({
    config: { dataDir: folder, host: '127.0.0.1', withoutFeatures: [], rotateLink: false, ...config },
    port: listener.port,
    serverId: 'abcdef0123456789',
    domain,
    users,
    ...standIns(calls, upstream),
    store,
    bus,
    log: silentLog,
    now: () => clock.now,
    checkAnswers: true,
    ...change,
  });
  listener.serve(http.front);
  const { port } = listener;
  const origin = `http://127.0.0.1:${port}`;
  const send = sender(port);
  return {
    http,
    port,
    origin,
    bus,
    store,
    calls,
    upstream,
    clock,
    send,
    async signIn() {
      const token = new URL(http.loginUrl).searchParams.get('token');
      const answer = await send('/login', {
        method: 'POST',
        headers: { Origin: origin, 'Content-Type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
      return { Cookie: cookie, Origin: origin, 'X-XSRF-Token': String(answer.json()['xsrfToken']) };
    },
    socket: (path, headers = {}, protocols = []) =>
      new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers }),
    async close() {
      http.close();
      await listener.close();
      for (const ws of upstream.sockets.clients) ws.terminate();
      await new Promise((resolve) => {
        upstream.server.close(resolve);
        upstream.server.closeAllConnections();
      });
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How a socket that is not let in ends: the status of the handshake, or the close code after it. */
export function fateOf(ws: WebSocket): Promise<{ status?: number; code?: number; messages: string[] }> {
  return new Promise((resolve) => {
    const messages: string[] = [];
    ws.on('message', (data: Buffer) => messages.push(data.toString()));
    ws.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, messages });
    });
    ws.on('error', () => undefined);
    ws.on('close', (code) => resolve({ code, messages }));
  });
}

/** The next message. */
export function nextMessage(ws: WebSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    ws.once('message', (data: Buffer) => resolve(data.toString()));
    ws.once('close', (code) => reject(new Error(`closed with ${code}`)));
  });
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;
