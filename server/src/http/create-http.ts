import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Capabilities, type Domain, type Feature, featureSchema } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { ServerConfig } from '../config.ts';
import type { DocumentService } from '../documents/document-service.ts';
import type { Driver } from '../drivers/driver.ts';
import type { ExecutionService } from '../kernels/execution-service.ts';
import type { KernelService } from '../kernels/kernel-service.ts';
import type { ExecutionResults } from '../recorder/execution-results.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { User } from '../studio/user.ts';
import type { Users } from '../studio/users.ts';
import { createApi } from './api.ts';
import { createApiHandlers } from './api-handlers.ts';
import { createAuthentication } from './authenticate.ts';
import { createEventStreams } from './event-stream.ts';
import { type Front, createFront } from './front.ts';
import { createGuard } from './guard.ts';
import { createLiveCredentials } from './live-credentials.ts';
import { createPersonalTokens } from './personal-tokens.ts';
import { createPlainSaves } from './plain-saves.ts';
import { withPresence } from './presence.ts';
import { createRelay } from './relay.ts';
import { createSessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import { createSocketCloser } from './socket-close.ts';
import { createStaticFiles } from './static.ts';

/** What the server itself offers, whatever the driver. */
const ownFeatures: readonly Feature[] = ['executions', 'leases', 'tokens', 'registries'];

export type HttpParts = {
  config: Pick<
    ServerConfig,
    'dataDir' | 'host' | 'behindProxy' | 'staticDir' | 'withoutFeatures' | 'rotateLink'
  >;
  /** Port that the server listens on. */
  port: number;
  serverId: string;
  domain: Domain;
  driver: Driver;
  users: Users;
  apps: AppService;
  kernels: KernelService;
  executions: ExecutionService;
  results: Pick<ExecutionResults, 'read'>;
  documents: DocumentService;
  store: Store;
  bus: EventBus;
  log: Log;
  now: () => number;
  checkAnswers: boolean;
};

export type Http = {
  front: Front;
  origin: string;
  loginUrl: string;
  /** Ends what has expired. */
  sweep(): void;
  close(): void;
};

const pingMs = 10_000;
/** A relayed request on which nothing moves for so long is given up. */
const relayIdleMs = 120_000;

/** What this backend offers: what its driver can serve and it itself, without what is taken away. */
export function featuresOf(
  driver: Pick<Driver, 'features'>,
  withoutFeatures: readonly string[],
): readonly Feature[] {
  const offered = new Set<Feature>([...driver.features, ...ownFeatures]);
  // Where there is a choice, a document can move from one choice to another.
  if (offered.has('instances.choose')) offered.add('switch');
  return featureSchema.options.filter(
    (feature) => offered.has(feature) && !withoutFeatures.includes(feature),
  );
}

/** Builds all that speaks HTTP over the services. */
export async function createHttp(parts: HttpParts): Promise<Http> {
  const { config, port, serverId, driver, users, apps, kernels, documents, store, bus, log, now } = parts;
  const guard = createGuard({ host: config.host, port, behindProxy: config.behindProxy });
  const live = createLiveCredentials(now);
  const sessions = await createSessions({ store, serverId, rotateKey: config.rotateLink, now });
  const tokens = createPersonalTokens(store, now);
  const authentication = createAuthentication({ sessions, tokens, users, live, guard });
  const capabilities: Capabilities = {
    version: '1.0',
    serverId,
    driver: driver.name,
    features: [...featuresOf(driver, config.withoutFeatures)],
  };
  const linkSecret = randomBytes(32).toString('base64url');
  const onDidSignIn = (user: User): void => {
    try {
      apps.ensureJupyterServer(user);
    } catch (error) {
      // Signing in must not depend on it: the SPA shows the app's state and why it failed.
      log.warn('The JupyterServer app cannot be started', { user: user.id, error });
    }
  };
  const closeSocket = createSocketCloser();
  const events = withPresence(createEventStreams({ bus, live, now: () => new Date(now()), pingMs }), {
    didArrive: (userId, page) => documents.arrive(userId, page),
    didLeave: (userId, page) => documents.leave(userId, page),
  });
  const handlers = createApiHandlers({ ...parts, tokens, live, capabilities });
  const front = createFront({
    guard,
    authentication,
    signIn: createSignIn({
      authentication,
      sessions,
      live,
      guard,
      users,
      serverId,
      linkSecret,
      onDidSignIn,
    }),
    api: createApi({ authentication, guard, handlers, capabilities, now, checkAnswers: parts.checkAnswers }),
    events,
    relay: createRelay({
      authentication,
      guard,
      live,
      apps,
      kernels,
      documents,
      plainSaves: createPlainSaves(join(config.dataDir, 'parts')),
      closeSocket,
      log,
      idleMs: relayIdleMs,
    }),
    staticFiles: createStaticFiles(config.staticDir),
    closeSocket,
    log,
  });
  return {
    front,
    origin: guard.origin,
    loginUrl: `${guard.origin}/login?token=${linkSecret}`,
    sweep: () => live.sweep(),
    close: () => events.close(),
  };
}
