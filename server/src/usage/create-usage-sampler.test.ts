import { usageSchema, type App, type StudioEvent, type Usage } from '@atelier-ide/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { ann, bob, makeFixture, settle, type Fixture } from '../apps/app-service.fixture.ts';
import { type AppAnswer, type AppCall, AppUnreachableError } from '../kernels/app-http.ts';
import { silentLog } from '../log.ts';
import { createEventBus } from '../studio/create-event-bus.ts';
import type { EventBus } from '../studio/event-bus.ts';
import type { AppReading } from './app-reading.ts';
import { createUsageSampler, type UsageSampler } from './create-usage-sampler.ts';

const type = 'ml.t3.medium';

/** An app as the sampler sees it: what it answers next, and what it was asked. */
class AskedApp {
  answer: 'reading' | 'hang' | 'refuse' | 'fail' | 'unknown' = 'reading';
  cpuUsec = 0;
  group: AppReading['group'] = null;
  readonly paths: string[] = [];
  readonly hanging: (() => void)[] = [];

  ask(clock: { now(): number }, { path }: AppCall): Promise<AppAnswer> {
    this.paths.push(path);
    switch (this.answer) {
      case 'hang':
        return new Promise((_resolve, reject) => {
          this.hanging.push(() => reject(new AppUnreachableError('no answer within 5 s', true)));
        });
      case 'refuse':
        return Promise.reject(new AppUnreachableError('connect ECONNREFUSED'));
      case 'fail':
        return Promise.resolve({ status: 500, body: {} });
      case 'unknown':
        return Promise.resolve({ status: 404, body: {} });
      case 'reading':
        return Promise.resolve({ status: 200, body: this.#reading(clock.now() / 1000) });
    }
  }

  #reading(time: number): AppReading {
    const app = { cpuUsec: this.cpuUsec, memoryBytes: 1000 };
    return { time, group: this.group, app, kernels: [], terminals: [], disk: null };
  }
}

type Setup = Fixture & {
  sampler: UsageSampler;
  events: EventBus;
  asked: Map<string, AskedApp>;
  start(imageId: string): Promise<App>;
  heard: Usage[];
  /** Connects a client. */
  hear(): () => void;
};

let open: UsageSampler | undefined;
afterEach(() => open?.close());

async function setUp(): Promise<Setup> {
  const fixture = await makeFixture();
  const { service, driver, clock } = fixture;
  driver.automatic = true;
  const events = createEventBus({
    capacity: 10,
    now: () => new Date(clock.now()),
    onListenerError: (error) => {
      throw error;
    },
  });
  const asked = new Map<string, AskedApp>();
  const askedOf = (appId: string): AskedApp => {
    const app = asked.get(appId) ?? new AskedApp();
    asked.set(appId, app);
    return app;
  };
  const sampler = createUsageSampler({
    apps: service,
    bus: events,
    users: { byId: (id) => [ann, bob].find((user) => user.id === id) },
    driver,
    log: silentLog,
    clock,
    ask: (endpoint, call) => askedOf(endpoint.basePath.split('/').at(-2) ?? '').ask(clock, call),
  });
  open = sampler;
  const heard: Usage[] = [];
  return {
    ...fixture,
    sampler,
    events,
    asked,
    heard,
    start: async (imageId) => {
      const { app } = service.create(ann, { type: 'KernelGateway', imageId, instanceType: type });
      const up = await service.whenInService(ann, app.id);
      askedOf(up.id);
      return up;
    },
    hear: () =>
      events.subscribe(ann.id, (event: StudioEvent) => {
        if (event.type === 'usage') heard.push(usageSchema.parse(event.usage));
      }),
  };
}

const pass = async ({ clock }: Setup, ms: number): Promise<void> => {
  await settle();
  clock.move(ms);
  await settle();
};
const of = (setup: Setup, app: App): AskedApp => {
  const asked = setup.asked.get(app.id);
  if (!asked) throw new Error(`${app.id} is not there.`);
  return asked;
};

describe('usage of instances', () => {
  it('is asked for only while a client is connected, at once and every two seconds [H2]', async () => {
    const setup = await setUp();
    const asked = of(setup, await setup.start('base'));
    await pass(setup, 10_000);
    expect(asked.paths).toEqual([]);
    const leave = setup.hear();
    const leaveToo = setup.hear();
    await settle();
    expect(asked.paths).toEqual(['studio/usage']);
    // The second reading comes soon: only then the CPU is known.
    await pass(setup, 500);
    expect(asked.paths).toHaveLength(2);
    await pass(setup, 1999);
    expect(asked.paths).toHaveLength(2);
    await pass(setup, 1);
    expect(asked.paths).toHaveLength(3);
    leave();
    await pass(setup, 2000);
    expect(asked.paths).toHaveLength(4);
    leaveToo();
    await pass(setup, 20_000);
    expect(asked.paths).toHaveLength(4);
  });

  it('tells memory first and CPU as a share of the type’s processors, with no event of the instance [H2]', async () => {
    const setup = await setUp();
    const app = await setup.start('base');
    const asked = of(setup, app);
    const before = setup.bus.published.length;
    const head = setup.events.head(ann.id);
    setup.hear();
    await settle();
    asked.cpuUsec = 250_000;
    await pass(setup, 500);
    const [instance] = setup.service.instances(ann);
    expect(setup.heard).toEqual([
      expect.objectContaining({ cpuPercent: 0, memoryBytes: 1000 }),
      {
        instanceId: instance?.id,
        time: new Date(setup.clock.now()).toISOString(),
        // A quarter of a second of CPU in half a second, on two processors.
        cpuPercent: 25,
        memoryBytes: 1000,
        memoryLimitBytes: null,
        source: 'processes',
        apps: [{ appId: app.id, cpuPercent: 25, memoryBytes: 1000, kernels: [], terminals: [] }],
      },
    ]);
    expect(instance?.usage).toMatchObject({ cpuPercent: 25, source: 'processes' });
    expect(setup.bus.published).toHaveLength(before);
    // Nobody who comes back is told of what was used meanwhile.
    expect(setup.events.head(ann.id)).toBe(head);
  });

  it('is the group’s where there is one, and the sum of the apps where there is none', async () => {
    const setup = await setUp();
    const one = of(setup, await setup.start('base'));
    const two = of(setup, await setup.start('data'));
    setup.hear();
    await settle();
    one.cpuUsec = 100_000;
    two.cpuUsec = 200_000;
    await pass(setup, 500);
    expect(setup.heard.at(-1)).toMatchObject({ cpuPercent: 30, memoryBytes: 2000, source: 'processes' });
    const group = {
      source: 'cgroup-v2',
      cpuUsec: 0,
      // Less than its apps say: what the limit is about counts.
      memoryBytes: 1500,
      memoryLimitBytes: 9000,
      periods: 0,
      throttledPeriods: 0,
      oomKills: 0,
    };
    one.group = group;
    two.group = group;
    await pass(setup, 2000);
    one.group = { ...group, cpuUsec: 4_000_000 };
    two.group = { ...group, cpuUsec: 4_000_000 };
    await pass(setup, 2000);
    expect(setup.heard.at(-1)).toMatchObject({
      cpuPercent: 100,
      memoryBytes: 1500,
      memoryLimitBytes: 9000,
      source: 'cgroup-v2',
    });
    expect(setup.heard.at(-1)?.apps.map((app) => app.memoryBytes)).toEqual([1000, 1000]);
  });

  it('of an app that hangs is asked once at a time; the others go on, and it is degraded until it answers', async () => {
    const setup = await setUp();
    const stuck = await setup.start('base');
    const other = await setup.start('data');
    setup.hear();
    await pass(setup, 500);
    of(setup, stuck).answer = 'hang';
    const countOf = (app: App) => of(setup, app).paths.length;
    const before = countOf(stuck);
    for (let miss = 1; miss <= 3; miss += 1) {
      const readings = countOf(other);
      for (let second = 0; second < 5; second += 1) await pass(setup, 1000);
      expect(countOf(stuck)).toBe(before + miss);
      expect(countOf(other)).toBeGreaterThan(readings + 1);
      expect(setup.service.get(ann, stuck.id).health).toBe('ok');
      of(setup, stuck).hanging.shift()?.();
      await settle();
    }
    expect(setup.service.get(ann, stuck.id).health).toBe('degraded');
    expect(setup.bus.apps().at(-1)).toMatchObject({ id: stuck.id, health: 'degraded' });
    for (let second = 0; second < 4; second += 1) await pass(setup, 1000);
    expect(setup.heard.at(-1)?.apps.map(({ appId }) => appId)).toEqual([other.id]);
    of(setup, stuck).answer = 'reading';
    of(setup, stuck).hanging.shift()?.();
    for (let second = 0; second < 4; second += 1) await pass(setup, 1000);
    expect(setup.service.get(ann, stuck.id).health).toBe('ok');
    expect(
      setup.heard
        .at(-1)
        ?.apps.map(({ appId }) => appId)
        .toSorted(),
    ).toEqual([stuck.id, other.id].toSorted());
  });

  it('shows an app that refuses as unreachable and one that fails as degraded, the JupyterServer app too', async () => {
    const setup = await setUp();
    const app = await setup.start('base');
    const server = setup.service.ensureJupyterServer(ann);
    await setup.service.whenInService(ann, server.id);
    setup.hear();
    await settle();
    of(setup, app).answer = 'fail';
    of(setup, server).answer = 'refuse';
    await pass(setup, 500);
    await pass(setup, 2000);
    const health = (id: string) => setup.service.get(ann, id).health;
    expect([health(app.id), health(server.id)]).toEqual(['ok', 'ok']);
    await pass(setup, 2000);
    expect([health(app.id), health(server.id)]).toEqual(['degraded', 'unreachable']);
    of(setup, app).answer = 'unknown';
    of(setup, server).answer = 'reading';
    await pass(setup, 2000);
    expect([health(app.id), health(server.id)]).toEqual(['ok', 'ok']);
    // Of an app without an instance there is nothing to tell.
    expect(setup.heard.every((usage) => usage.apps.every(({ appId }) => appId === app.id))).toBe(true);
  });

  it('forgets what it read when nobody hears: no rate is taken over the gap', async () => {
    const setup = await setUp();
    const asked = of(setup, await setup.start('base'));
    setup.hear()();
    const leave = setup.hear();
    await pass(setup, 500);
    leave();
    asked.cpuUsec = 60_000_000;
    await pass(setup, 60_000);
    setup.hear();
    await settle();
    expect(setup.heard.at(-1)).toMatchObject({ cpuPercent: 0 });
  });

  it('asks an app that hangs once, however often clients come and go', async () => {
    const setup = await setUp();
    const app = await setup.start('base');
    of(setup, app).answer = 'hang';
    for (let n = 0; n < 5; n += 1) {
      const leave = setup.hear();
      await pass(setup, 1000);
      leave();
    }
    setup.hear();
    await settle();
    expect(of(setup, app).paths).toHaveLength(1);
    of(setup, app).answer = 'reading';
    of(setup, app).hanging.shift()?.();
    for (let second = 0; second < 3; second += 1) await pass(setup, 1000);
    expect(setup.heard.length).toBeGreaterThan(0);
  });

  it('ends at close, with a question on its way', async () => {
    const setup = await setUp();
    const app = await setup.start('base');
    of(setup, app).answer = 'hang';
    setup.hear();
    await settle();
    await setup.sampler.close();
    of(setup, app).hanging.shift()?.();
    await pass(setup, 10_000);
    expect(of(setup, app).paths).toHaveLength(1);
    expect(setup.service.get(ann, app.id).health).toBe('ok');
  });
});
