import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binding, Kernel } from '@atelier-ide/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, ann, bob, makeFixture, settle } from '../apps/app-service.fixture.ts';
import { createDocumentWork } from '../kernels/document-work.ts';
import { createStore } from '../store/create-store.ts';
import type { Store } from '../store/store.ts';
import { createDocumentService } from './create-document-service.ts';
import type { DocumentService } from './document-service.ts';
import { FakeKernels } from './fake-kernels.fixture.ts';

let folder: string;
let store: Store;
let apps: Fixture;
let kernels: FakeKernels;
let documents: DocumentService;
let now = 0;

async function build(options: Parameters<typeof makeFixture>[0] = {}): Promise<void> {
  apps = await makeFixture(options);
  kernels = new FakeKernels();
  documents = makeDocuments();
}

function makeDocuments(): DocumentService {
  const { service, bus, domain, driver } = apps;
  const work = createDocumentWork();
  return createDocumentService({ apps: service, kernels, work, bus, store, domain, driver, now: () => now });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-documents-'));
  store = await createStore(join(folder, 'store.db'));
  now = 1_000_000;
  await build();
});
afterEach(async () => {
  await settle();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = { imageId: 'base', kernelName: null, instanceType: 'ml.t3.medium' };
const open = async (path = 'a.ipynb') => (await documents.put(ann, { path })).document;
const bindingOf = (id: string): Binding => documents.bindingOf(ann.id, id);

/** Waits for a condition that changes with turns of the event loop, as answers of the store do. */
async function until(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !what(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(what()).toBe(true);
}

async function bindTo(id: string, wish = environment): Promise<Binding> {
  const { binding } = await documents.bind(ann, id, bindingOf(id).generation, { environment: wish });
  return binding;
}

/** Binds and lets everything succeed. */
async function bound(id: string, wish = environment): Promise<Kernel> {
  const before = kernels.starts.length;
  await bindTo(id, wish);
  await until(() => {
    apps.driver.instancesBegun.filter((one) => one.state === 'starting').forEach((one) => one.succeed());
    apps.driver.starts.filter((one) => one.state === 'starting').forEach((one) => one.succeed());
    return kernels.starts.length > before;
  });
  const kernel = kernels.starts[before]?.succeed();
  await until(() => bindingOf(id).state === 'bound' && bindingOf(id).kernelId === kernel?.id);
  if (!kernel) throw new Error('no kernel');
  return kernel;
}

const gateways = (): string[] =>
  apps.service
    .list(ann)
    .filter((app) => app.type === 'KernelGateway' && app.status !== 'Deleted')
    .map((app) => `${app.imageId} ${app.status}`);

describe('documents', () => {
  it('are made by PUT only, keep their id, and are found by path and folder', async () => {
    expect(await documents.list(ann, { path: 'work/a.ipynb' })).toEqual([]);
    const [one, other] = await Promise.all([
      documents.put(ann, { path: 'work/a.ipynb' }),
      documents.put(ann, { path: 'work/a.ipynb' }),
    ]);
    expect(one.document.id).toBe(other.document.id);
    expect(new Set([one.created, other.created])).toEqual(new Set([false, true]));
    await documents.put(ann, { path: 'workshop/b.ipynb' });
    const below = await documents.list(ann, { prefix: 'work' });
    expect(below.map((document) => document.path)).toEqual(['work/a.ipynb']);
    expect(one.document).toMatchObject({ kind: 'notebook', binding: { generation: 0, state: 'none' } });
    expect((await documents.put(ann, { path: 'x.py' })).document.kind).toBe('file');
  });

  it('of another user are not found', async () => {
    const { id } = await open();
    await expect(documents.get(bob, id)).rejects.toThrow('no such document');
    await expect(documents.bind(bob, id, 0, { environment: null })).rejects.toThrow('no such document');
    expect(() => documents.bindingOf(bob.id, id)).toThrow('no such document');
    expect((await documents.put(bob, { path: 'a.ipynb' })).document.id).not.toBe(id);
  });

  it('that are only opened start nothing [C4]', async () => {
    const { id } = await open();
    await documents.get(ann, id);
    await documents.move(ann, id, 'b.ipynb');
    expect(gateways()).toEqual([]);
    expect(kernels.starts).toEqual([]);
  });

  it('keep id and kernel when they move, and the Jupyter session follows', async () => {
    const { id } = await open('old.ipynb');
    const kernel = await bound(id);
    const moved = await documents.move(ann, id, 'new folder/new.ipynb');
    expect(moved).toMatchObject({
      id,
      path: 'new folder/new.ipynb',
      binding: { state: 'bound', kernelId: kernel.id },
    });
    expect(kernels.moved).toEqual([[kernel.id, 'new folder/new.ipynb']]);
    expect(await documents.list(ann, { path: 'old.ipynb' })).toEqual([]);
    expect((await documents.list(ann, { path: 'new folder/new.ipynb' }))[0]?.id).toBe(id);
  });

  it('give up a path that another one is moved to', async () => {
    const replaced = await open('target.ipynb');
    const { id } = await open('source.ipynb');
    await documents.move(ann, id, 'target.ipynb');
    expect((await documents.list(ann, { path: 'target.ipynb' })).map((one) => one.id)).toEqual([id]);
    await expect(documents.get(ann, replaced.id)).rejects.toThrow('no such document');
  });
});

describe('bindings', () => {
  it('start the app and a kernel, and say every step', async () => {
    const { id } = await open();
    const states: string[] = [];
    documents.onDidBind((documentId, binding) => documentId === id && states.push(binding.state));
    const kernel = await bound(id);
    expect(states).toEqual(['starting', 'bound']);
    expect(bindingOf(id)).toMatchObject({ generation: 1, kernelId: kernel.id, kernelName: 'python3' });
    expect(kernels.alive.get(kernel.id)?.documentId).toBe(id);
    expect(kernels.starts[0]?.path).toBe('a.ipynb');
    await until(() =>
      apps.bus.published.some(
        ({ event }) => event.type === 'document' && event.document.binding.state === 'bound',
      ),
    );
  });

  it('change by compare-and-swap only', async () => {
    const { id } = await open();
    await bindTo(id);
    const stale = documents.bind(ann, id, 0, { environment: null });
    await expect(stale).rejects.toMatchObject({ problem: { code: 'stale-generation', generation: 1 } });
    const [first, second] = await Promise.allSettled([
      documents.bind(ann, id, 1, { environment }),
      documents.bind(ann, id, 1, { environment: { ...environment, imageId: 'data' } }),
    ]);
    expect(new Set([first.status, second.status])).toEqual(new Set(['fulfilled', 'rejected']));
  });

  it('refuse what is not there with the place of the fault, and change nothing', async () => {
    const { id } = await open();
    const bad = (wish: Partial<typeof environment>) =>
      documents.bind(ann, id, 0, { environment: { ...environment, ...wish } });
    await expect(bad({ imageId: 'nope' })).rejects.toMatchObject({
      problem: { code: 'bad-input', path: 'environment.imageId' },
    });
    const noKernel = documents.bind(ann, id, 0, { environment: { ...environment, kernelName: 'cobol' } });
    await expect(noKernel).rejects.toMatchObject({
      problem: { code: 'bad-input', path: 'environment.kernelName' },
    });
    await expect(bad({ instanceType: 'ml.nope' })).rejects.toMatchObject({ problem: { code: 'bad-input' } });
    expect(bindingOf(id)).toEqual({ generation: 0, state: 'none' });
    expect(gateways()).toEqual([]);
  });

  it('share an app, each with its own kernel [A5]', async () => {
    const [a, b] = [await open('a.ipynb'), await open('b.ipynb')];
    const [first, second] = [await bound(a.id), await bound(b.id)];
    expect(first.appId).toBe(second.appId);
    expect(first.id).not.toBe(second.id);
    expect(gateways()).toEqual(['base InService']);
  });

  it('that are cancelled while the app starts leave nothing running [N9]', async () => {
    const { id } = await open();
    const starting = await bindTo(id);
    expect(starting).toMatchObject({ state: 'starting', appId: expect.any(String) });
    expect(gateways()).toEqual(['base Pending']);
    const cancelled = await documents.bind(ann, id, 1, { environment: null });
    expect(cancelled.binding).toEqual({ generation: 2, state: 'none' });
    await until(() =>
      apps.service.list(ann).every((app) => app.status === 'Deleting' || app.status === 'Deleted'),
    );
    expect(kernels.starts).toEqual([]);
  });

  it('that are cancelled do not end an app that another document starts too', async () => {
    const [a, b] = [await open('a.ipynb'), await open('b.ipynb')];
    await bindTo(a.id);
    await bindTo(b.id);
    await documents.bind(ann, a.id, 1, { environment: null });
    await settle();
    expect(gateways()).toEqual(['base Pending']);
    await documents.bind(ann, b.id, 1, { environment: null });
    await until(() => gateways().every((one) => one === 'base Deleting'));
  });

  it('that are cancelled while the kernel starts end that kernel and the app it was for', async () => {
    const { id } = await open();
    await bindTo(id);
    await until(() => {
      apps.driver.instancesBegun.filter((one) => one.state === 'starting').forEach((one) => one.succeed());
      apps.driver.starts.filter((one) => one.state === 'starting').forEach((one) => one.succeed());
      return kernels.starts.length === 1;
    });
    await documents.bind(ann, id, 1, { environment: null });
    kernels.starts[0]?.succeed();
    await until(() => kernels.ended.includes('k1'));
    await until(() => gateways().every((one) => one === 'base Deleting'));
    expect(bindingOf(id).state).toBe('none');
  });

  it('that were over before they were cancelled keep their kernel, and the answer says so [C3]', async () => {
    const { id } = await open();
    const kernel = await bound(id, environment);
    const late = await documents.bind(ann, id, 1, { environment: null, onlyWhileStarting: true });
    expect(late.binding).toMatchObject({ generation: 1, state: 'bound', kernelId: kernel.id });
    const other = await open('b.ipynb');
    await bindTo(other.id);
    const early = await documents.bind(ann, other.id, 1, { environment: null, onlyWhileStarting: true });
    expect(early.binding.state).toBe('none');
  });

  it('newer wins: the former start is given up, its app goes when it was made for it', async () => {
    const { id } = await open();
    await bindTo(id);
    const kernel = await bound(id, { ...environment, imageId: 'data' });
    expect(bindingOf(id)).toMatchObject({ generation: 2, state: 'bound', kernelId: kernel.id });
    expect(apps.service.list(ann).find((app) => app.imageId === 'base')?.status).not.toBe('Pending');
    expect(kernels.starts).toHaveLength(1);
  });

  it('keep the former kernel until the new one stands, and leave it running', async () => {
    const { id } = await open();
    const former = await bound(id);
    const switching = await bindTo(id, { ...environment, imageId: 'data' });
    expect(switching).toMatchObject({ state: 'switching', kernelId: former.id, appId: former.appId });
    await until(() => {
      apps.driver.starts.filter((one) => one.state === 'starting').forEach((one) => one.succeed());
      return kernels.starts.length === 2;
    });
    const next = kernels.starts[1]?.succeed();
    await until(() => bindingOf(id).kernelId === next?.id);
    expect(kernels.alive.get(former.id)).toMatchObject({ documentId: null });
    expect(kernels.ended).toEqual([]);
  });

  it('keep the former kernel when the new app fails, with the reason', async () => {
    const { id } = await open();
    const former = await bound(id);
    await bindTo(id, { ...environment, imageId: 'data' });
    await until(() => apps.driver.starts.length === 2);
    apps.driver.starts[1]?.fail('The image is broken.');
    await until(() => bindingOf(id).state === 'bound');
    expect(bindingOf(id)).toMatchObject({
      kernelId: former.id,
      failure: { message: expect.stringContaining('broken') },
    });
  });

  it('are none with the reason when the kernel does not start', async () => {
    const { id } = await open();
    await bindTo(id);
    await until(() => {
      apps.driver.instancesBegun.filter((one) => one.state === 'starting').forEach((one) => one.succeed());
      apps.driver.starts.filter((one) => one.state === 'starting').forEach((one) => one.succeed());
      return kernels.starts.length === 1;
    });
    kernels.starts[0]?.fail('The kernel did not start: no ipykernel.');
    await until(() => bindingOf(id).state === 'none');
    expect(bindingOf(id).failure?.message).toBe('The kernel did not start: no ipykernel.');
  });

  it('are taken away without ending the kernel', async () => {
    const { id } = await open();
    const kernel = await bound(id);
    const { binding } = await documents.bind(ann, id, 1, { environment: null });
    expect(binding).toEqual({ generation: 2, state: 'none' });
    expect(kernels.ended).toEqual([]);
    expect(kernels.alive.get(kernel.id)?.documentId).toBeNull();
  });

  it('end with their kernel', async () => {
    const { id } = await open();
    const kernel = await bound(id);
    kernels.end(kernel.id);
    expect(bindingOf(id)).toMatchObject({ generation: 1, state: 'ended' });
    await bound(id);
    expect(bindingOf(id)).toMatchObject({ generation: 2, state: 'bound' });
  });

  it('use the one app of a driver that has only one [A11]', async () => {
    await build({ singleApp: true, images: [], types: [] });
    apps.driver.automatic = true;
    const { id } = await open('single.ipynb');
    await bindTo(id, { imageId: null, kernelName: 'python3', instanceType: null } as never);
    await until(() => kernels.starts.length === 1);
    expect(apps.service.get(ann, kernels.starts[0]?.appId ?? '').type).toBe('JupyterServer');
    kernels.starts[0]?.succeed();
    await until(() => bindingOf(id).state === 'bound');
    expect(kernels.starts[0]?.kernelName).toBe('python3');
  });
});

describe('what was chosen', () => {
  it('is proposed again after the server was restarted, and for new documents [C2]', async () => {
    const { id } = await open();
    await bindTo(id, { ...environment, imageId: 'data' });
    documents = makeDocuments();
    expect((await documents.get(ann, id)).proposal).toMatchObject({ imageId: 'data', source: 'remembered' });
    expect((await open('new.ipynb')).proposal).toMatchObject({ imageId: 'data', source: 'remembered' });
    expect((await documents.put(bob, { path: 'x.ipynb' })).document.proposal.source).toBe('default');
  });

  it('comes before what the file says, which is followed otherwise [A10]', async () => {
    const metadata = { instanceType: 'ml.p3.2xlarge', kernelspecName: 'python3' };
    const { document } = await documents.put(ann, { path: 'studio.ipynb', metadata });
    expect(document.proposal.note).toContain('ml.p3.2xlarge is not available here');
    await bindTo(document.id, { ...environment, imageId: 'data' });
    const again = await documents.put(ann, { path: 'studio.ipynb', metadata });
    expect(again.document.proposal).toMatchObject({ imageId: 'data', source: 'remembered' });
  });
});

describe('leases', () => {
  it('hold for 20 s, are renewed by their holder, and rise their number with every new holder', async () => {
    const { id } = await open();
    const first = await documents.lease(ann, id, 'tab-1', 'keep');
    expect(first.lease).toEqual({ holder: 'tab-1', fence: 1 });
    now += 15_000;
    expect((await documents.lease(ann, id, 'tab-1', 'keep')).lease).toEqual({ holder: 'tab-1', fence: 1 });
    now += 15_000;
    expect((await documents.lease(ann, id, 'tab-2', 'keep')).lease.holder).toBe('tab-1');
    now += 6000;
    expect((await documents.lease(ann, id, 'tab-2', 'keep')).lease).toEqual({ holder: 'tab-2', fence: 2 });
    await documents.lease(ann, id, 'tab-1', 'release');
    expect((await documents.get(ann, id)).lease.holder).toBe('tab-2');
    await documents.lease(ann, id, 'tab-2', 'release');
    expect((await documents.get(ann, id)).lease).toEqual({ fence: 2 });
    documents = makeDocuments();
    expect((await documents.lease(ann, id, 'tab-3', 'keep')).lease.fence).toBe(3);
  });
});
