/**
 * A seeded walk over a whole server with the real driver: apps and instances are created, deleted and killed, documents
 * bound and switched, switches cancelled, in any order and mostly before the step before is through. The rules of
 * placement hold after every step, and in the end nothing is left.
 */
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type App, type Environment, type Instance, ProblemError, type Switch } from '@atelier-ide/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupsOf } from '../src/drivers/local/group-folders.fixture.ts';
import { LocalDriver } from '../src/drivers/local/local-driver.ts';
import { alive, descendants, testConfig, testPython, until } from '../src/drivers/local/local.fixture.ts';
import { type ServerFront, startServerFront } from './server-front.ts';

const isLong = process.env['ATELIER_LONG'] !== undefined;
const seeds = isLong ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2, 3];
const stepsOfSeed = isLong ? 40 : 15;
const images = ['one', 'two', 'three', 'four', 'five'];
const types = ['test.small', 'test.large'];
/** What a request may be answered in the midst of everything. */
const refusals = new Set(['limit-exceeded', 'conflict', 'stale-generation', 'not-found', 'app-not-running']);

/** A small generator of numbers from 0 up to 1, the same for a seed. */
function numbersOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = Math.trunc(state + 0x6d2b79f5);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const isLive = (app: App): boolean => app.status === 'Pending' || app.status === 'InService';

