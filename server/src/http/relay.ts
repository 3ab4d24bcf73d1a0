import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ProblemError, closeCodes } from '@atelier-ide/contract';
import { wantsBeats } from '../beats.ts';
import type { AppService } from '../apps/app-service.ts';
import type { DocumentService } from '../documents/document-service.ts';
import type { AppEndpoint } from '../drivers/driver.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { Log } from '../log.ts';
import { steadyNow } from '../steady-now.ts';
import { authorise } from './api.ts';
import type { Authentication } from './authenticate.ts';
import type { Guard } from './guard.ts';
import type { LiveCredentials } from './live-credentials.ts';
import { isPlainSave, type PlainSaves } from './plain-saves.ts';
import type { Principal } from './principal.ts';
import { fail, problemOf, refuseUpgrade, sendProblem } from './problem-response.ts';
import { tellOfControl } from './relay-control.ts';
import { type RelayedRequest, relayHttp } from './relay-http.ts';
import {
  type RelayTarget,
  isWriteMethod,
  parseRelayUrl,
  relayKind,
  relayScope,
  socketTarget,
} from './relay-path.ts';
import { spliceSocket } from './relay-socket.ts';
import { checkSaveFence } from './save-fence.ts';
import { closeFrame, type SocketCloser } from './socket-close.ts';

/*
 * `/jupyter/{user}/{app}/…`. The order of checks is the invariant: who asks, whose app it is, whether the path is on
 * the allow-list; nothing is sent to the app before all three hold.
 */

export type RelayOptions = {
  authentication: Authentication;
  guard: Guard;
  live: LiveCredentials;
  apps: AppService;
  kernels: KernelService;
  documents: Pick<DocumentService, 'checkFence'>;
  /** Takes saves that a plain Jupyter Server does not know. */
  plainSaves: PlainSaves;
  closeSocket: SocketCloser;
  log: Log;
  idleMs: number;
};

export type Relay = {
  request(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade(principal: Principal, request: IncomingMessage, socket: Duplex, head: Buffer): void;
};

type Upgrade = { request: IncomingMessage; socket: Duplex; head: Buffer };

const nothingHere = (): ProblemError => fail('not-found', 'There is nothing at this address.');

/** Keystrokes count as activity of the app, but not each of them. */
const touchEveryMs = 5000;

const publicBaseOf = (target: RelayTarget): string =>
  `/jupyter/${encodeURIComponent(target.userId)}/${encodeURIComponent(target.appId)}/`;

function endpointOf({ apps }: RelayOptions, principal: Principal, target: RelayTarget): AppEndpoint {
  if (target.userId !== principal.user.id) throw nothingHere();
  const endpoint = apps.endpoint(principal.user, target.appId);
  if (!endpoint)
    throw fail('app-not-running', 'The app is not running. Wait until it is in service, or start it.');
  return endpoint;
}

async function handleRequest(
  options: RelayOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const target = parseRelayUrl(request.url ?? '/');
  if (target === 'malformed') throw fail('bad-input', 'This path is not relayed.', { path: 'url' });
  const principal = await options.authentication.of(request.headers);
  const scope = relayScope(target?.path ?? '', method);
  authorise(options, principal, request.headers, { scope, isWrite: isWriteMethod(method) });
  if (!target) throw nothingHere();
  const endpoint = endpointOf(options, principal, target);
  const kind = relayKind(target.path, method);
  if (!kind) throw nothingHere();
  const isSave = !endpoint.extension && isPlainSave(method, target.path);
  if (kind === 'studio' && !endpoint.extension && !isSave)
    throw fail('not-offered', 'The Jupyter Server of this app lacks the extension of Atelier.');
  if (scope === 'write') await checkSaveFence(options.documents, principal.user, request.headers);
  if (isSave) {
    await options.plainSaves({ request, response, target, endpoint });
    return;
  }
  if (scope === 'compute') options.apps.touch(target.appId);
  forward(options, request, response, {
    target,
    kind,
    endpoint,
    publicBase: publicBaseOf(target),
  });
}

function forward(
  { kernels, log, idleMs }: RelayOptions,
  request: IncomingMessage,
  response: ServerResponse,
  relayed: RelayedRequest,
): void {
  const { appId, path } = relayed.target;
  const method = request.method ?? 'GET';
  const didAnswer = tellOfControl(kernels, { appId, path, method, response });
  relayHttp(request, response, relayed, {
    idleMs,
    onDidAnswer: didAnswer,
    onDidFail: (error) => log.warn('A relayed request failed', { app: appId, method, error: error.message }),
  });
}

/** What a socket's close code says of a problem. */
function closeOf(error: unknown): { code: number; reason: string } | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  const { code, title } = error.problem;
  if (code === 'forbidden') return { code: closeCodes.forbidden, reason: title };
  if (code === 'not-found') return { code: closeCodes.gone, reason: title };
  return code === 'app-not-running' ? { code: closeCodes.appStopped, reason: title } : undefined;
}

