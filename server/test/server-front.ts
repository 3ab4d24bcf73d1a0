import { once } from 'node:events';
import {
  type StudioClient,
  type StudioEvent,
  createStudioClient,
  studioEventSchema,
} from '@atelier-ide/contract';
import { WebSocket } from 'ws';
import type { ServerConfig } from '../src/config.ts';
import { createServer } from '../src/create-server.ts';
import type { Driver } from '../src/drivers/driver.ts';
import type { Log } from '../src/log.ts';

/** A whole server as a signed-in page sees it: contract, events, relay. Nothing of its inside. */
export type ServerFront = {
  client: StudioClient;
  headers: Record<string, string>;
  userId: string;
  /** Every event since the sign-in. */
  events: StudioEvent[];
  /** Resolves with the first event, past or to come, that fits. */
  untilEvent<E extends StudioEvent>(fits: (event: StudioEvent) => event is E): Promise<E>;
  /** A request to an app, through the relay. */
  relay(appId: string, path: string, init?: RequestInit): Promise<Response>;
  /** Base of an app's sockets. */
  wsUrl(appId: string): string;
  close(): Promise<void>;
};

async function signIn(origin: string, loginUrl: string): Promise<Record<string, string>> {
  const token = new URL(loginUrl).searchParams.get('token');
  const answer = await fetch(`${origin}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: origin },
    body: JSON.stringify({ token }),
  });
  const { xsrfToken } = (await answer.json()) as { xsrfToken: string };
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { Cookie: cookie, 'X-XSRF-Token': xsrfToken, Origin: origin };
}

/** Starts a server with this driver and signs in; events are heard from then on. */
export async function startServerFront(
  config: ServerConfig,
  createDriver: (config: ServerConfig, log: Log) => Driver,
): Promise<ServerFront> {
  const server = await createServer(config, { createDriver, checkAnswers: true });
  return openServerFront(server.loginUrl, () => server.close());
}

/** Signs in to a server that runs; `end` ends it. */
export async function openServerFront(loginUrl: string, end: () => Promise<void>): Promise<ServerFront> {
  const { origin } = new URL(loginUrl);
  const headers = await signIn(origin, loginUrl);
  const client = createStudioClient({ baseUrl: origin, fetch, headers: () => headers });
  const { userProfileId } = await client.call('getMe', {});
  const events: StudioEvent[] = [];
  const waiting = new Set<() => void>();
  const ws = new WebSocket(`${origin.replace('http', 'ws')}/api/studio/v1/events`, { headers });
  ws.on('message', (data: Buffer) => {
    events.push(studioEventSchema.parse(JSON.parse(data.toString())));
    for (const look of waiting) look();
  });
  await once(ws, 'open');
  const appPath = (appId: string): string => `/jupyter/${userProfileId}/${appId}/`;
  return {
    client,
    headers,
    userId: userProfileId,
    events,
    untilEvent: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find(fits);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    relay: (appId, path, init = {}) =>
      fetch(`${origin}${appPath(appId)}${path}`, {
        ...init,
        headers: { ...headers, ...(init.headers as Record<string, string>) },
      }),
    wsUrl: (appId) => `${origin.replace('http', 'ws')}${appPath(appId)}`,
    close: async () => {
      ws.terminate();
      await end();
    },
  };
}
