import type { App, Domain, Image, Instance, InstanceType, StudioEvent } from '@atelier-ide/contract';
import type { ServerConfig } from '../config.ts';
import { type HostCapacity, catalogueFor } from '../images/catalogue.ts';
import type { Store } from '../store/store.ts';
import type { EventBody, EventBus } from '../studio/event-bus.ts';
import type { User } from '../studio/user.ts';
import type { AppService } from './app-service.ts';
import type { Clock } from './clock.ts';
import { createAppService } from './create-app-service.ts';
import { createDomain } from './domain.ts';
import { FakeDriver, fakeImage } from './fake-driver.ts';

export const ann: User = { id: 'ann', name: 'Ann', role: 'user' };
export const bob: User = { id: 'bob', name: 'Bob', role: 'user' };

export const testConfig: ServerConfig = {
  host: '127.0.0.1',
  port: 0,
  root: '/home/ann',
  dataDir: '/data',
  pythonDir: '/python',
  pythonExecutable: '/bin/python',
  driver: { kind: 'local' },
  withoutFeatures: [],
  rotateLink: false,
};

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00.000Z');
  #waits: { at: number; resolve: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      const end = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      this.#waits.push({ at: this.#now + ms, resolve: end });
    });
  }

  move(ms: number): void {
    this.#now += ms;
    for (const wait of this.#waits.filter((one) => one.at <= this.#now)) wait.resolve();
    this.#waits = this.#waits.filter((one) => one.at > this.#now);
  }
}

/** Everything published, in order. */
export class RecordingBus implements EventBus {
  readonly published: { userId: string; event: EventBody }[] = [];

  publish(userId: string, event: EventBody): void {
    this.published.push({ userId, event });
  }

  publishTransient = (userId: string, event: EventBody): void => this.publish(userId, event);
  onDidChangeAudience = (): (() => void) => () => undefined;
  head = (): number => this.published.length;
  since = (): readonly StudioEvent[] | null => null;
  subscribe = (): (() => void) => () => undefined;

  apps(): App[] {
    return this.published.flatMap(({ event }) => (event.type === 'app' ? [event.app] : []));
  }

  statusesOf(appId: string): string[] {
    const all = this.apps()
      .filter((app) => app.id === appId)
      .map((app) => app.status);
    return all.filter((status, index) => status !== all[index - 1]);
  }

  instances(): Instance[] {
    return this.published.flatMap(({ event }) => (event.type === 'instance' ? [event.instance] : []));
  }
}

export function memoryFacts(): Store['facts'] {
  const facts = new Map<string, string>();
  return { get: async (key) => facts.get(key), set: async (key, value) => void facts.set(key, value) };
}

export function memoryApps(): Store['apps'] {
  const apps = new Map<string, string>();
  return {
    all: async () => [...apps].map(([id, body]) => ({ id, body })),
    put: async ({ id, body }) => void apps.set(id, body),
    remove: async (id) => void apps.delete(id),
  };
}

export type Fixture = {
  service: AppService;
  driver: FakeDriver;
  bus: RecordingBus;
  clock: ManualClock;
  domain: Domain;
  facts: Store['facts'];
};

export type FixtureOptions = {
  images?: readonly Image[];
  host?: HostCapacity;
  types?: readonly InstanceType[];
  singleApp?: boolean;
  facts?: Store['facts'];
  limits?: NonNullable<ServerConfig['limits']>;
};

/** Lets everything that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The real service over a fake driver, with its catalogue loaded. */
export async function makeFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const images = options.images ?? ['base', 'data', 'spark', 'torch', 'jax'].map((id) => fakeImage(id));
  const host = options.host ?? { cpus: 4, memoryGiB: 16, gpus: 0 };
  const driver = new FakeDriver(images, options.types ?? catalogueFor(host), options.singleApp);
  const bus = new RecordingBus();
  const clock = new ManualClock();
  const config = { ...testConfig, ...(options.limits ? { limits: options.limits } : {}) };
  const domain = await createDomain(driver, config);
  const facts = options.facts ?? memoryFacts();
  const store = { facts } as Store;
  const service = createAppService({ driver, bus, config, store, domain, clock });
  await service.ready;
  return { service, driver, bus, clock, domain, facts };
}
