/**
 * A model-based test of the app model: any order of create, cancel, delete, crash, failure and late answers of the
 * driver keeps the rules. The model knows only what the contract says; the service under test is the real one.
 */
import type { App, AppStatus, Instance } from '@atelier-ide/contract';
import { ProblemError } from '@atelier-ide/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ann, bob, type Fixture, makeFixture, settle } from './app-service.fixture.ts';
import { fakeImage } from './fake-driver.ts';

const users = [ann, bob];
const imageIds = ['base', 'data', 'spark', 'torch', 'jax'];
const typeNames = ['ml.t3.medium', 'ml.m5.large'];

/** Steps of the contract, written out again here so that a fault in the code's own table shows. */
const steps: Record<AppStatus, readonly AppStatus[]> = {
  Pending: ['InService', 'Failed', 'Deleting'],
  InService: ['Failed', 'Deleting'],
  Deleting: ['Deleted', 'Failed'],
  Failed: ['Deleting'],
  Deleted: [],
};

/** What the events alone say, as a browser would see it. */
type Seen = { apps: Map<string, App>; instances: Map<string, Instance>; failed: Set<string>; read: number };

const live = (app: App): boolean => app.status === 'Pending' || app.status === 'InService';
/** An app that could not be ended: its process is still there. */
const stuck = ({ driver }: Fixture, app: App): boolean =>
  app.failure?.code === 'stop-failed' &&
  driver.starts.some((start) => start.spec.appId === app.id && start.state !== 'gone');

function readEvents({ bus }: Fixture, seen: Seen): void {
  for (const { event } of bus.published.slice(seen.read)) {
    if (event.type === 'app') {
      const before = seen.apps.get(event.app.id)?.status;
      const { status } = event.app;
      if (before === undefined) expect(status).toBe('Pending');
      else if (before !== status) expect(steps[before], `${before} → ${status}`).toContain(status);
      if (status === 'Failed') seen.failed.add(event.app.id);
      seen.apps.set(event.app.id, event.app);
    } else if (event.type === 'instance') seen.instances.set(event.instance.id, event.instance);
  }
  seen.read = bus.published.length;
}

/** An instance lists the apps that hold it: all but those of which nothing is left. */
function checkMembers(
  fixture: Fixture,
  seen: Seen,
  { instance, there }: { instance: Instance; there: readonly App[] },
): void {
  const isEnding = (app: App): boolean => app.status === 'Deleting';
  const ids = (apps: readonly App[]): string[] => apps.map((app) => app.id);
  const must = there.filter(
    (app) => live(app) || stuck(fixture, app) || (isEnding(app) && !seen.failed.has(app.id)),
  );
  const may = there.filter((app) => live(app) || stuck(fixture, app) || isEnding(app));
  expect(instance.apps).toEqual(expect.arrayContaining(ids(must)));
  expect(ids(may)).toEqual(expect.arrayContaining(instance.apps));
}

function checkRules(fixture: Fixture, seen: Seen): void {
  const { service, driver } = fixture;
  expect(driver.faults).toEqual([]);
  for (const user of users) {
    const apps = service.list(user);
    for (const app of apps) expect(seen.apps.get(app.id), 'the events tell what the list tells').toEqual(app);
    expect(apps.filter((app) => app.type === 'JupyterServer' && live(app)).length).toBeLessThanOrEqual(1);
    const instances = service.instances(user);
    const open = instances.filter((instance) => instance.status !== 'Deleting');
    expect(new Set(open.map((instance) => instance.type)).size, 'one instance of a type').toBe(open.length);
    for (const instance of instances) {
      const there = apps.filter((app) => app.instanceId === instance.id);
      const liveHere = there.filter(live);
      expect(liveHere.length, 'four apps an instance').toBeLessThanOrEqual(4);
      expect(new Set(liveHere.map((app) => app.imageId)).size, 'one app an image').toBe(liveHere.length);
      if (instance.status === 'Deleting') expect(liveHere).toEqual([]);
      else checkMembers(fixture, seen, { instance, there });
      if (instance.status !== 'Deleting') expect(instance.apps, 'there iff it has apps').not.toEqual([]);
      const running = driver.starts.filter(
        (start) => start.spec.instanceId === instance.id && start.state !== 'gone',
      );
      expect(running.length, 'four processes an instance').toBeLessThanOrEqual(4);
    }
    for (const app of apps.filter(live))
      if (app.instanceId !== null) expect(open.map((instance) => instance.id)).toContain(app.instanceId);
    for (const type of typeNames) {
      const begun = driver.instancesBegun.filter(
        (one) => one.spec.userId === user.id && one.spec.type?.name === type && one.state !== 'gone',
      );
      expect(begun.length, 'the driver never holds two of a type').toBeLessThanOrEqual(1);
    }
  }
  for (const start of driver.starts) {
    if (start.spec.instanceId === null || start.state === 'gone') continue;
    const on = driver.instancesBegun.find((one) => one.spec.instanceId === start.spec.instanceId);
    expect(on?.state, 'an app runs on an instance that is there').toBe('there');
  }
}

