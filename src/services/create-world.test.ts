import { describe, expect, it, vi } from 'vitest';
import { createWorld } from './create-world.ts';
import { createFakeBackend, createFakeLog, createFakeStorage, problemResponse } from './fake-backend.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeSockets } from './fake-socket.ts';
import { createFakeHub, stream } from './jupyter/fake-hub.ts';
import { fakeApp } from './fake-compute-store.ts';

const time = '2026-11-23T00:00:00.000Z';
const base = '/api/studio/v1';

function start() {
  const backend = createFakeBackend();
  const sockets = createFakeSockets();
  const clock = createFakeClock();
  const server = { isSignedIn: true };
  backend.on('GET /session', () =>
    server.isSignedIn
      ? { userId: 'ann', xsrfToken: 'token', serverId: 's' }
      : problemResponse(401, 'sign-in-required', { loginUrl: '/login' }),
  );
  backend.on(`GET ${base}/me`, () => ({
    userProfileId: 'ann',
    domainId: 'd',
    displayName: 'Ann',
    role: 'user',
  }));
  backend.on(`GET ${base}/capabilities`, () => ({
    version: '1.0',
    serverId: 's',
    driver: 'local',
    features: ['executions', 'journal'],
  }));
  backend.on(`GET ${base}/domain`, () => ({
    id: 'd',
    name: 'D',
    status: 'InService',
    defaults: { imageId: null, cpuInstanceType: null, gpuInstanceType: null, scriptId: null },
    limits: { appsPerInstance: 4, instancesPerType: 1 },
    sharing: { outputs: true },
  }));
  for (const list of ['images', 'instance-types', 'instances', 'kernels'])
    backend.on(`GET ${base}/${list}`, () => ({ items: [] }));
  backend.on(`GET ${base}/apps`, () => ({
    items: [fakeApp('a', { endpoint: { baseUrl: '/jupyter/ann/a/' } })],
  }));
  const world = createWorld({
    baseUrl: '',
    pageOrigin: 'http://studio.test',
    log: createFakeLog(),
    storage: createFakeStorage(),
    fetch: backend.fetch,
    WebSocket: sockets.WebSocket,
    clock,
  });
  return { world, backend, sockets, clock, server };
}

async function signedIn() {
  const made = start();
  await made.world.start();
  made.sockets.last().open();
  made.sockets.last().receive(JSON.stringify({ type: 'hello', seq: 1, time }));
  await vi.waitFor(() => expect(made.world.compute.store.getState().isLoaded).toBe(true));
  return made;
}

describe('the world', () => {
  it('asks for nothing but the session before somebody is signed in', async () => {
    const { world, backend, sockets, clock, server } = start();
    expect(backend.requests).toEqual([]);
    server.isSignedIn = false;
    await world.start();
    await clock.advance(60_000);
    expect(backend.requests.map((one) => one.url)).toEqual(['/session']);
    expect(sockets.all).toEqual([]);
  });

  it('opens one stream and reads compute once, then is silent [C4]', async () => {
    const { backend, sockets, clock } = await signedIn();
    const count = backend.requests.length;
    expect(new Set(backend.requests.map((one) => one.url)).size).toBe(count);
    await clock.advance(60_000);
    expect(backend.requests).toHaveLength(count);
    expect(sockets.all).toHaveLength(1);
    expect(sockets.last().sent).toEqual([]);
    expect(backend.requests.every((one) => one.method === 'GET')).toBe(true);
  });

  it('reads compute even where no WebSocket passes', async () => {
    const { world, clock } = start();
    await world.start();
    await clock.advance(2_000);
    await vi.waitFor(() => expect(world.compute.store.getState().isLoaded).toBe(true));
  });

  it('pauses with the session and goes on with it', async () => {
    const { world, sockets, server } = await signedIn();
    server.isSignedIn = false;
    sockets.last().cut(4401);
    await vi.waitFor(() => expect(world.session.store.getState().status).toBe('expired'));
    expect(sockets.all).toHaveLength(1);
    server.isSignedIn = true;
    expect(await world.session.retry()).toBe(true);
    expect(sockets.all).toHaveLength(2);
    expect(sockets.last().url).toContain('after=1');
  });

  it('shares the line of a kernel until the last user lets go', async () => {
    const { world, sockets } = await signedIn();
    const hub = createFakeHub();
    const first = await world.kernels.attach('a', 'k');
    const second = await world.kernels.attach('a', 'k');
    expect(sockets.all).toHaveLength(2);
    const line = sockets.last();
    expect(line.url).toContain('ws://studio.test/jupyter/ann/a/api/kernels/k/channels?');
    const heard: unknown[] = [];
    second.onDidReceive((one) => heard.push(one.seq));
    hub.accept(line);
    hub.write(stream('x', 'r'));
    expect(heard).toEqual([1]);
    first.dispose();
    first.dispose();
    expect(line.isClosedByPage).toBe(false);
    second.dispose();
    expect(line.isClosedByPage).toBe(true);
    await world.kernels.attach('a', 'k', { epoch: 'e1', seq: 0 });
    expect(sockets.last()).not.toBe(line);
  });

  it('tells whoever asks for a place all that comes behind it, also when another line began there', async () => {
    const { world, sockets } = await signedIn();
    const hub = createFakeHub();
    for (const text of ['1', '2']) hub.write(stream(text, 'r'));
    const place = { epoch: 'e1', seq: 0 };
    await world.kernels.attach('a', 'k', place);
    hub.accept(sockets.last());
    const late = await world.kernels.attach('a', 'k', place);
    const heard: unknown[] = [];
    late.onDidReceive((one) => heard.push(one.seq));
    hub.accept(sockets.last());
    expect(heard).toEqual([1, 2]);
  });

  it('ends all of it', async () => {
    const { world, sockets, clock } = await signedIn();
    await world.kernels.attach('a', 'k');
    world.dispose();
    expect(sockets.all.every((socket) => socket.isClosedByPage)).toBe(true);
    await clock.advance(60_000);
    expect(sockets.all).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});