function spliceTerminal(
  options: RelayOptions,
  principal: Principal,
  { endpoint, target }: { endpoint: AppEndpoint; target: RelayTarget },
  { request, socket, head }: Upgrade,
): void {
  const { apps, live, closeSocket, log } = options;
  let touchedAt = Number.NEGATIVE_INFINITY;
  const touch = (): void => {
    if (steadyNow() - touchedAt < touchEveryMs) return;
    touchedAt = steadyNow();
    apps.touch(target.appId);
  };
  spliceSocket(request, socket, head, {
    endpoint,
    path: `${endpoint.basePath}${target.path}${target.search}`,
    onData: touch,
    wantsBeats: wantsBeats(request.url),
    onOpen: (end) => {
      touch();
      return live.watch(principal, end);
    },
    onRefused: (status) => {
      log.info('An app refused a terminal socket', { app: target.appId, status });
      const isGone = status === 404 || status === 400;
      closeSocket(
        request,
        socket,
        head,
        isGone
          ? { code: closeCodes.gone, reason: 'The terminal has ended' }
          : { code: 1013, reason: 'The app does not answer' },
      );
    },
  });
}

function handleUpgrade(options: RelayOptions, principal: Principal, upgrade: Upgrade): void {
  const { request, socket, head } = upgrade;
  const target = parseRelayUrl(request.url ?? '/');
  if (target === 'malformed') throw fail('bad-input', 'This path is not relayed.', { path: 'url' });
  const kind = target && socketTarget(target.path);
  if (!target || !kind) throw nothingHere();
  if (!principal.scopes.has('compute')) throw fail('forbidden', 'This token lacks the scope compute.');
  const endpoint = endpointOf(options, principal, target);
  if (kind.kind === 'terminal') {
    spliceTerminal(options, principal, { endpoint, target }, upgrade);
    return;
  }
  options.apps.touch(target.appId);
  // The hub writes whole frames, so ours is never in the middle of one.
  const unwatch = options.live.watch(principal, () =>
    socket.end(closeFrame(closeCodes.signIn, 'Signed out')),
  );
  socket.on('close', unwatch);
  options.kernels.handleUpgrade(principal.user, target.appId, kind.kernelId, request, socket, head);
}

/** Makes the relay. */
export function createRelay(options: RelayOptions): Relay {
  const { log, closeSocket } = options;
  return {
    async request(request, response) {
      try {
        await handleRequest(options, request, response);
      } catch (error) {
        sendProblem(response, problemOf(error, log, `${request.method} relay`));
        // The rest of a body that nobody will read; the connection is not kept for it.
        request.resume();
      }
    },
    upgrade(principal, request, socket, head) {
      try {
        handleUpgrade(options, principal, { request, socket, head });
      } catch (error) {
        const close = closeOf(error);
        if (close) closeSocket(request, socket, head, close);
        else refuseUpgrade(socket, problemOf(error, log, 'upgrade'));
      }
    },
  };
}
