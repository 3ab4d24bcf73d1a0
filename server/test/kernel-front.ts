import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { App, Kernel, StudioEvent } from '@atelier-ide/contract';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppEndpoint } from '../src/drivers/driver.ts';
import { type KernelServiceOptions, createKernelService } from '../src/kernels/create-kernel-service.ts';
import { type JournalsOptions, createJournals } from '../src/kernels/journal/journals.ts';
import type { KernelService } from '../src/kernels/kernel-service.ts';
import type { UpstreamTiming } from '../src/kernels/upstream.ts';
import { silentLog } from '../src/log.ts';
import { createEventBus } from '../src/studio/create-event-bus.ts';
import type { EventBus } from '../src/studio/event-bus.ts';
import type { User } from '../src/studio/user.ts';

export const testUser: User = { id: 'u', name: 'u', role: 'user' };
export const testAppId = 'app-1';

/** A kernel service before one app, reachable by browsers' sockets on a port, with its events. */
export type KernelFront = {
  kernels: KernelService;
  bus: EventBus;
  events: StudioEvent[];
  httpUrl: string;
  wsUrl: string;
  /** Resolves with the first event, past or to come, that fits. */
  untilEvent<E extends StudioEvent>(fits: (event: StudioEvent) => event is E): Promise<E>;
  /** Changes the app as its owner would. */
  setApp(status: App['status']): void;
  close(): Promise<void>;
};

/** Starts the front. The endpoint is asked at every connection, as in the server. */
export async function startKernelFront(
  endpoint: () => AppEndpoint | undefined,
  timing?: UpstreamTiming,
  explainDeath?: KernelServiceOptions['explainDeath'],
  limits: JournalsOptions['limits'] = {},
): Promise<KernelFront> {
  const bus = createEventBus({
    capacity: 100_000,
    now: () => new Date(),
    onListenerError: (error) => {
      throw error;
    },
  });
  const events: StudioEvent[] = [];
  bus.subscribe(testUser.id, (event) => events.push(event));
  const folder = mkdtempSync(join(tmpdir(), 'atelier-journals-'));
  const journals = createJournals({ folder, log: silentLog, limits });
  const appListeners = new Set<(app: App, userId: string) => void>();
  const kernels = createKernelService({
    apps: {
      list: () => [],
      endpoint: (_user, appId) => (appId === testAppId ? endpoint() : undefined),
      ownerOf: () => testUser,
      touch: () => undefined,
      onDidChange: (listener) => {
        appListeners.add(listener);
        return () => appListeners.delete(listener);
      },
    },
    bus,
    log: silentLog,
    journals,
    ...(timing ? { timing } : {}),
    ...(explainDeath ? { explainDeath } : {}),
  });
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on('upgrade', (request, socket, head) => {
    const kernelId = /\/api\/kernels\/([^/]+)\/channels/.exec(request.url ?? '')?.[1] ?? '';
    kernels.handleUpgrade(testUser, testAppId, kernelId, request, socket, head);
  });
  const port = await listen(server);
  return {
    kernels,
    bus,
    events,
    httpUrl: `http://127.0.0.1:${port}/`,
    wsUrl: `ws://127.0.0.1:${port}/`,
    untilEvent: (fits) =>
      new Promise((resolve) => {
        const known = events.find(fits);
        if (known) {
          resolve(known);
          return;
        }
        const stop = bus.subscribe(testUser.id, (event) => {
          if (!fits(event)) return;
          stop();
          resolve(event);
        });
      }),
    setApp: (status) => {
      const app = { id: testAppId, status } as App;
      for (const listener of appListeners) listener(app, testUser.id);
    },
    close: async () => {
      await kernels.close();
      journals.close();
      rmSync(folder, { recursive: true, force: true });
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** True for a kernel event of this kernel in this state. */
export function isKernelEvent(kernel: Pick<Kernel, 'id'>, state: Kernel['state']) {
  return (event: StudioEvent): event is StudioEvent & { type: 'kernel' } =>
    event.type === 'kernel' && event.kernel.id === kernel.id && event.kernel.state === state;
}