describe('any order of create, delete, crash, switch and cancel', () => {
  let config: Awaited<ReturnType<typeof testConfig>>;
  let front: ServerFront;
  const documentIds: string[] = [];
  const zygotes = (): number[] =>
    descendants(process.pid).flatMap((one) => (one.parent === process.pid ? [one.pid] : []));

  beforeAll(async () => {
    config = await testConfig({
      images: images.map((id) => ({ id, displayName: id, pythonExecutable: testPython() })),
      instanceTypes: types.map((name, at) => ({ name, vcpu: 1, memoryGiB: 0.5 + at / 4, gpu: 0 })),
    });
    front = await startServerFront(config, (given, log) => new LocalDriver(given, log));
    for (const path of ['a.ipynb', 'b.ipynb', 'c.ipynb'])
      documentIds.push((await front.client.call('putDocument', { body: { path } })).id);
  });
  afterAll(async () => {
    const pids = descendants(process.pid).map((one) => one.pid);
    const groups = zygotes().flatMap(groupsOf);
    const ends = front.events.flatMap((event) => (event.type === 'switch' ? [event.switch.state] : []));
    await front.close();
    // A walk that never switches shows nothing.
    expect(ends).toEqual(expect.arrayContaining(['starting', 'done', 'cancelled']));
    expect(alive(pids)).toEqual([]);
    expect(groups.filter((folder) => existsSync(folder))).toEqual([]);
    await rm(dirname(config.root), { recursive: true, force: true, maxRetries: 3 });
  });

  const gateways = async (): Promise<App[]> =>
    (await front.client.all('listApps', {})).filter((app) => app.type === 'KernelGateway');

  async function checkRules(): Promise<void> {
    const [apps, instances] = [await gateways(), await front.client.all('listInstances', {})];
    const open = instances.filter((one) => one.status === 'Pending' || one.status === 'InService');
    expect(new Set(open.map((one) => one.type)).size, 'one instance of a type').toBe(open.length);
    for (const type of types) {
      const live = apps.filter((app) => isLive(app) && app.instanceType === type);
      expect(live.length, 'four apps an instance').toBeLessThanOrEqual(4);
      expect(new Set(live.map((app) => app.imageId)).size, 'one app an image').toBe(live.length);
    }
    const switches = new Map(
      front.events.flatMap((event) =>
        event.type === 'switch' ? [[event.switch.id, event.switch] as const] : [],
      ),
    );
    for (const documentId of documentIds) {
      const going = [...switches.values()].filter(
        (one) => one.documentId === documentId && one.state === 'starting',
      );
      expect(going.length, 'one switch a document').toBeLessThanOrEqual(1);
    }
  }

  /** Resolves when no start and no switch goes on. */
  const quiet = (): Promise<void> =>
    until('every start has come to its end', async () => {
      const documents = await front.client.all('listDocuments', {});
      return documents.every(({ binding: { state } }) => state !== 'starting' && state !== 'switching');
    });

  /** One step; a refusal that the moment explains is an answer like any other. */
  async function step(number: () => number): Promise<void> {
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(number() * items.length)];
    const wish = (): Environment => ({
      imageId: pick(images) ?? 'one',
      kernelName: 'python3',
      instanceType: pick(types) ?? 'test.small',
    });
    const documentId = pick(documentIds) ?? '';
    const bindingNow = async () =>
      (await front.client.call('getDocument', { params: { id: documentId } })).binding;
    /** A switch needs a kernel: the document gets one first when it has none. */
    const switchBound = async (): Promise<Switch> => {
      const { generation, state } = await bindingNow();
      if (state === 'none' || state === 'ended') {
        const body = { environment: wish() };
        await front.client.call('putBinding', { params: { id: documentId }, ifMatch: generation, body });
      }
      await quiet();
      const body = { documentId, generation: (await bindingNow()).generation, environment: wish() };
      return front.client.call('createSwitch', { body });
    };
    const acts: (() => Promise<unknown>)[] = [
      async () => {
        const { imageId, instanceType } = wish();
        const body = {
          type: 'KernelGateway' as const,
          imageId: imageId ?? '',
          instanceType: instanceType ?? '',
        };
        return front.client.call('createApp', { body });
      },
      async () => {
        const app = pick(await gateways());
        if (app) await front.client.call('deleteApp', { params: { id: app.id } });
      },
      async () => {
        const instance = pick(await front.client.all('listInstances', {}));
        if (instance && number() < 0.3)
          await front.client.call('deleteInstance', { params: { id: instance.id } });
      },
      async () => {
        // Any process below the zygotes: an app, a kernel.
        const victim = pick(zygotes().flatMap((pid) => descendants(pid)));
        if (victim && alive([victim.pid]).length > 0) process.kill(victim.pid, 'SIGKILL');
      },
      async () => {
        const { generation } = await bindingNow();
        const body = { environment: wish() };
        return front.client.call('putBinding', { params: { id: documentId }, ifMatch: generation, body });
      },
      async () => {
        const { generation } = await bindingNow();
        const body = { documentId, generation, environment: wish() };
        return front.client.call('createSwitch', { body });
      },
      async () => {
        await switchBound();
      },
      async () => {
        await switchBound();
        await quiet();
      },
      async () => {
        const { to } = await switchBound();
        await front.client.call('deleteApp', { params: { id: to.appId ?? '' } });
      },
      quiet,
      async () => {
        const last = front.events.findLast((event) => event.type === 'switch');
        if (last?.type === 'switch')
          await front.client.call('deleteSwitch', { params: { id: last.switch.id } });
      },
    ];
    try {
      await pick(acts)?.();
    } catch (error) {
      if (!(error instanceof ProblemError) || !refusals.has(error.problem.code)) throw error;
    }
  }

  /** Ends all that runs but the JupyterServer app, and waits until nothing of it is left. */
  async function drain(): Promise<void> {
    for (const id of documentIds) {
      const { generation } = (await front.client.call('getDocument', { params: { id } })).binding;
      await front.client.call('putBinding', {
        params: { id },
        ifMatch: generation,
        body: { environment: null },
      });
    }
    await until('all switches have ended', () => {
      const last = new Map(
        front.events.flatMap((event) =>
          event.type === 'switch' ? [[event.switch.id, event.switch.state]] : [],
        ),
      );
      return [...last.values()].every((state) => state !== 'starting');
    });
    for (const app of await gateways())
      if (app.status !== 'Deleted') await front.client.call('deleteApp', { params: { id: app.id } });
    const isThere = (one: Instance): boolean => one.status !== 'Deleted';
    await until('all instances have ended', async () =>
      (await front.client.all('listInstances', {})).every((one) => !isThere(one)),
    );
    await until('all apps have ended', async () =>
      (await gateways()).every((app) => app.status === 'Deleted'),
    );
  }

  it.each(seeds)(
    'keeps the rules and leaves no process, group or folder behind (seed %i) [A3] [A4] [A5] [A8] [G3]',
    { timeout: 60_000 + stepsOfSeed * 5000 },
    async (seed) => {
      const number = numbersOf(seed);
      for (let turn = 0; turn < stepsOfSeed; turn += 1) {
        await step(number);
        await checkRules();
      }
      await drain();
      expect(readdirSync(join(config.dataDir, 'instances'))).toEqual([]);
      expect(zygotes().flatMap(groupsOf)).toEqual([]);
      const names = zygotes().flatMap((pid) => descendants(pid).map((one) => one.name));
      // At most the JupyterServer app, which a step may have killed.
      expect(names.filter((name) => name === 'atelier-app').length, names.join()).toBeLessThanOrEqual(1);
      expect(names.length, names.join()).toBeLessThanOrEqual(2);
    },
  );
});