type Run = { fixture: Fixture; seen: Seen };
type Command = fc.AsyncCommand<object, Run>;

/** Does something, lets it work out (or not), then checks the rules. */
function command(name: string, act: (fixture: Fixture) => void | Promise<void>, works = true): Command {
  return {
    check: () => true,
    toString: () => name + (works ? '' : ' (no turn)'),
    run: async (_model, { fixture, seen }) => {
      await act(fixture);
      if (works) await settle();
      readEvents(fixture, seen);
      checkRules(fixture, seen);
    },
  };
}

const pick = <T>(items: readonly T[], n: number): T | undefined => items[n % Math.max(1, items.length)];

function tolerate(run: () => unknown, ...codes: string[]): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ProblemError) || !codes.includes(error.problem.code)) throw error;
  }
}

function create(fixture: Fixture, user: typeof ann, imageId: string, instanceType: string): void {
  const { service } = fixture;
  const same = service
    .list(user)
    .find((app) => live(app) && app.imageId === imageId && app.instanceType === instanceType);
  const full =
    service
      .list(user)
      .filter((app) => live(app) || (stuck(fixture, app) && app.imageId !== imageId))
      .filter((app) => app.instanceType === instanceType).length >= 4;
  try {
    const { app, created } = service.create(user, { type: 'KernelGateway', imageId, instanceType });
    expect(created).toBe(same === undefined);
    if (same) expect(app.id).toBe(same.id);
    else expect(full, 'no fifth app').toBe(false);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.problem.code).toBe('limit-exceeded');
    expect(full && same === undefined).toBe(true);
  }
}

const n = fc.nat(1_000);
const works = fc.boolean();
// Mostly one user and one type, so that instances fill up.
const user = fc.constantFrom(ann, ann, ann, bob);
const type = fc.constantFrom('ml.t3.medium', 'ml.t3.medium', 'ml.t3.medium', 'ml.m5.large');

const driverStep = (name: string, act: (fixture: Fixture, which: number) => void): fc.Arbitrary<Command> =>
  fc.tuple(n, works).map(([which, go]) => command(`${name} ${which}`, (fixture) => act(fixture, which), go));

const startsIn = ({ driver }: Fixture, state: string) => driver.starts.filter((one) => one.state === state);
const instancesIn = ({ driver }: Fixture, state: string) =>
  driver.instancesBegun.filter((one) => one.state === state);

