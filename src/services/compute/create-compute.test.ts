import {
  type App,
  createStudioClient,
  type Image,
  type Instance,
  type Kernel,
  type StudioEvent,
  type Usage,
} from '@atelier-ide/contract';
import { describe, expect, it, vi } from 'vitest';
import { createFakeBackend, createFakeLog, createFakeStorage } from '../fake-backend.ts';
import { createFakeEvents } from '../fake-events.ts';
import { createCompute } from './create-compute.ts';

const time = '2026-11-23T00:00:00.000Z';

function app(id: string, change: Partial<App> = {}): App {
  return {
    id,
    type: 'KernelGateway',
    status: 'Pending',
    health: 'ok',
    phases: [],
    imageId: 'base',
    instanceId: 'i1',
    instanceType: 'ml.t3.medium',
    identity: { uid: null, gid: null, mountPath: '/home' },
    createdAt: time,
    lastActivity: null,
    ...change,
  };
}

const image = (id: string, processor: 'CPU' | 'GPU' = 'CPU'): Image => ({
  id,
  displayName: id,
  description: '',
  driver: 'env',
  processor,
  status: 'CREATED',
  version: '1',
  kernels: [
    { name: 'python3', displayName: 'Python 3', language: 'python' },
    { name: 'ir', displayName: 'R', language: 'R' },
  ],
  guidance: 'STABLE',
  scope: 'domain',
  aliases: [],
});

const type = (name: string) => ({
  name,
  vcpu: 2,
  memoryGiB: 4,
  gpu: 0,
  category: 'Standard',
  fastLaunch: true,
  order: 0,
  available: { ok: true },
});

const share = { time, cpuPercent: 12, memoryBytes: 3, memoryLimitBytes: 4, source: 'cgroup-v2' };

const reading = (instanceId: string): Usage => ({ ...share, instanceId, apps: [] });

function instance(id: string, change: Partial<Instance> = {}): Instance {
  return {
    id,
    type: 'ml.t3.medium',
    status: 'InService',
    apps: [],
    enforcement: { cpu: 'none', memory: 'none' },
    startedAt: time,
    ...change,
  };
}

const kernel = (id: string, appId: string): Kernel => ({
  id,
  appId,
  name: 'python3',
  state: 'idle',
  documentId: null,
});

function start(apps: App[] = [], instances: Instance[] = [], kernels: Kernel[] = []) {
  const backend = createFakeBackend();
  const events = createFakeEvents();
  const storage = createFakeStorage();
  const api = createStudioClient({ baseUrl: 'http://studio.test', fetch: backend.fetch });
  const base = '/api/studio/v1';
  backend.on(`GET ${base}/domain`, () => ({
    id: 'd',
    name: 'Domain',
    status: 'InService',
    defaults: { imageId: 'base', cpuInstanceType: 'ml.t3.medium', gpuInstanceType: null, scriptId: null },
    limits: { appsPerInstance: 4, instancesPerType: 1 },
    sharing: { outputs: true },
  }));
  backend.on(`GET ${base}/images`, () => ({ items: [image('base'), image('other')] }));
  backend.on(`GET ${base}/instance-types`, ({ url }) =>
    url.includes('cursor=')
      ? { items: [type('ml.m5.large')] }
      : { items: [type('ml.t3.medium')], nextCursor: 'more' },
  );
  backend.on(`GET ${base}/apps`, () => ({ items: apps }));
  backend.on(`GET ${base}/instances`, () => ({ items: instances }));
  backend.on(`GET ${base}/kernels`, () => ({ items: kernels }));
  const compute = createCompute({ api, events: events.stream, storage, log: createFakeLog() });
  const tell = (changed: App, seq = 1): StudioEvent => ({ type: 'app', app: changed, seq, time });
  return { backend, events, storage, compute, tell };
}

