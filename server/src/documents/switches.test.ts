import { type Execution, type Kernel, type Switch, switchSchema } from '@atelier-ide/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Fixture, ann, bob, makeFixture, settle } from '../apps/app-service.fixture.ts';
import { type DocumentWork, createDocumentWork } from '../kernels/document-work.ts';
import { createStore } from '../store/create-store.ts';
import type { Store } from '../store/store.ts';
import { createDocumentService } from './create-document-service.ts';
import type { DocumentService } from './document-service.ts';
import { FakeKernels } from './fake-kernels.fixture.ts';

let store: Store;
let apps: Fixture;
let kernels: FakeKernels;
let work: DocumentWork;
let documents: DocumentService;

async function build(options: Parameters<typeof makeFixture>[0] = {}): Promise<void> {
  apps = await makeFixture(options);
  kernels = new FakeKernels();
  work = createDocumentWork();
  const { service, bus, domain, driver } = apps;
  documents = createDocumentService({ apps: service, kernels, work, bus, store, domain, driver });
}

beforeEach(async () => {
  store = await createStore(':memory:');
  await build();
});
afterEach(async () => {
  await settle();
  await store.close();
});

const medium = { imageId: 'base', kernelName: 'python3', instanceType: 'ml.t3.medium' };
const large = { ...medium, instanceType: 'ml.m5.large' };
const bindingOf = (id: string) => documents.bindingOf(ann.id, id);