const commands: fc.Arbitrary<Command>[] = [
  fc
    .tuple(user, fc.constantFrom(...imageIds), type, works)
    .map(([who, image, name, go]) =>
      command(`create ${who.id} ${image} ${name}`, (fixture) => create(fixture, who, image, name), go),
    ),
  fc.tuple(user, type, works).map(([who, name, go]) =>
    command(
      `create ${who.id} all ${name}`,
      (fixture) => {
        for (const image of imageIds) create(fixture, who, image, name);
      },
      go,
    ),
  ),
  works.map((go) =>
    command(
      'all starts succeed',
      async (fixture) => {
        for (const instance of instancesIn(fixture, 'starting')) instance.succeed();
        await settle();
        for (const start of startsIn(fixture, 'starting')) start.succeed();
      },
      go,
    ),
  ),
  fc.tuple(user, n, works).map(([who, which, go]) =>
    command(
      `remove ${who.id} ${which}`,
      ({ service }) => {
        const app = pick(service.list(who), which);
        if (app) service.remove(who, app.id);
      },
      go,
    ),
  ),
  fc.tuple(user, n, works).map(([who, which, go]) =>
    command(
      `removeInstance ${who.id} ${which}`,
      ({ service }) => {
        const instance = pick(service.instances(who), which);
        if (instance) service.removeInstance(who, instance.id);
      },
      go,
    ),
  ),
  fc
    .tuple(user, works)
    .map(([who, go]) =>
      command(`ensure ${who.id}`, ({ service }) => tolerate(() => service.ensureJupyterServer(who)), go),
    ),
  fc
    .constantFrom(100, 300, 2_500, 61_000)
    .map((ms) => command(`move ${ms} ms`, ({ clock }) => clock.move(ms))),
  fc.boolean().map((obedient) =>
    command(`obedient ${obedient}`, ({ driver }) => {
      driver.obedient = obedient;
    }),
  ),
  driverStep('start succeeds', (fixture, which) => pick(startsIn(fixture, 'starting'), which)?.succeed()),
  driverStep('start fails', (fixture, which) => pick(startsIn(fixture, 'starting'), which)?.fail()),
  driverStep('crash', (fixture, which) => pick(startsIn(fixture, 'running'), which)?.crash()),
  driverStep('crash while stopping', (fixture, which) => pick(startsIn(fixture, 'stopping'), which)?.crash()),
  driverStep('stop finishes', (fixture, which) => pick(startsIn(fixture, 'stopping'), which)?.finishStop()),
  driverStep('stop fails', (fixture, which) => pick(startsIn(fixture, 'stopping'), which)?.failStop()),
  driverStep('instance up', (fixture, which) => pick(instancesIn(fixture, 'starting'), which)?.succeed()),
  driverStep('instance fails', (fixture, which) => pick(instancesIn(fixture, 'starting'), which)?.fail()),
  driverStep('instance gone', (fixture, which) => pick(instancesIn(fixture, 'ending'), which)?.finishEnd()),
  driverStep('instance end fails', (fixture, which) =>
    pick(instancesIn(fixture, 'ending'), which)?.failEnd(),
  ),
];

/** Ends everything and checks that nothing is left: not in the list, not at the driver. */
async function drain({ fixture, seen }: Run): Promise<void> {
  const { service, driver } = fixture;
  driver.automatic = true;
  driver.obedient = true;
  let isClosed = false;
  void service.close().then(() => (isClosed = true));
  for (let turn = 0; turn < 20; turn += 1) {
    for (const start of startsIn(fixture, 'starting')) start.succeed();
    for (const start of startsIn(fixture, 'stopping')) start.finishStop();
    for (const instance of instancesIn(fixture, 'starting')) instance.succeed();
    for (const instance of instancesIn(fixture, 'ending')) instance.finishEnd();
    await settle();
  }
  expect(isClosed, 'close comes to an end').toBe(true);
  for (const who of users)
    for (const app of service.list(who)) if (app.status === 'Failed') service.remove(who, app.id);
  await settle();
  readEvents(fixture, seen);
  for (const who of users) {
    expect(service.list(who).filter((app) => app.status !== 'Deleted')).toEqual([]);
    expect(service.instances(who)).toEqual([]);
  }
  expect(driver.starts.filter((start) => start.state !== 'gone')).toEqual([]);
  expect(driver.instancesBegun.filter((one) => one.state !== 'gone')).toEqual([]);
}

it(
  'any order of create, cancel, fail, crash and delete keeps the rules of the app model [A2] [A3] [A4] [A5] [A8]',
  { timeout: 900_000 },
  async () => {
    const runs = Number(process.env['ATELIER_TEST_RUNS'] ?? 300);
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (all) => {
        const fixture = await makeFixture({ images: imageIds.map((id) => fakeImage(id)) });
        const run: Run = {
          fixture,
          seen: { apps: new Map(), instances: new Map(), failed: new Set(), read: 0 },
        };
        await fc.asyncModelRun(() => ({ model: {}, real: run }), all);
        await drain(run);
      }),
      { numRuns: runs },
    );
  },
);