describe('compute', () => {
  it('reads all pages once and then only listens', async () => {
    const { compute, backend, events, tell } = start();
    await Promise.all([compute.start(), compute.start()]);
    expect(compute.store.getState().instanceTypes.map((one) => one.name)).toEqual([
      'ml.t3.medium',
      'ml.m5.large',
    ]);
    const count = backend.requests.length;
    events.fire(tell(app('a1')));
    events.fire(tell(app('a1', { status: 'InService' })));
    expect(compute.store.getState().apps.map((one) => one.status)).toEqual(['InService']);
    events.fire(tell(app('a1', { status: 'Deleted' })));
    expect(compute.store.getState().apps).toEqual([]);
    expect(backend.requests).toHaveLength(count);
  });

  it('does not let a list that is older hide an event', async () => {
    const { compute, backend, events, tell } = start();
    let answer = (_: object) => {};
    backend.on('GET /api/studio/v1/apps', () => new Promise<object>((resolve) => (answer = resolve)));
    const loaded = compute.start();
    await vi.waitFor(() => expect(backend.seen('GET', '/api/studio/v1/apps')).toHaveLength(1));
    events.fire(tell(app('a1', { status: 'InService' })));
    answer({ items: [app('a1', { status: 'Pending' })] });
    await loaded;
    expect(compute.store.getState().apps[0]?.status).toBe('InService');
  });

  it('reads when the stream stands after a load that failed', async () => {
    const { compute, backend, events } = start();
    backend.cutNetwork(true);
    await expect(compute.start()).rejects.toThrow('Failed to fetch');
    backend.cutNetwork(false);
    events.fire({ type: 'hello', seq: 1, time });
    await vi.waitFor(() => expect(compute.store.getState().isLoaded).toBe(true));
  });

  it('reads again after a gap', async () => {
    const apps = [app('a1')];
    const { compute, events } = start(apps);
    await compute.start();
    apps[0] = app('a1', { status: 'Failed' });
    events.fire({ type: 'reset', seq: 50, time });
    await vi.waitFor(() => expect(compute.store.getState().apps[0]?.status).toBe('Failed'));
  });

  it('waits for the JupyterServer app that is starting', async () => {
    const server = app('js', { type: 'JupyterServer' });
    const { compute, events, tell, backend } = start([server]);
    const waiting = compute.jupyterServer();
    await vi.waitFor(() => expect(compute.store.getState().isLoaded).toBe(true));
    events.fire(
      tell(
        app('js', { type: 'JupyterServer', status: 'InService', endpoint: { baseUrl: '/jupyter/a/js/' } }),
      ),
    );
    expect((await waiting).endpoint?.baseUrl).toBe('/jupyter/a/js/');
    expect(backend.seen('POST', '/')).toEqual([]);
  });

  it('asks for a JupyterServer app where there is none', async () => {
    const { compute, backend } = start();
    backend.on('POST /api/studio/v1/apps', () =>
      app('js', { type: 'JupyterServer', status: 'InService', endpoint: { baseUrl: '/x/' } }),
    );
    expect((await compute.jupyterServer()).id).toBe('js');
    expect(backend.seen('POST', '/')[0]?.body).toEqual({ type: 'JupyterServer' });
  });

  it('rejects with the failure when an app does not come up [A2]', async () => {
    const { compute, events, tell } = start([app('a1')]);
    await compute.start();
    const waiting = compute.whenInService('a1');
    const failure = { code: 'start-failed', message: 'The interpreter ended with code 1.', log: 'trace' };
    events.fire(tell(app('a1', { status: 'Failed', failure })));
    await expect(waiting).rejects.toMatchObject({ problem: { detail: failure.message, failure } });
  });

  it('stops waiting when it is told to', async () => {
    const { compute } = start([app('a1')]);
    await compute.start();
    const control = new AbortController();
    const waiting = compute.whenInService('a1', control.signal);
    control.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('proposes the domain’s environment, then the last chosen one, as long as it can be had [A7] [C2]', async () => {
    const { compute, storage } = start();
    await compute.start();
    const domain = { imageId: 'base', kernelName: 'python3', instanceType: 'ml.t3.medium' };
    expect(compute.defaultEnvironment()).toEqual(domain);
    const chosen = { imageId: 'other', kernelName: 'ir', instanceType: 'ml.m5.large' };
    compute.rememberEnvironment(chosen);
    expect(compute.defaultEnvironment()).toEqual(chosen);
    compute.rememberEnvironment({ ...chosen, kernelName: null });
    expect(compute.defaultEnvironment().kernelName).toBeNull();
    compute.rememberEnvironment({ ...chosen, imageId: 'gone' });
    expect(compute.defaultEnvironment()).toEqual(domain);
    compute.rememberEnvironment({ ...chosen, instanceType: 'ml.gone' });
    expect(compute.defaultEnvironment()).toEqual({ ...chosen, instanceType: 'ml.t3.medium' });
    storage.set('compute.environment', 'nonsense');
    expect(compute.defaultEnvironment()).toEqual(domain);
  });

  it('follows images: what is made becomes the default of the domain, what is taken away goes [C5]', async () => {
    const { compute, backend, events } = start();
    await compute.start();
    const before = backend.seen('GET', '/api/studio/v1/domain').length;
    const made = image('made');
    events.fire({ type: 'image', image: { ...made, status: 'CREATING' }, seq: 2, time });
    expect(compute.store.getState().images.map((one) => one.status)).toContain('CREATING');
    expect(backend.seen('GET', '/api/studio/v1/domain')).toHaveLength(before);
    const { domain } = compute.store.getState();
    if (!domain) throw new Error('The domain was not read.');
    const defaults = { ...domain.defaults, imageId: 'made' };
    backend.on('GET /api/studio/v1/domain', () => ({ ...domain, defaults }));
    events.fire({ type: 'image', image: made, seq: 3, time });
    await vi.waitFor(() => expect(compute.defaultEnvironment().imageId).toBe('made'));
    events.fire({ type: 'image', image: { ...made, status: 'DELETING' }, seq: 4, time });
    expect(compute.store.getState().images.map((one) => one.id)).toEqual(['base', 'other']);
  });

  it('keeps the newest reading of each instance until the instance ends [H2]', async () => {
    const { compute, events } = start([], [instance('i1', { usage: share })]);
    await compute.start();
    expect(compute.store.getState().usage).toEqual({ i1: { ...share, instanceId: 'i1', apps: [] } });
    const newer: Usage = { ...reading('i1'), memoryBytes: 5, time: '2026-11-23T00:00:02.000Z' };
    events.fire({ type: 'usage', usage: newer, seq: 3, time });
    events.fire({ type: 'usage', usage: reading('unknown'), seq: 3, time });
    expect(compute.store.getState().usage).toEqual({ i1: newer });
    events.fire({ type: 'instance', instance: instance('i1', { status: 'Deleted' }), seq: 4, time });
    events.fire({ type: 'usage', usage: newer, seq: 4, time });
    expect(compute.store.getState().usage).toEqual({});
  });

  it('does not let a list that is read again hide a newer reading', async () => {
    const { compute, events } = start([], [instance('i1', { usage: share })]);
    await compute.start();
    const newer: Usage = { ...reading('i1'), memoryBytes: 5, time: '2026-11-23T00:00:02.000Z' };
    events.fire({ type: 'usage', usage: newer, seq: 3, time });
    await compute.start();
    expect(compute.store.getState().usage).toEqual({ i1: newer });
  });

  it('follows kernels until they or their app end [H1]', async () => {
    const { compute, events, tell } = start([app('a1'), app('a2')], [], [kernel('k1', 'a1')]);
    await compute.start();
    events.fire({ type: 'kernel', kernel: { ...kernel('k1', 'a1'), state: 'busy' }, seq: 1, time });
    events.fire({ type: 'kernel', kernel: kernel('k2', 'a1'), seq: 2, time });
    events.fire({ type: 'kernel', kernel: kernel('k1', 'a2'), seq: 3, time });
    const shown = () => compute.store.getState().kernels.map((one) => `${one.appId}/${one.id} ${one.state}`);
    expect(shown()).toEqual(['a1/k1 busy', 'a1/k2 idle', 'a2/k1 idle']);
    events.fire({ type: 'kernel', kernel: { ...kernel('k1', 'a1'), state: 'dead' }, seq: 4, time });
    expect(shown()).toEqual(['a1/k2 idle', 'a2/k1 idle']);
    events.fire(tell(app('a1', { status: 'Deleted' }), 5));
    expect(shown()).toEqual(['a2/k1 idle']);
  });
});
