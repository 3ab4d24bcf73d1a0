import { randomUUID } from 'node:crypto';
import type { App, Execution, StudioDocument, StudioEvent, Switch } from '@atelier-ide/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { attachCursor, isIdleOf, printed, textOf, untilClosed } from './cursor-client.ts';
import { type DriverUnderTest, driversUnderTest } from './drivers-under-test.ts';
import { type ServerFront, startServerFront } from './server-front.ts';

type EventOf<T extends StudioEvent['type']> = StudioEvent & { type: T };
type Fits<T> = (event: StudioEvent) => event is StudioEvent & { type: T };

const instanceType = 'ml.t3.medium';

const isApp =
  (id: string, status: App['status']): Fits<'app'> =>
  (event): event is EventOf<'app'> =>
    event.type === 'app' && event.app.id === id && event.app.status === status;

const isExecution =
  (id: string, state: Execution['state']): Fits<'execution'> =>
  (event): event is EventOf<'execution'> =>
    event.type === 'execution' && event.execution.id === id && event.execution.state === state;

const isBound =
  (id: string, generation: number): Fits<'document'> =>
  (event): event is EventOf<'document'> =>
    event.type === 'document' &&
    event.document.id === id &&
    event.document.binding.generation === generation &&
    event.document.binding.state === 'bound';

