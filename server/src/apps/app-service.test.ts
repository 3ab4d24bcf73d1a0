import { type App, appSchema, instanceSchema, ProblemError, type Problem } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { ann, bob, makeFixture, settle } from './app-service.fixture.ts';
import { fakeImage } from './fake-driver.ts';

const gateway = (imageId: string, instanceType = 'ml.t3.medium') => ({
  type: 'KernelGateway' as const,
  imageId,
  instanceType,
});

function problemOf(run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('create', () => {
  it('returns the same app for the same user, image and type [A3] [A5]', async () => {
    const { service, driver } = await makeFixture();
    const first = service.create(ann, gateway('base'));
    const others = Array.from({ length: 50 }, () => service.create(ann, gateway('base')));
    await settle();
    expect(first.created).toBe(true);
    expect(new Set(others.map(({ app, created }) => `${app.id} ${created}`))).toEqual(
      new Set([`${first.app.id} false`]),
    );
    driver.instancesBegun[0]?.succeed();
    await settle();
    driver.starts[0]?.succeed();
    await settle();
    expect(service.create(ann, gateway('base'))).toMatchObject({
      created: false,
      app: { status: 'InService' },
    });
    expect(driver.starts).toHaveLength(1);
    expect(driver.instancesBegun).toHaveLength(1);
    expect(service.create(bob, gateway('base')).app.id).not.toBe(first.app.id);
  });

  it('goes through phases to InService and publishes whole resources [A2]', async () => {
    const { service, driver, bus } = await makeFixture();
    const { app } = service.create(ann, gateway('base'));
    await settle();
    driver.instancesBegun[0]?.succeed();
    await settle();
    driver.starts[0]?.succeed();
    const up = await service.whenInService(ann, app.id);
    expect(up.phases.map((phase) => phase.name)).toEqual(['queued', 'instance', 'image', 'server']);
    expect(up.phases.every((phase) => phase.endedAt !== undefined)).toBe(true);
    expect(up.phase).toBeUndefined();
    expect(up.endpoint).toEqual({ baseUrl: `/jupyter/ann/${app.id}/` });
    expect(bus.statusesOf(app.id)).toEqual(['Pending', 'InService']);
    for (const one of bus.apps()) appSchema.parse(one);
    for (const one of bus.instances()) instanceSchema.parse(one);
    expect(bus.instances().at(-1)).toMatchObject({ status: 'InService', apps: [app.id] });
  });

  it('fills in the defaults of the domain', async () => {
    const { service } = await makeFixture();
    expect(service.create(ann, { type: 'KernelGateway' }).app).toMatchObject({
      imageId: 'base',
      instanceType: 'ml.t3.medium',
    });
  });

  it('refuses a fifth app on an instance and names another type [A4]', async () => {
    const { service } = await makeFixture();
    for (const image of ['base', 'data', 'spark', 'torch']) service.create(ann, gateway(image));
    expect(problemOf(() => service.create(ann, gateway('jax')))).toMatchObject({
      status: 409,
      code: 'limit-exceeded',
      limit: 4,
      current: 4,
      delta: 1,
      detail: 'ml.t3.medium is full: 4 of 4 apps. Stop one, or use ml.m5.large.',
    });
    expect(service.create(ann, gateway('jax', 'ml.m5.large')).created).toBe(true);
    expect(service.create(bob, gateway('jax')).created).toBe(true);
  });

  it('refuses what it does not know or cannot hold, with a sentence [A6]', async () => {
    const images = [
      fakeImage('base'),
      fakeImage('cuda', 'GPU'),
      { ...fakeImage('broken'), status: 'CREATE_FAILED' as const, failureReason: 'ipykernel is missing.' },
    ];
    const { service } = await makeFixture({ images });
    const refused = [
      gateway('base', 'ml.t9.huge'),
      gateway('nope'),
      gateway('base', 'ml.m5.4xlarge'),
      gateway('cuda'),
      gateway('broken'),
    ].map((request) => problemOf(() => service.create(ann, request)));
    expect(refused.map(({ status, path, detail }) => [status, path, detail])).toEqual([
      [400, 'instanceType', 'There is no instance type ml.t9.huge. Choose another, such as ml.t3.medium.'],
      [400, 'imageId', 'There is no image nope. Choose one of: base, cuda, broken.'],
      [422, undefined, 'This host has 4 CPUs; ml.m5.4xlarge needs 16.'],
      [422, undefined, 'cuda is a GPU image. This host offers no type with a GPU.'],
      [422, undefined, 'ipykernel is missing.'],
    ]);
    expect(problemOf(() => service.create(ann, { ...gateway('base'), scriptId: 's' })).status).toBe(501);
    expect(service.list(ann)).toEqual([]);
    expect(service.instances(ann)).toEqual([]);
  });

  it('holds GPU and CPU images apart: each refusal names what to choose [A6]', async () => {
    const host = { cpus: 8, memoryGiB: 64, gpus: 1 };
    const images = [fakeImage('base'), fakeImage('cuda', 'GPU')];
    const { service } = await makeFixture({ images, host });
    expect(problemOf(() => service.create(ann, gateway('base', 'ml.g4dn.xlarge')))).toMatchObject({
      status: 422,
      detail: 'base is a CPU image. Choose a GPU image for ml.g4dn.xlarge.',
    });
    expect(problemOf(() => service.create(ann, gateway('cuda', 'ml.m5.large')))).toMatchObject({
      status: 422,
      detail: 'cuda is a GPU image. Choose a type with a GPU, such as ml.g4dn.xlarge.',
    });
    expect(service.create(ann, gateway('cuda', 'ml.g4dn.xlarge')).created).toBe(true);
    const withoutGpuImage = await makeFixture({ images: [fakeImage('base')], host });
    expect(withoutGpuImage.service.create(ann, gateway('base', 'ml.g4dn.xlarge')).created).toBe(true);
  });

  it('refuses an instance that takes the sum of all running ones over a limit, of all users [A4]', async () => {
    const { service, driver } = await makeFixture({ limits: { totalVcpu: 4, totalMemoryGiB: 11.5 } });
    driver.automatic = true;
    const medium = service.create(ann, gateway('base')).app;
    expect(problemOf(() => service.create(ann, gateway('base', 'ml.t3.xlarge')))).toMatchObject({
      status: 409,
      code: 'limit-exceeded',
      limit: 4,
      current: 2,
      delta: 4,
      detail: 'ml.t3.xlarge needs 4 vCPU; 2 of 4 vCPU are in use. Stop ml.t3.medium, or use ml.t3.large.',
    });
    expect(problemOf(() => service.create(bob, gateway('base', 'ml.m5.large')))).toMatchObject({
      limit: 11.5,
      current: 4,
      delta: 8,
      detail:
        'ml.m5.large needs 8 GiB of memory; 4 of 11.5 GiB of memory is in use. ' +
        'Wait until another user stops an instance, or use ml.t3.medium.',
    });
    expect(service.create(bob, gateway('base')).created).toBe(true);
    // Sums count instances, not apps: a further app on one that runs needs none.
    expect(service.create(ann, gateway('data')).created).toBe(true);
    service.remove(ann, medium.id);
    expect(problemOf(() => service.create(ann, gateway('base', 'ml.c5.large'))).code).toBe('limit-exceeded');
    for (const { id } of service.list(ann)) service.remove(ann, id);
    await settle();
    expect(service.create(ann, gateway('base', 'ml.c5.large')).created).toBe(true);
  });

  it('on a driver with a single app, returns that app for every request [A11]', async () => {
    const { service, driver } = await makeFixture({ singleApp: true, images: [fakeImage('jupyter')] });
    driver.automatic = true;
    const server = service.ensureJupyterServer(ann);
    expect(server.imageId).toBe('jupyter');
    await service.whenInService(ann, server.id);
    expect(service.create(ann, { type: 'KernelGateway', imageId: 'jupyter' })).toMatchObject({
      app: { id: server.id, type: 'JupyterServer' },
      created: false,
    });
    expect(driver.instancesBegun).toEqual([]);
  });
});

describe('end', () => {
  it('cancel leaves nothing, even when the driver finishes the start [C3]', async () => {
    const { service, driver, bus } = await makeFixture();
    driver.obedient = false;
    const { app } = service.create(ann, gateway('base'));
    await settle();
    driver.instancesBegun[0]?.succeed();
    await settle();
    const waiting = service.whenInService(ann, app.id);
    expect(service.remove(ann, app.id)?.status).toBe('Deleting');
    await expect(waiting).rejects.toMatchObject({ problem: { code: 'app-not-running' } });
    driver.starts[0]?.succeed();
    await settle();
    expect(driver.starts[0]?.state).toBe('stopping');
    driver.starts[0]?.finishStop();
    await settle();
    driver.instancesBegun[0]?.finishEnd();
    await settle();
    expect(bus.statusesOf(app.id)).toEqual(['Pending', 'Deleting', 'Deleted']);
    expect(service.get(ann, app.id).reason).toBe('Start cancelled. Nothing runs.');
    expect(service.instances(ann)).toEqual([]);
  });

  it('a cancel at any turn of the start asks nothing wrong of the driver', async () => {
    for (let turns = 0; turns < 25; turns += 1) {
      const { service, driver } = await makeFixture();
      driver.automatic = true;
      const { app } = service.create(ann, gateway('base'));
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      service.remove(ann, app.id);
      await settle();
      expect(driver.faults).toEqual([]);
      expect(service.get(ann, app.id).status).toBe('Deleted');
      expect(driver.starts.filter((start) => start.state !== 'gone')).toEqual([]);
      expect(service.instances(ann)).toEqual([]);
    }
  });

  it('the end of the last app ends the instance [A8]', async () => {
    const { service, driver, bus } = await makeFixture();
    driver.automatic = true;
    const one = service.create(ann, gateway('base')).app;
    const two = service.create(ann, gateway('data')).app;
    await Promise.all([service.whenInService(ann, one.id), service.whenInService(ann, two.id)]);
    service.remove(ann, one.id);
    await settle();
    expect(service.instances(ann)).toMatchObject([{ status: 'InService', apps: [two.id] }]);
    service.remove(ann, two.id);
    await settle();
    expect(service.instances(ann)).toEqual([]);
    expect(
      bus
        .instances()
        .map((instance) => instance.status)
        .slice(-2),
    ).toEqual(['Deleting', 'Deleted']);
  });

  it('removing an instance ends all its apps; a second time there is nothing to do', async () => {
    const { service, driver } = await makeFixture();
    driver.automatic = true;
    const { app } = service.create(ann, gateway('base'));
    service.create(ann, gateway('data'));
    await service.whenInService(ann, app.id);
    const id = app.instanceId ?? '';
    expect(service.removeInstance(ann, id)?.id).toBe(id);
    expect(service.removeInstance(ann, id)).toBeUndefined();
    await settle();
    expect(service.list(ann).map((other) => other.status)).toEqual(['Deleted', 'Deleted']);
    expect(service.instance(ann, id).status).toBe('Deleted');
    expect(service.remove(ann, app.id)).toBeUndefined();
  });

  it('a create while the instance is ending starts a new one after it', async () => {
    const { service, driver } = await makeFixture();
    const first = service.create(ann, gateway('base')).app;
    await settle();
    driver.instancesBegun[0]?.succeed();
    await settle();
    driver.starts[0]?.succeed();
    await settle();
    service.remove(ann, first.id);
    driver.starts[0]?.finishStop();
    await settle();
    const second = service.create(ann, gateway('base')).app;
    await settle();
    expect(driver.instancesBegun).toHaveLength(1);
    driver.instancesBegun[0]?.finishEnd();
    await settle();
    driver.instancesBegun[1]?.succeed();
    await settle();
    driver.starts[1]?.succeed();
    await expect(service.whenInService(ann, second.id)).resolves.toMatchObject({ status: 'InService' });
    expect(second.instanceId).not.toBe(first.instanceId);
  });

  it('another user sees none of it', async () => {
    const { service } = await makeFixture();
    const { app } = service.create(ann, gateway('base'));
    expect(service.list(bob)).toEqual([]);
    for (const run of [
      () => service.get(bob, app.id),
      () => service.remove(bob, app.id),
      () => service.endpoint(bob, app.id),
      () => service.instance(bob, app.instanceId ?? ''),
      () => service.removeInstance(bob, app.instanceId ?? ''),
    ])
      expect(problemOf(run).code).toBe('not-found');
    await expect(service.whenInService(bob, app.id)).rejects.toMatchObject({
      problem: { code: 'not-found' },
    });
  });

  it('keeps ended apps for ten minutes, at most fifty', async () => {
    const { service, driver, clock } = await makeFixture();
    driver.automatic = true;
    for (let n = 0; n < 60; n += 1) {
      service.remove(ann, service.create(ann, gateway('base')).app.id);
      await settle();
    }
    expect(service.list(ann)).toHaveLength(50);
    clock.move(10 * 60_000);
    expect(service.list(ann)).toEqual([]);
  });

  it('close ends every app and waits for it', async () => {
    const { service, driver } = await makeFixture();
    driver.automatic = true;
    const { app } = service.create(ann, gateway('base'));
    service.ensureJupyterServer(ann);
    service.create(ann, gateway('data', 'ml.m5.large'));
    await service.whenInService(ann, app.id);
    await service.close();
    expect(driver.starts.map((start) => start.state)).toEqual(driver.starts.map(() => 'gone'));
    expect(driver.instancesBegun.map((instance) => instance.state)).toEqual(['gone', 'gone']);
    expect(problemOf(() => service.create(ann, gateway('base'))).code).toBe('app-not-running');
  });
});

describe('failure', () => {
  it('a start that fails says why, with the log, and frees the instance', async () => {
    const { service, driver } = await makeFixture();
    const { app } = service.create(ann, gateway('base'));
    await settle();
    driver.instancesBegun[0]?.succeed();
    await settle();
    driver.starts[0]?.fail();
    await settle();
    expect(service.get(ann, app.id)).toMatchObject({
      status: 'Failed',
      failure: { code: 'start-failed', message: 'No such interpreter.', log: 'log tail' },
    });
    driver.instancesBegun[0]?.finishEnd();
    await settle();
    expect(service.instances(ann)).toEqual([]);
    const again = service.create(ann, gateway('base'));
    expect(again.created).toBe(true);
    await settle();
    expect(service.get(ann, app.id)).toMatchObject({
      status: 'Deleted',
      reason: 'A new app took its place.',
    });
  });

  it('an instance that does not start fails its apps', async () => {
    const { service, driver } = await makeFixture();
    const { app } = service.create(ann, gateway('base'));
    await settle();
    driver.instancesBegun[0]?.fail();
    await settle();
    expect(service.get(ann, app.id).failure?.code).toBe('instance-failed');
    expect(driver.starts).toEqual([]);
  });

  it('a crash makes it Failed with its cause; an app that cannot be ended too, and can be tried again', async () => {
    const { service, driver, bus } = await makeFixture();
    driver.automatic = true;
    const one = service.create(ann, gateway('base')).app;
    const two = service.create(ann, gateway('data')).app;
    await Promise.all([service.whenInService(ann, one.id), service.whenInService(ann, two.id)]);
    driver.automatic = false;
    driver.starts[0]?.crash();
    await settle();
    expect(service.get(ann, one.id).failure?.message).toBe('The app was killed (SIGKILL).');
    expect(service.endpoint(ann, one.id)).toBeUndefined();
    service.remove(ann, two.id);
    driver.starts[1]?.failStop();
    await settle();
    expect(service.get(ann, two.id).failure).toEqual({
      code: 'stop-failed',
      message: 'The app could not be ended: It does not go. Try again.',
    });
    driver.automatic = true;
    service.remove(ann, two.id);
    await settle();
    expect(driver.starts[1]?.state).toBe('gone');
    expect(bus.statusesOf(two.id)).toEqual([
      'Pending',
      'InService',
      'Deleting',
      'Failed',
      'Deleting',
      'Deleted',
    ]);
  });
});

it('an app that goes by itself while it is being ended has ended, whatever the driver says', async () => {
  const { service, driver } = await makeFixture();
  driver.automatic = true;
  const { app } = service.create(ann, gateway('base'));
  await service.whenInService(ann, app.id);
  driver.automatic = false;
  service.remove(ann, app.id);
  driver.starts[0]?.failStop();
  driver.starts[0]?.crash();
  await settle();
  expect(service.get(ann, app.id).status).toBe('Deleted');
});

it('an app whose place is still taken by one that cannot be ended fails and says so', async () => {
  const { service, driver } = await makeFixture();
  driver.automatic = true;
  const old = service.create(ann, gateway('base')).app;
  await service.whenInService(ann, old.id);
  driver.automatic = false;
  service.remove(ann, old.id);
  driver.starts[0]?.failStop();
  await settle();
  const { app } = service.create(ann, gateway('base'));
  expect(app.instanceId).toBe(old.instanceId);
  await settle();
  driver.starts[0]?.failStop();
  await settle();
  expect(service.get(ann, app.id).failure?.code).toBe('place-taken');
  expect(driver.starts).toHaveLength(1);
});

it('a create on a full instance that is losing an app waits for its room', async () => {
  const { service, driver } = await makeFixture();
  driver.automatic = true;
  const apps = ['base', 'data', 'spark', 'torch'].map((image) => service.create(ann, gateway(image)).app);
  await Promise.all(apps.map((app) => service.whenInService(ann, app.id)));
  driver.automatic = false;
  service.remove(ann, apps[0]?.id ?? '');
  const { app } = service.create(ann, gateway('jax'));
  await settle();
  expect([service.get(ann, app.id).phase, driver.starts.length]).toEqual(['queued', 4]);
  driver.starts[0]?.finishStop();
  await settle();
  expect([service.get(ann, app.id).phase, driver.starts.length]).toEqual(['server', 5]);
});

describe('the JupyterServer app', () => {
  it('is one also when a listener asks for it on hearing that it failed', async () => {
    const { service, driver, clock } = await makeFixture();
    driver.automatic = true;
    await service.whenInService(ann, service.ensureJupyterServer(ann).id);
    service.onDidChange((app) => {
      if (app.status === 'Failed') service.ensureJupyterServer(ann);
    });
    driver.starts[0]?.crash();
    clock.move(5_000);
    await settle();
    const live = service.list(ann).filter((app) => ['Pending', 'InService'].includes(app.status));
    expect(live).toHaveLength(1);
    expect(driver.starts).toHaveLength(2);
  });

  it('two at once create one [A3]', async () => {
    const { service, driver } = await makeFixture();
    const ids = [
      service.ensureJupyterServer(ann).id,
      service.ensureJupyterServer(ann).id,
      service.create(ann, { type: 'JupyterServer' }).app.id,
    ];
    await settle();
    expect(new Set(ids).size).toBe(1);
    expect(driver.starts).toHaveLength(1);
    expect(service.get(ann, ids[0] ?? '')).toMatchObject({
      imageId: null,
      instanceId: null,
      instanceType: null,
    });
  });

  it('is started again when it dies, and given up after three quick deaths', async () => {
    const { service, driver, clock } = await makeFixture();
    driver.automatic = true;
    await service.whenInService(ann, service.ensureJupyterServer(ann).id);
    for (const waitMs of [250, 2_000]) {
      driver.starts.at(-1)?.crash();
      await settle();
      const pending = service.ensureJupyterServer(ann);
      expect(pending.status).toBe('Pending');
      clock.move(waitMs);
      await service.whenInService(ann, pending.id);
    }
    driver.starts.at(-1)?.crash();
    await settle();
    const failed = service.ensureJupyterServer(ann);
    expect(failed).toMatchObject({
      status: 'Failed',
      failure: {
        code: 'app-exited',
        message:
          'The app was killed (SIGKILL). It ended three times in a row. Start it again when its log says why.',
      },
    });
    expect(driver.starts).toHaveLength(3);
    clock.move(10_000);
    expect(service.ensureJupyterServer(ann).status).toBe('Pending');
    const live = (apps: readonly App[]): App[] =>
      apps.filter((app) => app.status !== 'Deleted' && app.status !== 'Deleting');
    expect(live(service.list(ann))).toHaveLength(1);
  });

  it('stays away when it was ended on purpose, until it is asked for', async () => {
    const { service, driver } = await makeFixture();
    driver.automatic = true;
    const { id } = service.ensureJupyterServer(ann);
    await service.whenInService(ann, id);
    service.remove(ann, id);
    await settle();
    expect(service.list(ann).map((app) => app.status)).toEqual(['Deleted']);
    expect(service.create(ann, { type: 'JupyterServer' }).created).toBe(true);
  });
});

it('shows typical times from earlier starts, also after a restart of the server', async () => {
  const first = await makeFixture();
  const { app } = first.service.create(ann, gateway('base'));
  await settle();
  first.clock.move(1_000);
  first.driver.instancesBegun[0]?.succeed();
  await settle();
  first.clock.move(300);
  first.driver.starts[0]?.succeed();
  await first.service.whenInService(ann, app.id);
  first.driver.automatic = true;
  await first.service.close();
  const second = await makeFixture({ facts: first.facts });
  const again = second.service.create(ann, gateway('base')).app;
  await settle();
  expect(again.typicalMs).toBe(1_300);
  expect(second.service.get(ann, again.id).phases.at(-1)).toMatchObject({
    name: 'instance',
    typicalMs: 1_000,
  });
});

it('notes activity to half a minute', async () => {
  const { service, driver, clock, bus } = await makeFixture();
  driver.automatic = true;
  const { app } = service.create(ann, gateway('base'));
  await service.whenInService(ann, app.id);
  const before = bus.published.length;
  service.touch(app.id);
  expect(bus.published).toHaveLength(before);
  clock.move(30_000);
  service.touch(app.id);
  expect(service.get(ann, app.id).lastActivity).toBe('2026-01-01T00:00:30.000Z');
  expect(bus.published).toHaveLength(before + 1);
});

it('a wait ends with its signal and leaves the app alone', async () => {
  const { service } = await makeFixture();
  const { app } = service.create(ann, gateway('base'));
  const cancel = new AbortController();
  const waiting = service.whenInService(ann, app.id, cancel.signal);
  cancel.abort(new Error('The browser left.'));
  await expect(waiting).rejects.toThrow('The browser left.');
  expect(service.get(ann, app.id).status).toBe('Pending');
});

it('follows a change of an image, and its end', async () => {
  const { service, driver } = await makeFixture();
  service.ensureJupyterServer(ann);
  driver.changeImage({ ...fakeImage('base'), status: 'CREATE_FAILED', failureReason: 'Broken.' });
  expect(problemOf(() => service.create(ann, gateway('base'))).detail).toBe('Broken.');
  driver.changeImage({ ...fakeImage('base'), status: 'DELETING' });
  expect(problemOf(() => service.create(ann, gateway('base'))).detail).toMatch(/^There is no image base\./);
});
