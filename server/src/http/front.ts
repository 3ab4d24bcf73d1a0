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

async function route(
  options: FrontOptions,
  hono: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { guard, authentication, relay, staticFiles } = options;
  if (!hasOneHost(request) || !guard.isHostAllowed(request.headers)) throw wrongHost();
  const path = pathOf(request);
  if (path === undefined) throw fail('bad-input', 'Ask for a path of this server.', { path: 'url' });
  const isApi = path === '/api' || path.startsWith('/api/');
  const isRelay = path.startsWith('/jupyter/');
  if (isApi || isRelay || path === '/session') {
    const renewal = authentication.renewal(request.headers);
    if (renewal !== undefined) response.setHeader('Set-Cookie', renewal);
  }
  if (isRelay) return relay.request(request, response);
  if (path === eventsPath && request.method === 'GET') return serveEvents(options, request, response);
  if (isApi || path === '/session' || path === '/login' || path === '/logout') return hono(request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new MethodError(['GET'], request.method ?? '');
  return staticFiles(request, response, guard.socketOrigin(request.headers));
}

async function routeUpgrade(
  options: FrontOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { guard, authentication, events, relay, closeSocket } = options;
  const { headers } = request;
  if (!hasOneHost(request) || !guard.isHostAllowed(headers)) throw wrongHost();
  const path = pathOf(request);
  if (path === undefined || request.method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket')
    throw fail('bad-input', 'Only WebSocket upgrades are known here.', { path: 'Upgrade' });
  const isEvents = path === eventsPath;
  if (!isEvents && !path.startsWith('/jupyter/'))
    throw fail('not-found', 'There is no socket at this address.');
  const principal = await authentication.of(headers);
  // Nothing, not even a close code, for a page of another origin.
  if ((!principal || principal.session) && !guard.hasOwnOrigin(headers)) {
    throw headers.authorization === undefined
      ? fail('forbidden', 'A socket needs the Origin of this server, or a personal token.', {
          reason: 'origin',
        })
      : new ProblemError(signInRequired());
  }
  if (!principal) closeSocket(request, socket, head, { code: closeCodes.signIn, reason: 'Sign in' });
  else if (!isEvents) relay.upgrade(principal, request, socket, head);
  else if (principal.scopes.has('read')) events.upgrade(principal, request, socket, head);
  else
    closeSocket(request, socket, head, {
      code: closeCodes.forbidden,
      reason: 'This token lacks the scope read',
    });
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
