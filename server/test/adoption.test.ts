/** Apps live on when the server is killed, and the next start with the same data folder goes on with them. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { App, StudioEvent } from '@atelier-ide/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { groupsOf } from '../src/drivers/local/group-folders.fixture.ts';
import { alive, descendants, until } from '../src/drivers/local/local.fixture.ts';
import { createStore } from '../src/store/create-store.ts';
import { attachCursor, isIdleOf, printed, textOf } from './cursor-client.ts';
import { bindNew, submit, untilBound, untilState } from './document-steps.ts';
import { type KillableServer, buildServer, makeKillableServer } from './killable-server.ts';
import type { ServerFront } from './server-front.ts';

const count = 'n = globals().get("n", 0) + 1; print("runs", n)';
const slow = `${count}\nimport time\nfor i in range(30):\n    print("line", i, flush=True); time.sleep(0.15)`;

let built: { main: string; remove: () => void };
let server: KillableServer & { remove: () => void };

beforeAll(async () => {
  built = await buildServer();
});
afterAll(() => built.remove());
beforeEach(() => {
  server = makeKillableServer(built.main, '--keep-apps', '90');
});
afterEach(async () => {
  await server.interrupt();
  server.remove();
});

type Row = { pid: number; name: string };

/** The zygote that serves the data folder. */
function zygotePid(): number {
  const folder = readFileSync(join(server.data, 'runtime-folder'), 'utf8');
  return (JSON.parse(readFileSync(join(folder, 'zygote.json'), 'utf8')) as { pid: number }).pid;
}

/** The zygote with its apps, kernels and terminals. */
function processes(): readonly Row[] {
  const pid = zygotePid();
  const rows: Row[] = descendants(pid).map((row) => ({ pid: row.pid, name: row.name }));
  return [{ pid, name: 'atelier-zygote' }, ...rows].toSorted((a, b) => a.pid - b.pid);
}

async function appsOf(front: ServerFront): Promise<readonly App[]> {
  return (await front.client.call('listApps', {})).items.filter(({ status }) => status !== 'Deleted');
}

/** What of an app must be as it was. */
const facts = (apps: readonly App[]) =>
  apps
    .map(({ id, type, status, instanceId, createdAt, phases, endpoint }) => ({
      id,
      type,
      status,
      instanceId,
      createdAt,
      phases,
      endpoint,
    }))
    .toSorted((a, b) => a.id.localeCompare(b.id));

async function untilFailed(front: ServerFront, appId: string): Promise<App> {
  const event = front.untilEvent(
    (one): one is StudioEvent & { type: 'app' } =>
      one.type === 'app' && one.app.id === appId && one.app.status === 'Failed',
  );
  const app = (await appsOf(front)).find(({ id }) => id === appId);
  return app?.status === 'Failed' ? app : (await event).app;
}

async function fileServer(front: ServerFront): Promise<App> {
  const inService = (one: StudioEvent): one is StudioEvent & { type: 'app' } =>
    one.type === 'app' && one.app.type === 'JupyterServer' && one.app.status === 'InService';
  const event = front.untilEvent(inService);
  const there = (await appsOf(front)).find(
    ({ type, status }) => type === 'JupyterServer' && status === 'InService',
  );
  return there ?? (await event).app;
}

/** Changes what the killed server has kept of an app. */
async function changeKept(appId: string, change: (process: { pid: number; startTime: number }) => void) {
  const store = await createStore(join(server.data, 'store.db'));
  const row = (await store.apps.all()).find(({ id }) => id === appId);
  const body = JSON.parse(row?.body ?? '') as { kept: string };
  const kept = JSON.parse(body.kept) as { process: { pid: number; startTime: number } };
  change(kept.process);
  await store.apps.put({ id: appId, body: JSON.stringify({ ...body, kept: JSON.stringify(kept) }) });
  await store.close();
}

