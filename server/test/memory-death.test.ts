import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Execution, StudioEvent } from '@atelier-ide/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../src/config.ts';
import { createDriver } from '../src/drivers/create-driver.ts';
import { reasonForNoGroups } from '../src/drivers/local/group-folders.fixture.ts';
import { testConfig } from '../src/drivers/local/local.fixture.ts';
import { type ServerFront, startServerFront } from './server-front.ts';

/** A kernel that needs more memory than its instance has, on a whole server with real control groups. */
const gib = 1024 ** 3;
const small = { name: 'test.small', vcpu: 1, memoryGiB: 1, gpu: 0 };
const told = 'The kernel ran out of memory (1 GiB) in train.ipynb. Your code, outputs and files are kept.';

type EventOf<T extends StudioEvent['type']> = StudioEvent & { type: T };

describe('a kernel that needs too much memory', () => {
  let config: ServerConfig;
  let front: ServerFront;
  let noGroups: string | undefined;
  beforeAll(async () => {
    config = await testConfig({ instanceTypes: [small], limits: { totalVcpu: 64 } });
    front = await startServerFront(config, createDriver);
    const { enforcement } = await front.client.call('getDomain', {});
    noGroups = enforcement ? reasonForNoGroups(enforcement) : 'The domain says nothing of enforcement.';
  });
  afterAll(async () => {
    await front.close();
    await rm(dirname(config.root), { recursive: true, force: true });
  });
  beforeEach((context) => {
    if (noGroups !== undefined) context.skip(noGroups);
  });

  const submit = async (id: string, ...codes: string[]): Promise<string[]> => {
    const items = codes.map((code) => ({ id: randomUUID(), cellId: randomUUID(), sourceHash: 'h', code }));
    await front.client.call('createExecutions', { params: { id }, body: { stopOnError: true, items } });
    return items.map((item) => item.id);
  };
  const untilExecution = async (
    id: string | undefined,
    fits: (execution: Execution) => boolean,
  ): Promise<Execution> =>
    (
      await front.untilEvent(
        (event): event is EventOf<'execution'> =>
          event.type === 'execution' && event.execution.id === id && fits(event.execution),
      )
    ).execution;

  it('says so with the limit, in cell, kernel and event, and goes on [F5] [P3]', async () => {
    const { id } = await front.client.call('putDocument', { body: { path: 'work/train.ipynb' } });
    const environment = { imageId: 'base-python', kernelName: 'python3', instanceType: small.name };
    await front.client.call('putBinding', { params: { id }, ifMatch: 0, body: { environment } });
    const { document } = await front.untilEvent(
      (event): event is EventOf<'document'> =>
        event.type === 'document' && event.document.binding.state === 'bound',
    );
    const { usage } = await front.untilEvent(
      (event): event is EventOf<'usage'> =>
        event.type === 'usage' && event.usage.apps.some((app) => app.kernels.length > 0),
    );
    expect(usage).toMatchObject({ memoryLimitBytes: gib, oomKills: 0 });
    expect(usage.source).toMatch(/^cgroup-v[12]$/);
    const [eats, waits] = await submit(id, 'eaten = b"x" * (3 << 29)', '1');
    const death = await front.untilEvent((event): event is EventOf<'death'> => event.type === 'death');
    expect(death).toMatchObject({ cause: told, kernelId: document.binding.kernelId });
    await untilExecution(eats, ({ state, cause }) => state === 'kernel-died' && cause === told);
    await untilExecution(waits, ({ state, cause }) => state === 'aborted' && cause === told);
    const app = await front.client.call('getApp', { params: { id: document.binding.appId ?? '' } });
    expect([app.status, app.health]).toEqual(['InService', 'ok']);
    const [again] = await submit(id, 'print("again")');
    expect((await untilExecution(again, ({ state }) => state === 'done')).executionCount).toBe(1);
  });

  it('is told apart from one that was killed', async () => {
    const { items } = await front.client.call('listDocuments', { query: { path: 'work/train.ipynb' } });
    const id = items[0]?.id ?? '';
    const before = front.events.filter((event) => event.type === 'death').length;
    const [kills] = await submit(id, 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)');
    await untilExecution(kills, ({ state }) => state === 'kernel-died');
    const death = await front.untilEvent(
      (event): event is EventOf<'death'> =>
        event.type === 'death' && front.events.indexOf(event) > 0 && !event.cause.includes('memory'),
    );
    expect(death.cause).toContain('died');
    expect(front.events.filter((event) => event.type === 'death')).toHaveLength(before + 1);
  });
});