async function until(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !what(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(what()).toBe(true);
}

/** Lets apps and instances come up until the next kernel is asked for. */
async function appUp(count: number): Promise<void> {
  await until(() => {
    apps.driver.instancesBegun.filter((one) => one.state === 'ending').forEach((one) => one.finishEnd());
    apps.driver.instancesBegun.filter((one) => one.state === 'starting').forEach((one) => one.succeed());
    apps.driver.starts.filter((one) => one.state === 'starting').forEach((one) => one.succeed());
    return kernels.starts.length === count;
  });
}

/** A document with a kernel on `medium`. */
async function opened(path = 'a.ipynb'): Promise<{ id: string; kernel: Kernel }> {
  const { id } = (await documents.put(ann, { path })).document;
  const count = kernels.starts.length + 1;
  await documents.bind(ann, id, bindingOf(id).generation, { environment: medium });
  await appUp(count);
  const kernel = kernels.starts[count - 1]?.succeed();
  if (!kernel) throw new Error('no kernel');
  await until(() => bindingOf(id).state === 'bound');
  return { id, kernel };
}

const switchTo = (id: string, environment = large) =>
  documents.createSwitch(ann, { documentId: id, generation: bindingOf(id).generation, environment });
const now = (one: Switch): Switch => documents.getSwitch(ann, one.id);
const liveApps = (): string[] =>
  apps.service
    .list(ann)
    .filter((app) => app.status === 'Pending' || app.status === 'InService')
    .map((app) => app.instanceType ?? '');

function execution(
  id: string,
  documentId: string,
  kernelId: string,
  change: Partial<Execution> = {},
): Execution {
  return {
    id,
    documentId,
    cellId: 'c',
    sourceHash: null,
    kernelId,
    state: 'running',
    position: 0,
    executionCount: null,
    queuedAt: '2026-01-01T00:00:00.000Z',
    journal: { epoch: 'e', seq: 1 },
    recorded: false,
    ...change,
  };
}

describe('a switch', () => {
  it('starts the target beside the old and moves the document once it answers [G1] [G3]', async () => {
    const { id, kernel } = await opened();
    kernels.isSlow = true;
    const made = await switchTo(id);
    expect(made).toMatchObject({
      documentId: id,
      notebookPath: 'a.ipynb',
      state: 'starting',
      waitingFor: 'app',
      from: { ...medium, appId: kernel.appId, kernelId: kernel.id },
      to: large,
    });
    expect(made.to.appId).not.toBe(kernel.appId);
    expect(bindingOf(id)).toMatchObject({
      generation: 2,
      state: 'switching',
      kernelId: kernel.id,
      switchId: made.id,
    });
    await appUp(2);
    const next = kernels.starts[1]?.succeed();
    await until(() => now(made).to.kernelId === next?.id);
    await settle();
    expect(now(made)).toMatchObject({ state: 'starting', waitingFor: 'kernel' });
    expect(bindingOf(id)).toMatchObject({ state: 'switching', kernelId: kernel.id });
    kernels.answer(next?.id ?? '');
    await until(() => now(made).state === 'done');
    expect(bindingOf(id)).toMatchObject({ generation: 2, state: 'bound', kernelId: next?.id });
    expect(bindingOf(id)).not.toHaveProperty('switchId');
    expect(now(made)).toMatchObject({ old: { state: 'running', otherDocuments: [] } });
    expect(now(made).endedAt).toBeDefined();
    expect(now(made)).not.toHaveProperty('waitingFor');
    expect(kernels.ended).toEqual([]);
    switchSchema.parse(now(made));
  });

  it('tells its steps in order, `done` after the document has its kernel', async () => {
    const { id } = await opened();
    const from = apps.bus.published.length;
    await switchTo(id);
    await appUp(2);
    kernels.starts[1]?.succeed();
    await until(() => apps.bus.published.some(({ event }) => event.type === 'switch' && event.switch.old));
    const told = apps.bus.published.slice(from).flatMap(({ event }) => {
      if (event.type === 'switch') return [event.switch.waitingFor ?? event.switch.state];
      return event.type === 'document' ? [event.document.binding.state] : [];
    });
    const steps = told.filter((one, index) => one !== told[index - 1]);
    expect(steps).toEqual(['switching', 'app', 'kernel', 'bound', 'done']);
  });

  it('waits for what the document runs on the old kernel, and for it to be saved [G3]', async () => {
    const { id, kernel } = await opened();
    work.note(execution('one', id, kernel.id));
    work.note(execution('two', id, kernel.id, { state: 'queued', position: 1 }));
    work.note(execution('other', 'another-document', kernel.id));
    const made = await switchTo(id);
    await appUp(2);
    const next = kernels.starts[1]?.succeed();
    await until(() => now(made).waitingFor === 'executions');
    work.note(execution('one', id, kernel.id, { state: 'done' }));
    work.note(execution('two', id, kernel.id, { state: 'aborted', journal: undefined } as never));
    await settle();
    expect(bindingOf(id)).toMatchObject({ state: 'switching', kernelId: kernel.id });
    work.note(execution('one', id, kernel.id, { state: 'done', recorded: true }));
    await until(() => bindingOf(id).kernelId === next?.id);
    expect(now(made).state).toBe('done');
  });

  it('does not wait for ever for a browser that does not save', async () => {
    const { id, kernel } = await opened();
    work.note(execution('one', id, kernel.id));
    const made = await switchTo(id);
    await appUp(2);
    kernels.starts[1]?.succeed();
    await until(() => now(made).waitingFor === 'executions');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      work.note(execution('one', id, kernel.id, { state: 'error' }));
      vi.advanceTimersByTime(4900);
      await settle();
      expect(now(made).state).toBe('starting');
      vi.advanceTimersByTime(200);
      await until(() => now(made).state === 'done');
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves everything as it was when it is cancelled, and nothing of it runs on [G3]', async () => {
    const { id, kernel } = await opened();
    const made = await switchTo(id);
    expect(documents.cancelSwitch(ann, made.id)).toMatchObject({ state: 'cancelled' });
    expect(bindingOf(id)).toMatchObject({ generation: 2, state: 'bound', kernelId: kernel.id });
    expect(documents.cancelSwitch(ann, made.id)).toBeUndefined();
    await until(() => liveApps().join() === 'ml.t3.medium');
    expect(kernels.starts).toHaveLength(1);
    expect((await documents.get(ann, id)).proposal.instanceType).toBe('ml.t3.medium');
  });

  it('that is cancelled while it waits for executions ends its new kernel and app', async () => {
    const { id, kernel } = await opened();
    work.note(execution('one', id, kernel.id));
    const made = await switchTo(id);
    await appUp(2);
    const next = kernels.starts[1]?.succeed();
    await until(() => now(made).waitingFor === 'executions');
    documents.cancelSwitch(ann, made.id);
    await until(() => kernels.ended.includes(next?.id ?? ''));
    await until(() => liveApps().join() === 'ml.t3.medium');
    work.note(execution('one', id, kernel.id, { state: 'done', recorded: true }));
    await settle();
    expect(bindingOf(id)).toMatchObject({ state: 'bound', kernelId: kernel.id });
    expect(now(made).state).toBe('cancelled');
  });

  it.each<[string, (next: Kernel | undefined) => void, RegExp]>([
    ['app', () => apps.driver.starts[1]?.crash(), /SIGKILL/],
    ['kernel', (next) => kernels.end(next?.id ?? '', 'The kernel was shut down'), /ended while it started/],
    ['kernel process', (next) => kernels.die(next?.id ?? ''), /died and was started again/],
  ])('fails when the new %s is killed midway; the old kernel stays [G3]', async (_name, kill, message) => {
    const { id, kernel } = await opened();
    kernels.isSlow = true;
    const made = await switchTo(id);
    await appUp(2);
    const next = kernels.starts[1]?.succeed();
    await until(() => now(made).to.kernelId !== undefined);
    apps.service.onDidChange((app) => {
      if (app.id === next?.appId && app.status === 'Failed') kernels.end(next.id, 'The app was stopped');
    });
    kill(next);
    await until(() => now(made).state === 'failed');
    expect(now(made).failure?.message).toMatch(message);
    expect(bindingOf(id)).toMatchObject({ generation: 2, state: 'bound', kernelId: kernel.id });
    await until(() => liveApps().join() === 'ml.t3.medium');
    expect(now(made)).not.toHaveProperty('old');
  });

  it('fails with the reason when the app or the kernel does not start', async () => {
    const { id, kernel } = await opened();
    const first = await switchTo(id);
    await until(() => apps.driver.instancesBegun.length === 2);
    apps.driver.instancesBegun[1]?.fail();
    await until(() => now(first).state === 'failed');
    expect(now(first).failure?.message).toBe('The instance did not start.');
    const second = await switchTo(id);
    await appUp(2);
    kernels.starts[1]?.fail('The kernel did not start: no ipykernel.');
    await until(() => now(second).state === 'failed');
    expect(now(second).failure?.message).toBe('The kernel did not start: no ipykernel.');
    expect(bindingOf(id)).toMatchObject({ state: 'bound', kernelId: kernel.id });
    await until(() => liveApps().join() === 'ml.t3.medium');
  });

  it('goes on when the old kernel dies; the document has the new one in the end', async () => {
    const { id, kernel } = await opened();
    const made = await switchTo(id);
    kernels.end(kernel.id);
    expect(bindingOf(id).state).toBe('starting');
    await appUp(2);
    const next = kernels.starts[1]?.succeed();
    await until(() => now(made).state === 'done');
    expect(bindingOf(id)).toMatchObject({ state: 'bound', kernelId: next?.id });
    expect(now(made).old).toEqual({ state: 'ended', otherDocuments: [] });
  });

  it('follows the document when it is moved', async () => {
    const { id } = await opened();
    const made = await switchTo(id);
    await appUp(2);
    await documents.move(ann, id, 'moved.ipynb');
    expect(now(made).notebookPath).toBe('moved.ipynb');
    const next = kernels.starts[1]?.succeed();
    await until(() => now(made).state === 'done');
    await until(() => kernels.moved.some(([one, path]) => one === next?.id && path === 'moved.ipynb'));
  });

  it('is cancelled by a newer choice', async () => {
    const { id, kernel } = await opened();
    const made = await switchTo(id);
    await documents.bind(ann, id, 2, { environment: { ...medium, imageId: 'data' } });
    expect(now(made).state).toBe('cancelled');
    expect(bindingOf(id)).toMatchObject({ generation: 3, state: 'switching', kernelId: kernel.id });
    await appUp(2);
    const next = kernels.starts[1]?.succeed();
    await until(() => bindingOf(id).kernelId === next?.id);
    expect(liveApps()).toEqual(['ml.t3.medium', 'ml.t3.medium']);
  });

  it('to another kernel of the same image takes place in the same app [G6]', async () => {
    const kinds = ['python3', 'julia'].map((name) => ({ name, displayName: name, language: name }));
    const image = { ...(await apps.driver.images())[0], id: 'base', kernels: kinds };
    await build({ images: [image as never] });
    const { id, kernel } = await opened();
    const made = await switchTo(id, { ...medium, kernelName: 'julia' });
    await until(() => kernels.starts.length === 2);
    expect(kernels.starts[1]).toMatchObject({ appId: kernel.appId, kernelName: 'julia' });
    kernels.starts[1]?.fail('no julia');
    await until(() => now(made).state === 'failed');
    // The session of the former kernel had given up its path for the new one.
    await until(() => kernels.moved.some(([one, path]) => one === kernel.id && path === 'a.ipynb'));
    const again = await switchTo(id, { ...medium, kernelName: 'julia' });
    await until(() => kernels.starts.length === 3);
    kernels.starts[2]?.succeed();
    await until(() => now(again).state === 'done');
    expect(liveApps()).toEqual(['ml.t3.medium']);
  });

  it('tells afterwards what the old one still does, until it ends or is taken back [G3]', async () => {
    const { id, kernel } = await opened();
    const other = await opened('b.ipynb');
    const made = await switchTo(id);
    await appUp(3);
    kernels.starts[2]?.succeed();
    await until(() => now(made).state === 'done');
    expect(now(made).old).toEqual({ state: 'running', otherDocuments: ['b.ipynb'] });
    await documents.move(ann, other.id, 'c.ipynb');
    expect(now(made).old).toEqual({ state: 'running', otherDocuments: ['c.ipynb'] });
    kernels.end(other.kernel.id);
    expect(now(made).old).toEqual({ state: 'running', otherDocuments: [] });
    kernels.end(kernel.id);
    expect(now(made).old).toEqual({ state: 'ended', otherDocuments: [] });
    await until(() =>
      apps.bus.published.some(
        ({ event }) =>
          event.type === 'switch' && event.switch.id === made.id && event.switch.old?.state === 'ended',
      ),
    );
  });
});

describe('a switch is refused', () => {
  const refusal =
    (environment = large, generation?: number, documentId?: string) =>
    async (id: string) =>
      documents
        .createSwitch(ann, {
          documentId: documentId ?? id,
          generation: generation ?? bindingOf(id).generation,
          environment,
        })
        .then(
          () => undefined,
          (error: { problem: unknown }) => error.problem,
        );

  it('with an old generation, without a kernel, beside another, and to where it is', async () => {
    const { id } = (await documents.put(ann, { path: 'none.ipynb' })).document;
    expect(await refusal()(id)).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('no kernel'),
    });
    const one = await opened();
    expect(await refusal(large, 0)(one.id)).toMatchObject({ code: 'stale-generation', generation: 1 });
    expect(await refusal(medium)(one.id)).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('It runs there already'),
    });
    expect(await refusal({ ...medium, kernelName: null } as never)(one.id)).toMatchObject({
      code: 'conflict',
    });
    expect(await refusal({ ...medium, imageId: 'nope' })(one.id)).toMatchObject({
      code: 'bad-input',
      path: 'environment.imageId',
    });
    expect(await refusal({ ...large, instanceType: 'ml.m5.4xlarge' })(one.id)).toMatchObject({
      code: 'impossible',
    });
    expect(bindingOf(one.id)).toMatchObject({ generation: 1, state: 'bound' });
    const made = await switchTo(one.id);
    expect(await refusal({ ...medium, imageId: 'data' })(one.id)).toMatchObject({
      code: 'conflict',
      detail: 'A switch to ml.m5.large, base, python3 runs already. Cancel it, or wait for its end.',
      switchId: made.id,
    });
    await expect(
      documents.createSwitch(bob, { documentId: one.id, generation: 2, environment: large }),
    ).rejects.toThrow('no such document');
    expect(() => documents.getSwitch(bob, made.id)).toThrow('no such switch');
    expect(() => documents.cancelSwitch(bob, made.id)).toThrow('no such switch');
  });

  it('where the old and the new instance are too much together, which is said [A4]', async () => {
    await build({ limits: { totalVcpu: 3 } });
    const { id, kernel } = await opened();
    expect(await refusal()(id)).toMatchObject({
      code: 'limit-exceeded',
      limit: 3,
      current: 2,
      delta: 2,
      detail:
        'ml.m5.large needs 2 vCPU; 2 of 3 vCPU are in use. Stop ml.t3.medium. ' +
        'During a switch the old and the new instance both count.',
    });
    expect(bindingOf(id)).toMatchObject({ generation: 1, state: 'bound', kernelId: kernel.id });
  });
});

it('the last fifty switches of a user are kept', async () => {
  const { id } = await opened();
  const made: Switch[] = [];
  for (let turn = 0; turn < 53; turn += 1) {
    const one = await switchTo(id, turn % 2 === 0 ? large : { ...medium, imageId: 'data' });
    documents.cancelSwitch(ann, one.id);
    made.push(one);
  }
  await settle();
  expect(() => now(made[0] as Switch)).toThrow('no such switch');
  expect(now(made.at(-1) as Switch).state).toBe('cancelled');
  // One more than fifty: the newest one was running when it came.
  expect(made.filter(isKept)).toHaveLength(51);
});

function isKept(one: Switch): boolean {
  try {
    return now(one).id === one.id;
  } catch {
    return false;
  }
}
