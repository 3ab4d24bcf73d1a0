/** Instances as control groups, through the driver and the app service: real groups, apps and kernels. */
import { setTimeout as sleep } from 'node:timers/promises';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '@atelier-ide/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ann } from '../src/apps/app-service.fixture.ts';
import { createDomain } from '../src/apps/domain.ts';
import type { AppEndpoint } from '../src/drivers/driver.ts';
import {
  favour,
  groupsOf,
  groupsOfProcess,
  limitsOf,
  reasonForNoGroups,
} from '../src/drivers/local/group-folders.fixture.ts';
import {
  alive,
  callApp,
  descendants,
  inKernel,
  type LocalFixture,
  makeLocalFixture,
  testConfig,
  until,
} from '../src/drivers/local/local.fixture.ts';
import { serveInChild } from '../src/drivers/local/serve-in-child.fixture.ts';
import { type AppReading, appReadingSchema } from '../src/usage/app-reading.ts';

const gib = 1024 ** 3;
const small = { name: 'test.small', vcpu: 1, memoryGiB: 1, gpu: 0 };
const request = { type: 'KernelGateway' as const, imageId: 'base-python', instanceType: small.name };
const burn =
  'import subprocess, sys; burning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in "12"]';

type Started = { app: App; endpoint: AppEndpoint; kernelId: string; pid: number };

async function usageOf(
  endpoint: AppEndpoint,
): Promise<AppReading & { group: NonNullable<AppReading['group']> }> {
  const { json } = await callApp(endpoint, 'GET', 'studio/usage');
  const reading = appReadingSchema.parse(json);
  if (!reading.group) throw new Error('The app is in no group.');
  return { ...reading, group: reading.group };
}

