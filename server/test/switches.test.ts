/** Switches through HTTP on the real driver: real apps, kernels, executions. */
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binding, Environment, Execution, StudioEvent, Switch } from '@atelier-ide/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalDriver } from '../src/drivers/local/local-driver.ts';
import { testConfig, testPython } from '../src/drivers/local/local.fixture.ts';
import { startHttp } from '../src/http/http.fixture.ts';
import { attachCursor, printed } from './cursor-client.ts';
import { type ServerFront, startServerFront } from './server-front.ts';

type EventOf<T extends StudioEvent['type']> = StudioEvent & { type: T };
const base = '/api/studio/v1';
const small: Environment = { imageId: 'first', kernelName: 'python3', instanceType: 'test.small' };
const large: Environment = { ...small, instanceType: 'test.large' };

describe('a switch over HTTP', () => {
  let config: Awaited<ReturnType<typeof testConfig>>;
  let front: ServerFront;
  beforeAll(async () => {
    const image = (id: string) => ({ id, displayName: id, pythonExecutable: testPython() });
    config = await testConfig({
      images: [image('first'), image('second')],
      instanceTypes: [
        { name: 'test.small', vcpu: 1, memoryGiB: 0.5, gpu: 0 },
        { name: 'test.large', vcpu: 1, memoryGiB: 0.75, gpu: 0 },
      ],
    });
    front = await startServerFront(config, (given, log) => new LocalDriver(given, log));
  });
  afterAll(async () => {
    await front.close();
    await rm(dirname(config.root), { recursive: true, force: true, maxRetries: 3 });
  });

  const untilSwitch = async (id: string, fits: (one: Switch) => boolean): Promise<Switch> => {
    const isIt = (event: StudioEvent): event is EventOf<'switch'> =>
      event.type === 'switch' && event.switch.id === id && fits(event.switch);
    return (await front.untilEvent(isIt)).switch;
  };
  const untilExecution = async (id: string, state: Execution['state']): Promise<Execution> => {
    const isIt = (event: StudioEvent): event is EventOf<'execution'> =>
      event.type === 'execution' && event.execution.id === id && event.execution.state === state;
    return (await front.untilEvent(isIt)).execution;
  };
  const bindingOf = async (id: string): Promise<Binding> =>
    (await front.client.call('getDocument', { params: { id } })).binding;
  const bound = async (): Promise<{ id: string; binding: Binding }> => {
    const { id } = await front.client.call('putDocument', { body: { path: `${randomUUID()}.ipynb` } });
    const body = { environment: small };
    await front.client.call('putBinding', { params: { id }, ifMatch: 0, body });
    const isIt = (event: StudioEvent): event is EventOf<'document'> =>
      event.type === 'document' && event.document.id === id && event.document.binding.state === 'bound';
    return { id, binding: (await front.untilEvent(isIt)).document.binding };
  };
  const submit = async (id: string, ...codes: string[]): Promise<string[]> => {
    const items = codes.map((code) => ({ id: randomUUID(), cellId: randomUUID(), sourceHash: 'h', code }));
    await front.client.call('createExecutions', { params: { id }, body: { stopOnError: true, items } });
    return items.map((item) => item.id);
  };
  /** Runs code where the document is bound and gives what it printed. */
  const run = async (id: string, code: string): Promise<string> => {
    const [execution = ''] = await submit(id, code);
    const { kernelId } = await untilExecution(execution, 'done');
    const { appId = '' } = await bindingOf(id);
    const browser = await attachCursor(front.wsUrl(appId), kernelId, { after: 0 }, front.headers);
    await browser.until(
      ({ message }) =>
        message.header.msg_type === 'execute_reply' && message.parent_header.msg_id === execution,
    );
    browser.cut();
    await front.client.call('recordExecutions', { params: { id }, body: { executionIds: [execution] } });
    return printed(browser.entries, execution).trim();
  };
  const create = (id: string, generation: number, environment = large): Promise<Switch> =>
    front.client.call('createSwitch', { body: { documentId: id, generation, environment } });
  const until = (name: string) =>
    `import os, time\nwhile not os.path.exists(${JSON.stringify(name)}): time.sleep(0.02)\nprint(os.getpid())`;

  it('moves a document when its cells have ended on the old kernel; the old one is ended by hand [G1] [G3]', async () => {
    const { id, binding } = await bound();
    const pid = await run(id, 'import os; print(os.getpid())');
    const [running = '', queued = ''] = await submit(id, until('go-1'), 'print("last")');
    await untilExecution(running, 'running');
    const made = await create(id, binding.generation);
    expect(made).toMatchObject({
      state: 'starting',
      from: { ...small, kernelId: binding.kernelId },
      to: large,
    });
    const held = await untilSwitch(made.id, (one) => one.waitingFor === 'executions');
    expect(held.to.kernelId).not.toBe(binding.kernelId);
    expect(await bindingOf(id)).toMatchObject({ state: 'switching', kernelId: binding.kernelId });
    await writeFile(join(config.root, 'go-1'), '');
    expect(await untilExecution(queued, 'done')).toMatchObject({ kernelId: binding.kernelId });
    const executionIds = [running, queued];
    await front.client.call('recordExecutions', { params: { id }, body: { executionIds } });
    const done = await untilSwitch(made.id, (one) => one.state === 'done');
    expect(done.old).toEqual({ state: 'running', otherDocuments: [] });
    expect(await front.client.call('getSwitch', { params: { id: made.id } })).toEqual(done);
    expect(await run(id, 'import os; print(os.getpid())')).not.toBe(pid);
    const gone = await front.relay(binding.appId ?? '', `api/kernels/${binding.kernelId}`, {
      method: 'DELETE',
    });
    expect(gone.status).toBe(204);
    await untilSwitch(made.id, (one) => one.old?.state === 'ended');
    const again = await front.client.call('deleteSwitch', { params: { id: made.id } });
    expect(again).toBeUndefined();
  });

  it('is made once for one Idempotency-Key; cancelled, it leaves the old kernel and nothing else [G3]', async () => {
    const { id, binding } = await bound();
    await run(id, 'kept = 42');
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() };
    const environment = { ...small, imageId: 'second' };
    const body = JSON.stringify({ documentId: id, generation: binding.generation, environment });
    const { origin } = new URL(front.wsUrl('x').replace('ws', 'http'));
    const post = () =>
      fetch(`${origin}${base}/switches`, { method: 'POST', headers: { ...front.headers, ...headers }, body });
    const [first, second] = [await post(), await post()];
    expect([first.status, second.headers.get('Idempotent-Replay')]).toEqual([202, 'true']);
    const made = (await first.json()) as Switch;
    expect(first.headers.get('Location')).toBe(`${base}/switches/${made.id}`);
    expect(((await second.json()) as Switch).id).toBe(made.id);
    const cancelled = await front.client.call('deleteSwitch', { params: { id: made.id } });
    expect(cancelled).toMatchObject({ id: made.id, state: 'cancelled' });
    const isGone = (event: StudioEvent): event is EventOf<'app'> =>
      event.type === 'app' && event.app.id === made.to.appId && event.app.status === 'Deleted';
    await front.untilEvent(isGone);
    expect(await bindingOf(id)).toMatchObject({ state: 'bound', kernelId: binding.kernelId });
    expect(await run(id, 'print(kept)')).toBe('42');
  });

  it('fails when the new kernel is killed midway; the old one answers with its variables [G3]', async () => {
    const { id, binding } = await bound();
    await run(id, 'kept = 43');
    const [running = ''] = await submit(id, until('go-2'));
    await untilExecution(running, 'running');
    const made = await create(id, binding.generation);
    const { to } = await untilSwitch(made.id, (one) => one.waitingFor === 'executions');
    process.kill(pidOfKernel(to.kernelId ?? ''), 'SIGKILL');
    const failed = await untilSwitch(made.id, (one) => one.state === 'failed');
    expect(failed.failure?.message).toContain('ended while it started');
    await writeFile(join(config.root, 'go-2'), '');
    expect(await run(id, 'print(kept)')).toBe('43');
    expect(await bindingOf(id)).toMatchObject({ state: 'bound', kernelId: binding.kernelId });
  });

  it('fails when the new app is shut down midway, and says so [G3]', async () => {
    const { id, binding } = await bound();
    const made = await create(id, binding.generation, { ...small, imageId: 'second' });
    await front.client.call('deleteApp', { params: { id: made.to.appId ?? '' } });
    const failed = await untilSwitch(made.id, (one) => one.state === 'failed');
    expect(failed.failure?.message).toBe('Start cancelled. Nothing runs.');
    expect(await run(id, 'print(1)')).toBe('1');
  });
});

/** The process whose connection file names the kernel. */
function pidOfKernel(kernelId: string): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`kernel-${kernelId}`);
      } catch {
        // It ended while we looked.
        return false;
      }
    });
  if (found === undefined) throw new Error(`No process runs the kernel ${kernelId}.`);
  return Number(found);
}

it('a backend without a choice of instances does not offer switches', async () => {
  const t = await startHttp();
  const headers = { ...(await t.signIn()), 'Content-Type': 'application/json' };
  const body = JSON.stringify({ documentId: 'd1', generation: 3, environment: small });
  const answer = await t.send(`${base}/switches`, { method: 'POST', headers, body });
  expect(answer.status).toBe(501);
  expect(answer.json()).toMatchObject({ code: 'not-offered', feature: 'switch' });
  expect((await t.send(`${base}/switches/s1`, { headers })).status).toBe(501);
  await t.close();
});
