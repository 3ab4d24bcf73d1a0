import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { ProblemError, closeCodes } from '@atelier-ide/contract';
import type { Log } from '../log.ts';
import { MethodError, authorise } from './api.ts';
import type { Authentication } from './authenticate.ts';
import { type EventStreams, eventsPath } from './event-stream.ts';
import type { Guard } from './guard.ts';
import type { HttpEnv } from './http-env.ts';
import {
  fail,
  problemHeaders,
  problemOf,
  refuseUpgrade,
  sendProblem,
  signInRequired,
} from './problem-response.ts';
import type { Principal } from './principal.ts';
import type { Relay } from './relay.ts';
import type { SocketCloser } from './socket-close.ts';
import type { StaticFiles } from './static.ts';

/*
 * The door: every request and every upgrade comes in here. The Host is checked before anything else, then the path
 * decides who serves it: relay, event stream, API and sign-in (Hono), or the files of the SPA.
 */

export type Front = {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
};

export type FrontOptions = {
  guard: Guard;
  authentication: Authentication;
  signIn: Hono<HttpEnv>;
  api: Hono<HttpEnv>;
  events: EventStreams;
  relay: Relay;
  staticFiles: StaticFiles;
  closeSocket: SocketCloser;
  log: Log;
};

const wrongHost = () =>
  fail(
    'forbidden',
    'This server is not known under that name. Use the address that it printed, or start it with --behind-proxy.',
  );

function createHono({ signIn, api, log }: FrontOptions): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.route('/', signIn);
  app.route('/', api);
  app.notFound((c) => {
    const { problem } = fail('not-found', 'There is nothing at this address.');
    return c.body(JSON.stringify(problem), 404, problemHeaders(problem));
  });
  app.onError((error, c) => {
    const details = problemOf(error, log, `${c.req.method} ${c.req.path}`);
    const headers = problemHeaders(details);
    if (error instanceof MethodError) headers['Allow'] = error.allow;
    return c.body(JSON.stringify(details), details.status as 400, headers);
  });
  return app;
}

/** Two Host headers: Node takes the first, whoever stands behind might take the other. */
function hasOneHost({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length === 1;
}

/** Path of a request in origin form; undefined for every other form. */
function pathOf(request: IncomingMessage): string | undefined {
  const url = request.url ?? '';
  return url.startsWith('/') && !url.startsWith('//') && !url.includes('\\')
    ? url.split('?', 1)[0]
    : undefined;
}

async function serveEvents(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const principal = await options.authentication.of(request.headers);
  authorise(options, principal, request.headers, { scope: 'read', isWrite: false });
  options.events.sse(principal, request, response);
}

type Destination = 'relay' | 'events' | 'hono' | 'static';

function destinationOf(path: string, method: string | undefined): Destination {
  if (path.startsWith('/jupyter/')) return 'relay';
  if (path === eventsPath && method === 'GET') return 'events';
  const isHono = /^\/(?:api(?:\/.*)?|session|login|logout)$/.test(path);
  return isHono ? 'hono' : 'static';
}

async function route(
  options: FrontOptions,
  hono: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { guard, authentication, relay, staticFiles } = options;
  const { headers, method = '' } = request;
  if (!hasOneHost(request) || !guard.isHostAllowed(headers)) throw wrongHost();
  const path = pathOf(request);
  if (path === undefined) throw fail('bad-input', 'Ask for a path of this server.', { path: 'url' });
  const destination = destinationOf(path, method);
  // Sign-in and sign-out set the cookie themselves.
  const renewal =
    destination === 'static' || path.startsWith('/log') ? undefined : authentication.renewal(headers);
  if (renewal !== undefined) response.setHeader('Set-Cookie', renewal);
  switch (destination) {
    case 'relay':
      return relay.request(request, response);
    case 'events':
      return serveEvents(options, request, response);
    case 'hono':
      return hono(request, response);
    case 'static':
      if (method !== 'GET' && method !== 'HEAD') throw new MethodError(['GET'], method);
      return staticFiles(request, response, guard.socketOrigin(headers));
  }
}

/** Who asks for the socket; throws for whoever gets nothing, not even a close code: pages of another origin. */
async function admitSocket(
  { guard, authentication }: FrontOptions,
  request: IncomingMessage,
): Promise<Principal | undefined> {
  const { headers } = request;
  const principal = await authentication.of(headers);
  if ((principal && !principal.session) || guard.hasOwnOrigin(headers)) return principal;
  throw headers.authorization === undefined
    ? fail('forbidden', 'A socket needs the Origin of this server, or a personal token.', {
        reason: 'origin',
      })
    : new ProblemError(signInRequired());
}

async function routeUpgrade(
  options: FrontOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { guard, events, relay, closeSocket } = options;
  if (!hasOneHost(request) || !guard.isHostAllowed(request.headers)) throw wrongHost();
  const path = pathOf(request);
  const isWebSocket = request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket';
  if (path === undefined || !isWebSocket)
    throw fail('bad-input', 'Only WebSocket upgrades are known here.', { path: 'Upgrade' });
  const isEvents = path === eventsPath;
  if (!isEvents && !path.startsWith('/jupyter/'))
    throw fail('not-found', 'There is no socket at this address.');
  const principal = await admitSocket(options, request);
  const refuse = (code: number, reason: string) => closeSocket(request, socket, head, { code, reason });
  if (!principal) refuse(closeCodes.signIn, 'Sign in');
  else if (!isEvents) relay.upgrade(principal, request, socket, head);
  else if (principal.scopes.has('read')) events.upgrade(principal, request, socket, head);
  else refuse(closeCodes.forbidden, 'This token lacks the scope read');
}

/** Makes the two handlers of the node server. */
export function createFront(options: FrontOptions): Front {
  const app = createHono(options);
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    overrideGlobalObjects: false,
  });
  const hono = (request: IncomingMessage, response: ServerResponse) => listener(request, response);
  return {
    request(request, response) {
      route(options, hono, request, response).catch((error: unknown) => {
        const details = problemOf(error, options.log, `${request.method} ${pathOf(request) ?? ''}`);
        if (error instanceof MethodError && !response.headersSent) response.setHeader('Allow', error.allow);
        sendProblem(response, details);
        request.resume();
      });
    },
    upgrade(request, socket, head) {
      const ignore = (): void => {
        socket.destroy();
      };
      socket.on('error', ignore);
      routeUpgrade(options, request, socket, head).catch((error: unknown) => {
        refuseUpgrade(socket, problemOf(error, options.log, 'upgrade'));
      });
    },
  };
}