describe('an instance', () => {
  let fixture: LocalFixture;
  let noGroups: string | undefined;
  beforeAll(async () => {
    fixture = await makeLocalFixture(await testConfig({ instanceTypes: [small], limits: { totalVcpu: 64 } }));
    noGroups = reasonForNoGroups(fixture.driver.enforcement());
  });
  afterAll(() => fixture.close());
  beforeEach((context) => {
    if (noGroups !== undefined) context.skip(noGroups);
  });

  const zygotePid = (): number =>
    descendants(process.pid).find(({ name }) => name === 'atelier-zygote')?.pid ?? 0;

  async function start(instanceType = small.name): Promise<Started> {
    const created = fixture.service.create(ann, { ...request, instanceType });
    const app = await fixture.service.whenInService(ann, created.app.id);
    const endpoint = fixture.service.endpoint(ann, app.id);
    if (!endpoint) throw new Error('The app has no endpoint.');
    const { json } = await callApp(endpoint, 'POST', 'api/kernels', { name: 'python3' });
    const { id: kernelId } = json as { id: string };
    const pid = Number(await inKernel(endpoint, kernelId, 'import os; print(os.getpid())'));
    return { app, endpoint, kernelId, pid };
  }

  async function end({ id }: App): Promise<void> {
    fixture.service.remove(ann, id);
    await until('the instance has gone', () => fixture.service.instances(ann).length === 0);
    expect(groupsOf(zygotePid())).toEqual([]);
  }

  it('is held to its size, and says so', async () => {
    const { driver, config, service } = fixture;
    const enforcement = driver.enforcement();
    expect(enforcement.cpu).toMatch(/^cgroup-v[12]$/);
    expect(driver.features).toEqual(expect.arrayContaining(['usage', 'enforcement']));
    const domain = await createDomain(driver, config);
    expect(domain).toMatchObject({ enforcement, limits: { appsPerInstance: 4, totalVcpu: 64 } });
    const { app } = await start();
    expect(service.instances(ann)[0]).toMatchObject({ type: small.name, enforcement });
    await end(app);
  });

  it('has a group with the limits of its type; files and system terminal have none [P3]', async () => {
    const files = await fixture.service.whenInService(ann, fixture.service.ensureJupyterServer(ann).id);
    const first = await start();
    const second = await start('ml.m5.large');
    expect(limitsOf(first.pid)).toEqual({ vcpu: 1, memoryGiB: 1 });
    expect(limitsOf(second.pid)).toEqual({ vcpu: 2, memoryGiB: 8 });
    expect(groupsOfProcess(first.pid)).not.toEqual(groupsOfProcess(second.pid));
    const fileServer = fixture.service.endpoint(ann, files.id);
    const { json } = await callApp(fileServer as AppEndpoint, 'GET', 'studio/usage');
    expect(appReadingSchema.parse(json)).toMatchObject({ group: null, disk: null });
    fixture.service.remove(ann, second.app.id);
    await end(first.app);
  });

  it('with one vCPU gives two busy processes no more than 1.2 cores [P3] [H2]', async () => {
    const { app, endpoint, kernelId } = await start();
    favour(groupsOf(zygotePid()));
    await inKernel(endpoint, kernelId, burn);
    const before = await usageOf(endpoint);
    // Not a wait: the time over which CPU time is measured.
    await sleep(3_000);
    const after = await usageOf(endpoint);
    const seconds = after.time - before.time;
    expect((after.group.cpuUsec - before.group.cpuUsec) / 1e6 / seconds).toBeLessThanOrEqual(1.2);
    expect(after.group.throttledPeriods).toBeGreaterThan(before.group.throttledPeriods);
    expect(seconds).toBeGreaterThanOrEqual(2);
    await end(app);
  });

  it('with 1 GiB ends the kernel that takes 1.5, not the app [P3] [G6]', async () => {
    const { app, endpoint, kernelId, pid } = await start();
    expect((await usageOf(endpoint)).group).toMatchObject({ memoryLimitBytes: gib, oomKills: 0 });
    void inKernel(endpoint, kernelId, 'eaten = b"x" * (3 << 29)').catch(() => undefined);
    await until('the kernel has been ended', () => alive([pid]).length === 0);
    const { group } = await usageOf(endpoint);
    expect(group.oomKills).toBeGreaterThanOrEqual(1);
    expect(fixture.service.get(ann, app.id).status).toBe('InService');
    expect(await inKernel(endpoint, kernelId, 'print("again")')).toBe('again\n');
    await end(app);
  });

  it('tells the size of its folder', async () => {
    const { app, endpoint, kernelId } = await start();
    const write = 'import tempfile; f = tempfile.NamedTemporaryFile(); f.write(bytes(5 << 20)); f.flush()';
    await inKernel(endpoint, kernelId, write);
    await until('it is measured', async () => (await usageOf(endpoint)).disk !== null);
    const { disk } = await usageOf(endpoint);
    expect(disk?.path).toBe(join(fixture.config.dataDir, 'instances', app.instanceId ?? ''));
    expect(disk?.bytes).toBeGreaterThanOrEqual(5 << 20);
    await end(app);
  });

  it('leaves no group after any of several starts and cancels [A8] [C3]', async () => {
    for (const waitMs of [0, 5, 30, 90, 150, 250]) {
      const { app } = fixture.service.create(ann, request);
      await sleep(waitMs);
      await end(app);
    }
  });

  it('gets a new group when the helper was killed and started again', async () => {
    const { app } = await start();
    const old = zygotePid();
    expect(groupsOf(old)).not.toEqual([]);
    process.kill(old, 'SIGKILL');
    await until('the app has failed', () => fixture.service.get(ann, app.id).status === 'Failed');
    await until('the old group has gone', () => groupsOf(old).length === 0);
    const again = await start();
    expect(zygotePid()).not.toBe(old);
    expect(limitsOf(again.pid)).toEqual({ vcpu: 1, memoryGiB: 1 });
    await end(again.app);
  });
});

it(
  'kill -9 of the server leaves no group when nobody takes its apps over [Q9]',
  { timeout: 60_000 },
  async (context) => {
    const config = await testConfig();
    const child = await serveInChild(config.dataDir);
    const zygote = descendants(child.pid).find(({ name }) => name === 'atelier-zygote')?.pid ?? 0;
    const before = groupsOf(zygote);
    child.kill();
    for (let waits = 0; waits < 3 && (alive([zygote]).length > 0 || groupsOf(zygote).length > 0); waits += 1)
      await until('helper and groups have gone', () => alive([zygote]).length === 0).catch(() => undefined);
    expect(alive([zygote])).toEqual([]);
    expect(groupsOf(zygote)).toEqual([]);
    await rm(join(config.root, '..'), { recursive: true });
    if (before.length > 0) return;
    const fixture = await makeLocalFixture();
    const reason = reasonForNoGroups(fixture.driver.enforcement());
    await fixture.close();
    context.skip(reason);
  },
);