/** The seam: the suite that every driver with instances passes; a whole server, from the outside. */
describe.each(driversUnderTest)('a server with the driver $name', ({ name, make, startMs }) => {
  describe('in its whole life', { timeout: 60_000 + 4 * startMs }, () => {
    let driver: DriverUnderTest;
    let front: ServerFront;
    beforeAll(async () => {
      driver = await make();
      front = await startServerFront(driver.config, driver.createDriver);
    }, 60_000);
    afterAll(async () => {
      await front.close();
      driver.verify?.();
      await driver.close();
    }, 60_000);

    const create = (imageId = driver.images[0]): Promise<App> =>
      front.client.call('createApp', { body: { type: 'KernelGateway', imageId, instanceType } });
    const inService = async (id: string): Promise<App> =>
      (await front.untilEvent(isApp(id, 'InService'))).app;
    const gateway = async (imageId?: string): Promise<App> => inService((await create(imageId)).id);
    const jupyterServer = async (): Promise<App> => {
      const app = await front.client.call('createApp', { body: { type: 'JupyterServer' } });
      return app.status === 'InService' ? app : inService(app.id);
    };
    const shutDown = async (id: string): Promise<void> => {
      await front.client.call('deleteApp', { params: { id } });
      await front.untilEvent(isApp(id, 'Deleted'));
    };
    const newDocument = (): Promise<StudioDocument> =>
      front.client.call('putDocument', { body: { path: `${randomUUID()}.ipynb` } });
    const bind = (id: string, generation: number): Promise<StudioDocument> =>
      front.client.call('putBinding', {
        params: { id },
        ifMatch: generation,
        body: { environment: { imageId: driver.images[0], kernelName: 'python3', instanceType } },
      });
    const bound = async (): Promise<{ id: string; appId: string; kernelId: string }> => {
      const { id } = await newDocument();
      await bind(id, 0);
      const { binding } = (await front.untilEvent(isBound(id, 1))).document;
      return { id, appId: binding.appId ?? '', kernelId: binding.kernelId ?? '' };
    };
    const submit = async (id: string, ...codes: string[]): Promise<string[]> => {
      const items = codes.map((code) => ({ id: randomUUID(), cellId: randomUUID(), sourceHash: 'h', code }));
      await front.client.call('createExecutions', { params: { id }, body: { stopOnError: true, items } });
      return items.map((item) => item.id);
    };
    const until = async (id: string | undefined, state: Execution['state']): Promise<Execution> =>
      (await front.untilEvent(isExecution(id ?? '', state))).execution;
    const untilSwitch = async (id: string, state: Switch['state']): Promise<Switch> =>
      (
        await front.untilEvent(
          (event): event is EventOf<'switch'> =>
            event.type === 'switch' &&
            event.switch.id === id &&
            event.switch.state === state &&
            (state !== 'done' || event.switch.old !== undefined),
        )
      ).switch;
    const noInstances = async (): Promise<void> => {
      const instances = await front.client.all('listInstances', {});
      await Promise.all(
        instances.map(({ id }) =>
          front.untilEvent(
            (event): event is EventOf<'instance'> =>
              event.type === 'instance' && event.instance.id === id && event.instance.status === 'Deleted',
          ),
        ),
      );
    };

    it('keeps files by way of the JupyterServer app alone', async () => {
      const { id } = await jupyterServer();
      const path = 'studio/file?path=notes.txt';
      const put = await front.relay(id, path, {
        method: 'PUT',
        headers: { 'If-None-Match': '*' },
        body: 'from the page',
      });
      expect(put.status).toBe(201);
      const { hash } = (await put.json()) as { hash: string };
      const got = await front.relay(id, path);
      expect([got.headers.get('etag'), await got.text()]).toEqual([`"${hash}"`, 'from the page']);
      const stale = await front.relay(id, path, {
        method: 'PUT',
        headers: { 'If-Match': `"${'0'.repeat(64)}"` },
        body: 'lost',
      });
      expect(stale.status).toBe(412);
      const list = (await (await front.relay(id, 'studio/list?path=')).json()) as {
        items: { name: string }[];
      };
      expect(list.items.map((item) => item.name)).toContain('notes.txt');
      const info = (await (await front.relay(id, 'studio/info')).json()) as { home: string };
      expect(info.home).toBe(await driver.home());
    });

    it('starts an app by its phases, once for the same request, on one instance a type [A3] [A4] [A5]', async () => {
      const first = await create();
      expect(first.status).toBe('Pending');
      expect((await create()).id).toBe(first.id);
      const app = await inService(first.id);
      expect(app.phases.map((phase) => phase.name)).toEqual(['queued', 'instance', 'image', 'server']);
      const second = await gateway(driver.images[1]);
      expect(second.instanceId).toBe(app.instanceId);
      const instances = await front.client.all('listInstances', {});
      expect(instances.map((one) => [one.type, one.status, one.apps])).toEqual([
        [instanceType, 'InService', [first.id, second.id]],
      ]);
      await shutDown(second.id);
    });

    it('binds a document, and runs what was queued before its kernel stood [A11]', async () => {
      const { id } = await newDocument();
      expect((await bind(id, 0)).binding.state).toBe('starting');
      const [early] = await submit(id, 'print("early")\n6 * 7');
      const { binding, path } = (await front.untilEvent(isBound(id, 1))).document;
      expect((await until(early, 'done')).executionCount).toBe(1);
      const answer = await front.relay(binding.appId ?? '', 'api/sessions');
      const sessions = (await answer.json()) as { path: string; kernel: { id: string } }[];
      expect(sessions.find((session) => session.path === path)?.kernel.id).toBe(binding.kernelId);
      const kernels = await front.client.all('listKernels', {});
      expect(kernels.find((kernel) => kernel.id === binding.kernelId)?.documentId).toBe(id);
    });

    it('replays a journal after a cut with nothing lost, nothing twice [N8]', async () => {
      const { id, appId, kernelId } = await bound();
      const [run = ''] = await submit(
        id,
        'import time\nfor i in range(30):\n    print(i, flush=True)\n    time.sleep(0.02)',
      );
      const cell = await until(run, 'running');
      const after = (cell.journal?.seq ?? 1) - 1;
      const epoch = cell.journal?.epoch ?? '';
      const first = await attachCursor(front.wsUrl(appId), kernelId, { after, epoch }, front.headers);
      await first.until((entry) => textOf(entry).startsWith('10'));
      first.cut();
      const last = first.entries.at(-1)?.seq ?? 0;
      const second = await attachCursor(front.wsUrl(appId), kernelId, { after: last, epoch }, front.headers);
      expect(second.hello).toMatchObject({ reset: false, from: last + 1 });
      await second.until(isIdleOf(run));
      const all = [...first.entries, ...second.entries];
      expect(printed(all, run)).toBe(Array.from({ length: 30 }, (_one, n) => `${n}\n`).join(''));
      second.cut();
    });

    it('moves a document to another image: the old kernel works until the new one stands [G6]', async () => {
      const { id, appId, kernelId } = await bound();
      const [first] = await submit(id, 'x = 1');
      await until(first, 'done');
      const ask = (generation: number) =>
        front.client.call('createSwitch', {
          body: {
            documentId: id,
            generation,
            environment: { imageId: driver.images[1], kernelName: 'python3', instanceType },
          },
        });
      const before = await driver.left();
      const begun = await ask(1);
      expect(begun).toMatchObject({ state: 'starting', from: { appId } });
      await front.client.call('deleteSwitch', { params: { id: begun.id } });
      await untilSwitch(begun.id, 'cancelled');
      const [kept] = await submit(id, 'x += 1');
      await until(kept, 'done');
      const { binding } = await front.client.call('getDocument', { params: { id } });
      expect(binding).toMatchObject({ state: 'bound', appId, kernelId });
      const again = await ask(binding.generation);
      const [meanwhile] = await submit(id, 'assert x == 2');
      expect((await until(meanwhile, 'done')).kernelId).toBe(kernelId);
      await front.client.call('recordExecutions', {
        params: { id },
        body: { executionIds: [first, kept, meanwhile].filter((one) => one !== undefined) },
      });
      const done = await untilSwitch(again.id, 'done');
      expect(done.to.appId).not.toBe(appId);
      expect(done.old?.state).toBe('running');
      const [fresh] = await submit(id, 'assert "x" not in globals()');
      expect((await until(fresh, 'done')).kernelId).toBe(done.to.kernelId);
      await shutDown(done.to.appId ?? '');
      expect((await driver.left()).toSorted()).toEqual(before.toSorted());
    });

    it('has terminals of the image', async () => {
      const { id } = await gateway();
      const answer = await front.relay(id, 'api/terminals', { method: 'POST' });
      const { name: terminal } = (await answer.json()) as { name: string };
      const ws = new WebSocket(`${front.wsUrl(id)}terminals/websocket/${terminal}`, {
        headers: front.headers,
      });
      let seen = '';
      await new Promise<void>((resolve, reject) => {
        ws.on('error', reject);
        ws.on('open', () => ws.send(JSON.stringify(['stdin', 'echo "sum=$((40 + 2))"\r'])));
        ws.on('message', (data: Buffer) => {
          const [kind, text] = JSON.parse(data.toString()) as [string, string];
          if (kind === 'stdout') seen += text;
          if (seen.includes('sum=42')) resolve();
        });
      });
      ws.close();
      expect((await front.relay(id, `api/terminals/${terminal}`, { method: 'DELETE' })).status).toBe(204);
    });

    it('tells of a kernel that is killed, and runs again [F5]', async () => {
      const { id, kernelId } = await bound();
      const ids = await submit(id, 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)', '1');
      const dead = await until(ids[0], 'kernel-died');
      expect(dead.cause).toContain('died');
      await until(ids[1], 'aborted');
      const death = await front.untilEvent(
        (event): event is EventOf<'death'> => event.type === 'death' && event.kernelId === kernelId,
      );
      // A plain Jupyter Server does not tell how its kernels end.
      const how = name === 'local' ? ' (ended by SIGKILL)' : '';
      expect(death.cause).toBe(`The kernel died${how} and was started again; its variables are gone`);
      const [after] = await submit(id, 'print("again")');
      expect((await until(after, 'done')).executionCount).toBe(1);
    });

    it('tells what an instance, its apps and their kernels use, while somebody is there [H2]', async () => {
      const { id, appId, kernelId } = await bound();
      const [busy = ''] = await submit(id, 'block = b"x" * 50_000_000\nwhile True:\n    pass');
      await until(busy, 'running');
      const { usage } = await front.untilEvent(
        (event): event is EventOf<'usage'> =>
          event.type === 'usage' &&
          event.usage.apps.some((app) =>
            app.kernels.some(
              (kernel) =>
                kernel.kernelId === kernelId && kernel.cpuPercent > 1 && kernel.memoryBytes > 50_000_000,
            ),
          ),
      );
      const app = usage.apps.find((one) => one.appId === appId);
      const kernel = app?.kernels.find((one) => one.kernelId === kernelId);
      expect(app?.memoryBytes).toBeGreaterThan(kernel?.memoryBytes ?? Number.NaN);
      expect(app?.cpuPercent).toBeGreaterThanOrEqual(kernel?.cpuPercent ?? 0);
      expect(usage.cpuPercent).toBeGreaterThanOrEqual(app?.cpuPercent ?? 0);
      const instance = await front.client.call('getInstance', { params: { id: usage.instanceId } });
      expect(instance.usage?.source).toBe(usage.source);
      await front.relay(appId, `api/kernels/${kernelId}/interrupt`, { method: 'POST' });
      await until(busy, 'error');
    });

    it('shows what an app has written', async () => {
      const { id } = await gateway();
      const { text } = await front.client.call('getAppLog', { params: { id } });
      expect(text).toContain('Jupyter Server');
      expect(text).not.toMatch(/[0-9a-f]{40}/);
    });

    it('tells of an app that ends by itself, and starts the next one', async () => {
      const { id, appId, kernelId } = await bound();
      const cursor = await attachCursor(front.wsUrl(appId), kernelId, {}, front.headers);
      const closed = untilClosed(cursor.ws);
      const [last] = await submit(id, 'import os, signal\nos.kill(os.getppid(), signal.SIGKILL)');
      const { app } = await front.untilEvent(isApp(appId, 'Failed'));
      expect(app.failure?.message).toContain('SIGKILL');
      await until(last, 'kernel-died');
      expect(await closed).toBe(4503);
      // What it had written tells more than how it ended.
      const { text } = await front.client.call('getAppLog', { params: { id: appId } });
      expect(text).toContain(kernelId);
      const again = await gateway();
      expect(again.id).not.toBe(appId);
      await shutDown(again.id);
    });

    it('ends the instance with its last app, and leaves nothing [A8]', async () => {
      const { id } = await gateway();
      await shutDown(id);
      await noInstances();
      expect(await front.client.all('listInstances', {})).toEqual([]);
      expect(await driver.left()).toEqual([]);
    });

    it('leaves nothing of a start that is cancelled midway [C3]', async () => {
      for (const phase of ['instance', 'image', 'server'] as const) {
        const { id } = await create();
        await front.untilEvent(
          (event): event is EventOf<'app'> =>
            event.type === 'app' && event.app.id === id && event.app.phase === phase,
        );
        await shutDown(id);
        await noInstances();
        expect(await driver.left()).toEqual([]);
      }
    });

    it('says why an app did not start, and the next create works', async () => {
      const words = await driver.failNext();
      const { id } = await create();
      const { app } = await front.untilEvent(isApp(id, 'Failed'));
      expect(app.failure?.message).toMatch(words);
      await noInstances();
      expect(await driver.left()).toEqual([]);
      await driver.heal();
      const again = await gateway();
      expect(again.id).not.toBe(id);
      const { id: documentId } = await bound();
      const [run] = await submit(documentId, 'print("works")');
      await until(run, 'done');
    });

    it('fails a document’s start with the words of the app, and binds it the next time', async () => {
      await shutDown((await gateway()).id);
      await noInstances();
      const words = await driver.failNext();
      const { id } = await newDocument();
      await bind(id, 0);
      const failed = await front.untilEvent(
        (event): event is EventOf<'document'> =>
          event.type === 'document' &&
          event.document.id === id &&
          event.document.binding.failure !== undefined,
      );
      expect(failed.document.binding.failure?.message).toMatch(words);
      await driver.heal();
      const { binding } = await front.client.call('getDocument', { params: { id } });
      expect(binding).toMatchObject({ state: 'none' });
      await bind(id, binding.generation);
      await front.untilEvent(isBound(id, binding.generation + 1));
    });
  });
});
