import { expect, it } from 'vitest';
import type { AppExit, AppSpec, KeptApp, RunningApp } from '../drivers/driver.ts';
import { catalogueFor } from '../images/catalogue.ts';
import type { Store } from '../store/store.ts';
import {
  ann,
  ManualClock,
  memoryApps,
  memoryFacts,
  RecordingBus,
  settle,
  testConfig,
} from './app-service.fixture.ts';
import { createAppService } from './create-app-service.ts';
import { createDomain } from './domain.ts';
import { FakeDriver, fakeImage } from './fake-driver.ts';

const killed: AppExit = {
  code: null,
  signal: 'SIGKILL',
  message: 'The app was ended by SIGKILL.',
  log: 'bye',
};

/** Its apps live on without a server. */
class LastingDriver extends FakeDriver {
  readonly living = new Map<string, RunningApp>();
  readonly asked: KeptApp[] = [];

  override async startApp(
    spec: AppSpec,
    onPhase: (phase: 'image' | 'server') => void,
    signal: AbortSignal,
  ): Promise<RunningApp> {
    const running = { ...(await super.startApp(spec, onPhase, signal)), kept: `place of ${spec.appId}` };
    this.living.set(running.kept, running);
    return running;
  }

  adopt(kept: readonly KeptApp[]): Promise<ReadonlyMap<string, RunningApp | AppExit>> {
    this.asked.push(...kept);
    return Promise.resolve(new Map(kept.map((one) => [one.spec.appId, this.living.get(one.kept) ?? killed])));
  }
}

const request = (imageId: string) => ({
  type: 'KernelGateway' as const,
  imageId,
  instanceType: 'ml.t3.medium',
});

async function setUp() {
  const images = ['base', 'data', 'torch'].map((id) => fakeImage(id));
  const driver = new LastingDriver(images, catalogueFor({ cpus: 4, memoryGiB: 16, gpus: 0 }));
  driver.automatic = true;
  const clock = new ManualClock();
  const store = { facts: memoryFacts(), apps: memoryApps() } as Store;
  const domain = await createDomain(driver, testConfig);
  const start = () => {
    const bus = new RecordingBus();
    return createAppService({ driver, bus, config: testConfig, store, domain, clock });
  };
  return { driver, clock, store, start };
}

it('apps, their instance and the file server are what they were; a create finds them, an end ends them [F8]', async () => {
  const { driver, clock, store, start } = await setUp();
  const first = start();
  expect(await first.ready).toEqual([]);
  const files = first.ensureJupyterServer(ann);
  const base = first.create(ann, request('base')).app;
  const data = first.create(ann, request('data')).app;
  await settle();
  const before = first.list(ann);
  expect(before.map(({ status }) => status)).toEqual(['InService', 'InService', 'InService']);
  const instances = first.instances(ann);
  clock.move(60_000);

  const second = start();
  const ids = [files.id, base.id, data.id];
  expect(await second.ready).toEqual(ids.map((appId) => ({ user: ann, appId })));
  expect(second.list(ann)).toEqual(before);
  expect(second.instances(ann)).toEqual(instances);
  expect(second.endpoint(ann, base.id)).toEqual(first.endpoint(ann, base.id));
  expect(second.ensureJupyterServer(ann).id).toBe(files.id);
  expect(second.create(ann, request('base'))).toMatchObject({ app: { id: base.id }, created: false });
  expect(driver.starts).toHaveLength(3);
  second.remove(ann, base.id);
  driver.starts.find(({ spec }) => spec.appId === data.id)?.crash();
  await settle();
  expect(second.get(ann, base.id).status).toBe('Deleted');
  expect(second.get(ann, data.id).failure?.message).toContain('SIGKILL');
  expect(second.instances(ann)).toEqual([]);
  await second.close();
  expect(await store.apps.all()).toEqual([]);
  expect(driver.faults).toEqual([]);
});

it('an app that ended or had not come up is Failed with the cause; its place is free [F8]', async () => {
  const { driver, store, start } = await setUp();
  const first = start();
  await first.ready;
  const files = first.ensureJupyterServer(ann);
  const base = first.create(ann, request('base')).app;
  await settle();
  driver.automatic = false;
  const torch = first.create(ann, request('torch')).app;
  await settle();
  driver.living.clear();
  await store.apps.put({ id: 'odd', body: '{"user":' });

  const second = start();
  expect(await second.ready).toEqual([]);
  expect(driver.asked.map(({ spec }) => spec.appId)).toEqual([files.id, base.id]);
  expect(second.list(ann).map(({ id, status, failure }) => [id, status, failure?.code])).toEqual([
    [base.id, 'Failed', 'app-exited'],
    [torch.id, 'Failed', 'server-ended'],
  ]);
  expect(second.get(ann, base.id).failure).toMatchObject({ message: killed.message, log: 'bye' });
  expect(second.instances(ann)).toEqual([]);
  await settle();
  expect(await store.apps.all()).toEqual([]);
  driver.automatic = true;
  const again = second.create(ann, request('base'));
  expect(again.created).toBe(true);
  await settle();
  expect(second.get(ann, again.app.id).status).toBe('InService');
  expect(second.get(ann, base.id).status).toBe('Deleted');
  expect(await store.apps.all()).toHaveLength(1);
  await second.close();
});