describe('a server that is killed and started again', { timeout: 90_000 }, () => {
  it('finds its apps, terminals and kernels: the cell goes on, those behind it follow, nothing is doubled [F7] [F8] [Q4]', async () => {
    const first = await server.start();
    const files = await fileServer(first);
    const { id, binding } = await bindNew(first);
    const { kernelId = '', appId = '' } = binding;
    const opened = await first.relay(files.id, 'api/terminals', { method: 'POST' });
    const { name: terminal } = (await opened.json()) as { name: string };
    const [printing = '', second = '', third = ''] = await submit(first, id, slow, count, count);
    const before = await attachCursor(first.wsUrl(appId), kernelId, { after: 0 }, first.headers);
    await before.until((entry) => textOf(entry).includes('line 3'));
    const apps = facts(await appsOf(first));
    const { items: instances } = await first.client.call('listInstances', {});
    const rows = processes();
    await server.kill();

    const again = await server.start();
    expect(facts(await appsOf(again))).toEqual(apps);
    const { items: now } = await again.client.call('listInstances', {});
    const ofStart = ({ id: instanceId, type, startedAt, status, apps: on }: (typeof now)[number]) =>
      [instanceId, type, startedAt, status, on] as const;
    expect(now.map(ofStart)).toEqual(instances.map(ofStart));
    expect(processes()).toEqual(rows);
    const bound = await untilBound(again, id);
    expect(bound).toMatchObject({ kernelId, appId, generation: binding.generation });
    for (const one of [second, third]) await untilState(again, id, one, 'done');
    const place = { after: 0, epoch: before.hello.epoch };
    const after = await attachCursor(again.wsUrl(appId), kernelId, place, again.headers);
    expect(after.hello).toMatchObject({ epoch: before.hello.epoch, reset: false });
    await after.until(({ seq }) => seq === after.hello.head);
    const lines = [...printed(after.entries, printing).matchAll(/line (\d+)/g)].map(([, n]) => Number(n));
    expect(lines).toEqual(Array.from({ length: 30 }, (_one, index) => index));
    expect([second, third].map((one) => printed(after.entries, one))).toEqual(['runs 2\n', 'runs 3\n']);
    const items = await again.client.all('listExecutions', { params: { id } });
    expect(items.map((one) => [one.id, one.state])).toEqual(
      [printing, second, third].map((one) => [one, 'done']),
    );
    const listed = await again.relay(files.id, 'api/terminals');
    expect(((await listed.json()) as { name: string }[]).map(({ name }) => name)).toEqual([terminal]);
    expect(processes()).toEqual(rows);
    after.cut();
    // What was taken over ends as what was started here: with its group and its folder.
    await again.client.call('deleteApp', { params: { id: appId } });
    await again.untilEvent(
      (one): one is StudioEvent & { type: 'instance' } =>
        one.type === 'instance' && one.instance.status === 'Deleted',
    );
    expect(groupsOf(zygotePid())).toEqual([]);
    expect(readdirSync(join(server.data, 'instances'))).toEqual([]);
    // Ctrl+C ends what was taken over as it ends what was started.
    const folder = readFileSync(join(server.data, 'runtime-folder'), 'utf8');
    expect(await server.interrupt()).toBe(0);
    expect(alive(rows.map(({ pid }) => pid))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it('also when it is killed again at once, and in the middle of its next starts [F8]', async () => {
    const first = await server.start();
    const { id, binding } = await bindNew(first);
    const { kernelId = '', appId = '' } = binding;
    await submit(first, id, count);
    const rows = processes();
    await server.kill();
    for (const afterMs of [60, 250, 500, 1000]) await server.startAndKill(afterMs);
    const second = await server.start();
    await untilBound(second, id);
    await server.kill();
    const third = await server.start();
    expect(await untilBound(third, id)).toMatchObject({ kernelId, appId, generation: binding.generation });
    const [last = ''] = await submit(third, id, count);
    await untilState(third, id, last, 'done');
    const client = await attachCursor(third.wsUrl(appId), kernelId, { after: 0 }, third.headers);
    await client.until((entry) => textOf(entry) === 'runs 2\n');
    client.cut();
    expect(processes().filter((row) => rows.some(({ pid }) => pid === row.pid))).toEqual(rows);
    // A file server may have been started since, by a sign-in.
    expect(processes().filter(({ name }) => name === 'atelier-app').length).toBeLessThanOrEqual(2);
  });

  it('a question of a cell waits over the kill, and is answered once [F7]', async () => {
    const first = await server.start();
    const { id, binding } = await bindNew(first);
    const { kernelId = '', appId = '' } = binding;
    const [asks = '', after = ''] = await submit(first, id, 'print("hello", input("name? "))', count);
    const before = await attachCursor(first.wsUrl(appId), kernelId, { after: 0 }, first.headers);
    await before.until(({ message }) => message.header.msg_type === 'input_request');
    await server.kill();
    const again = await server.start();
    await untilBound(again, id);
    const items = await again.client.all('listExecutions', { params: { id } });
    expect(items.map((one) => [one.id, one.state, one.waitingForInput?.prompt])).toEqual([
      [asks, 'running', 'name? '],
      [after, 'queued', undefined],
    ]);
    const client = await attachCursor(again.wsUrl(appId), kernelId, { after: 0 }, again.headers);
    const { message } = await client.until((entry) => entry.message.header.msg_type === 'input_request');
    client.send({
      channel: 'stdin',
      type: 'input_reply',
      id: randomUUID(),
      parentId: message.header.msg_id,
      content: { value: 'Ann' },
    });
    for (const one of [asks, after]) await untilState(again, id, one, 'done');
    await client.until(isIdleOf(after));
    expect(printed(client.entries, asks)).toBe('hello Ann\n');
    expect(printed(client.entries, after)).toBe('runs 1\n');
    client.cut();
  });

  it('takes no other process for an app: one with another start time is left alone, and the app ends [F8]', async () => {
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    onTestFinished(() => void bystander.kill('SIGKILL'));
    const first = await server.start();
    const { id, binding } = await bindNew(first);
    const { appId = '' } = binding;
    const [running = '', waiting = ''] = await submit(first, id, 'input()', '2');
    await untilState(first, id, running, 'running');
    const kernels = processes().filter(({ name }) => name.startsWith('python'));
    await server.kill();
    await changeKept(appId, (process) => {
      process.pid = bystander.pid ?? 0;
    });
    const again = await server.start();
    const app = await untilFailed(again, appId);
    expect(app.failure?.message).toMatch(/ended.*Your files are kept/);
    expect(alive(kernels.map(({ pid }) => pid))).toEqual([]);
    expect(alive([bystander.pid ?? 0])).toEqual([bystander.pid]);
    await untilState(again, id, waiting, 'aborted');
    const items = await again.client.all('listExecutions', { params: { id } });
    expect(items.map(({ state }) => state)).toEqual(['kernel-died', 'aborted']);
    const { binding: now } = await again.client.call('getDocument', { params: { id } });
    expect(now).toMatchObject({ state: 'ended', generation: binding.generation });
    expect(readdirSync(join(server.data, 'instances'))).toEqual([]);
    // The place is free: the same environment starts again.
    expect((await bindNew(again)).binding.appId).not.toBe(appId);
  });

  it('says how an app ended meanwhile, and that one that had not come up never did [F8]', async () => {
    const first = await server.start();
    const { binding } = await bindNew(first);
    const { appId = '' } = binding;
    const { id: startingId } = await first.client.call('createApp', {
      body: { type: 'KernelGateway', instanceType: 'ml.m5.large' },
    });
    await first.untilEvent(
      (one): one is StudioEvent & { type: 'app' } =>
        one.type === 'app' && one.app.id === startingId && one.app.phase === 'server',
    );
    await server.kill();
    const rows = processes();
    await changeKept(appId, ({ pid }) => process.kill(pid, 'SIGKILL'));
    await until('the app has gone', () => {
      const names = processes().map(({ pid }) => pid);
      return rows.some(({ pid }) => !names.includes(pid));
    });
    const again = await server.start();
    const ended = await untilFailed(again, appId);
    expect(ended.failure).toMatchObject({
      code: 'app-exited',
      message: expect.stringContaining('ended by SIGKILL') as string,
    });
    const never = (await appsOf(again)).find((app) => app.id === startingId);
    // It may have come up in the moment before the kill.
    if (never?.status === 'Failed') expect(never.failure?.message).toContain('Start it again');
    else expect(never?.status).toBe('InService');
    await fileServer(again);
    const there = new Set(
      (await appsOf(again)).filter((app) => app.status === 'InService').map((app) => app.id),
    );
    expect(processes().filter(({ name }) => name === 'atelier-app')).toHaveLength(there.size);
  });

  it('starts anew when the helper was killed too, and ends the apps that nobody holds', async () => {
    const first = await server.start();
    const { binding } = await bindNew(first);
    const rows = processes();
    await server.kill();
    process.kill(zygotePid(), 'SIGKILL');
    const again = await server.start();
    await until('all of it has ended', () => alive(rows.map(({ pid }) => pid)).length === 0);
    expect((await untilFailed(again, binding.appId ?? '')).failure?.message).toContain(
      'while the server was away',
    );
    const next = await bindNew(again);
    expect(next.binding.state).toBe('bound');
  });
});

it('without a next start everything ends when the time is over: processes, groups, folders [Q9]', async () => {
  const short = makeKillableServer(built.main, '--keep-apps', '1');
  const first = await short.start();
  await bindNew(first);
  const folder = readFileSync(join(short.data, 'runtime-folder'), 'utf8');
  const { pid } = JSON.parse(readFileSync(join(folder, 'zygote.json'), 'utf8')) as { pid: number };
  const rows = [pid, ...descendants(pid).map((row) => row.pid)];
  expect(rows.length).toBeGreaterThanOrEqual(6);
  await short.kill();
  for (let waits = 0; waits < 3 && alive(rows).length > 0; waits += 1)
    await until('all have ended', () => alive(rows).length === 0).catch(() => undefined);
  expect(alive(rows)).toEqual([]);
  expect([folder, join(short.data, 'instances')].filter((path) => existsSync(path))).toEqual([]);
  short.remove();
  rmSync(folder, { recursive: true, force: true });
});
