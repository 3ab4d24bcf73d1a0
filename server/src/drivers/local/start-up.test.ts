import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { ann } from '../../apps/app-service.fixture.ts';
import { inspectBasePython } from '../../images/base-python.ts';
import { silentLog } from '../../log.ts';
import { StartupError } from '../driver.ts';
import { LocalDriver } from './local-driver.ts';
import {
  alive,
  callApp,
  descendants,
  inKernel,
  type LocalFixture,
  makeLocalFixture,
  testConfig,
  testPython,
  until,
} from './local.fixture.ts';
import { serveInChild } from './serve-in-child.fixture.ts';

const pythonDir = fileURLToPath(new URL('../../../python', import.meta.url));
const request = { type: 'KernelGateway' as const, imageId: 'base-python', instanceType: 'ml.t3.medium' };

async function startAll({ service }: LocalFixture): Promise<void> {
  const ids = [service.ensureJupyterServer(ann).id, service.create(ann, request).app.id];
  await Promise.all(ids.map((id) => service.whenInService(ann, id)));
}

it('close leaves no process, socket or folder [Q9]', async () => {
  const fixture = await makeLocalFixture();
  await startAll(fixture);
  const gateway = fixture.service.list(ann).find((app) => app.type === 'KernelGateway');
  const endpoint = fixture.service.endpoint(ann, gateway?.id ?? '');
  if (!endpoint) throw new Error('The app has no endpoint.');
  const { json } = await callApp(endpoint, 'POST', 'api/kernels', { name: 'python3' });
  await inKernel(endpoint, (json as { id: string }).id, 'print(1)');
  const pids = descendants(process.pid).map((one) => one.pid);
  expect(pids.length).toBeGreaterThanOrEqual(6);
  const folder = readFileSync(join(fixture.config.dataDir, 'runtime-folder'), 'utf8');
  await fixture.service.close();
  await fixture.driver.close();
  expect(alive(pids)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(join(fixture.config.dataDir, 'runtime-folder'))).toBe(false);
  await fixture.close();
});

it('closing the driver alone, in the middle of a start, leaves no process', async () => {
  const fixture = await makeLocalFixture();
  await startAll(fixture);
  const { app } = fixture.service.create(ann, { ...request, instanceType: 'ml.m5.large' });
  const failed = fixture.service.whenInService(ann, app.id).catch((error: unknown) => error);
  const pids = descendants(process.pid).map((one) => one.pid);
  await fixture.driver.close();
  expect(alive(pids)).toEqual([]);
  expect(await failed).toBeInstanceOf(Error);
  expect(descendants(process.pid)).toEqual([]);
  await fixture.close();
});

it('a server that is ended before it is ready leaves no process and no folder', async () => {
  for (const waitMs of [0, 100, 300, 600]) {
    const config = await testConfig();
    const driver = new LocalDriver(config, silentLog);
    const prepared = driver.prepare().catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const before = Date.now();
    await driver.close();
    expect(Date.now() - before).toBeLessThan(5_000);
    await prepared;
    await until('everything has ended', () => descendants(process.pid).length === 0);
    expect(existsSync(join(config.dataDir, 'runtime-folder'))).toBe(false);
    await rm(join(config.root, '..'), { recursive: true });
  }
});

it('fifty creates and two sign-ins at once start one app of each kind [A3]', async () => {
  const fixture = await makeLocalFixture();
  const ids = new Set(Array.from({ length: 50 }, () => fixture.service.create(ann, request).app.id));
  const servers = new Set([1, 2].map(() => fixture.service.ensureJupyterServer(ann).id));
  expect([ids.size, servers.size]).toEqual([1, 1]);
  await Promise.all([...ids, ...servers].map((id) => fixture.service.whenInService(ann, id)));
  const keepers = descendants(process.pid).filter((one) => one.name === 'atelier-app');
  expect(keepers).toHaveLength(2);
  await fixture.close();
});

it('keeps socket paths short in a data folder with a long path', async () => {
  const config = await testConfig();
  const dataDir = join(config.dataDir, 'a-rather-long-name-of-a-folder'.repeat(4));
  await mkdir(dataDir, { recursive: true });
  const fixture = await makeLocalFixture({ ...config, dataDir });
  const { app } = fixture.service.create(ann, request);
  await fixture.service.whenInService(ann, app.id);
  const endpoint = fixture.service.endpoint(ann, app.id);
  if (!endpoint || !('socketPath' in endpoint.target)) throw new Error('The app has no socket.');
  expect(Buffer.byteLength(endpoint.target.socketPath)).toBeLessThan(100);
  const { json } = await callApp(endpoint, 'POST', 'api/kernels', { name: 'python3' });
  const manager =
    'import multiprocessing.managers as m; s = m.SyncManager(); s.start(); print("made", s.address)';
  expect(await inKernel(endpoint, (json as { id: string }).id, manager)).toMatch(/^made \//);
  await fixture.close();
});

it('says in one sentence what is wrong with the interpreter', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const venv = join(folder, 'venv');
  execFileSync(testPython(), ['-m', 'venv', '--without-pip', venv]);
  const script = join(folder, 'python');
  await writeFile(script, '#!/bin/sh\necho "the disk is on fire" >&2\nexit 3\n');
  await chmod(script, 0o755);
  const sayings: [python: string, words: RegExp][] = [
    [join(folder, 'nothing'), /cannot be run \(ENOENT\)/],
    [script, /python could not start the helper that runs apps: the disk is on fire$/],
    [join(venv, 'bin', 'python'), /has no module jupyter_server\. Install/],
  ];
  for (const [pythonExecutable, words] of sayings) {
    const config = await testConfig({ pythonExecutable });
    const driver = new LocalDriver(config, silentLog);
    const error: unknown = await driver.prepare().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StartupError);
    expect((error as Error).message).toMatch(words);
    expect((error as Error).message).not.toContain('\n');
    await driver.close();
    expect(existsSync(join(config.dataDir, 'runtime-folder'))).toBe(false);
    await rm(join(config.root, '..'), { recursive: true });
  }
});

it('an environment without ipykernel is an image that says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  execFileSync(testPython(), ['-m', 'venv', '--without-pip', join(folder, 'venv')]);
  const { image } = await inspectBasePython({
    pythonExecutable: join(folder, 'venv', 'bin', 'python'),
    pythonDir,
    outDir: join(folder, 'kernels'),
    env: { PATH: '/usr/bin:/bin' },
  });
  expect(image).toMatchObject({ status: 'CREATE_FAILED', kernels: [] });
  expect(image.failureReason).toMatch(/^ipykernel cannot be loaded by .*No module named 'ipykernel'/);
});

it('further environments are images of their own; a broken one says what is wrong', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink(dirname(dirname(testPython())), join(folder, 'good'));
  execFileSync(testPython(), ['-m', 'venv', '--without-pip', join(folder, 'bare')]);
  const image = (id: string) => ({
    id,
    displayName: `The ${id} one`,
    pythonExecutable: join(folder, id, 'bin', 'python'),
  });
  const fixture = await makeLocalFixture(await testConfig({ images: [image('good'), image('bare')] }));
  onTestFinished(() => fixture.close());
  const [base, good, bare] = await fixture.driver.images();
  expect(base).toMatchObject({ id: 'base-python', status: 'CREATED' });
  expect(good).toMatchObject({ id: 'good', displayName: 'The good one', status: 'CREATED', aliases: [] });
  expect(bare).toMatchObject({ id: 'bare', status: 'CREATE_FAILED', kernels: [] });
  expect(bare?.failureReason).toMatch(/^ipykernel cannot be loaded by .*bare/);
  expect(() => fixture.service.create(ann, { ...request, imageId: 'bare' })).toThrow(/ipykernel/);
  // An app for each image, though the type is the same; its kernel runs its own interpreter.
  const basic = fixture.service.create(ann, request);
  const { app } = fixture.service.create(ann, { ...request, imageId: 'good' });
  expect(app.id).not.toBe(basic.app.id);
  await fixture.service.whenInService(ann, app.id);
  const endpoint = fixture.service.endpoint(ann, app.id);
  if (!endpoint) throw new Error('The app has no endpoint.');
  const { json } = await callApp(endpoint, 'POST', 'api/kernels', { name: 'python3' });
  const { id } = json as { id: string };
  const found = await inKernel(endpoint, id, 'import ipykernel; print(ipykernel.__file__)');
  expect(found).toContain(join(folder, 'good'));
});

it('what a killed server left and nobody has kept is ended by the next start', async () => {
  const config = await testConfig();
  const child = await serveInChild(config.dataDir);
  const rows = descendants(child.pid);
  const apps = rows.filter(({ name }) => name !== 'atelier-zygote').map(({ pid }) => pid);
  expect(apps.length).toBeGreaterThanOrEqual(4);
  const folder = readFileSync(join(config.dataDir, 'runtime-folder'), 'utf8');
  const layers = join(config.dataDir, 'instances', 'i', 'layers');
  expect(readdirSync(layers)).toEqual(['gateway']);
  child.kill();
  const fixture = await makeLocalFixture(config);
  expect(alive(apps)).toEqual([]);
  expect(readdirSync(join(config.dataDir, 'instances'))).toEqual([]);
  const { app } = fixture.service.create(ann, request);
  await fixture.service.whenInService(ann, app.id);
  await fixture.close();
  expect(alive(rows.map(({ pid }) => pid))).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

it('what a killed server left for another home is ended before anything begins, helper included', async () => {
  const config = await testConfig();
  const child = await serveInChild(config.dataDir);
  const pids = descendants(child.pid).map(({ pid }) => pid);
  const folder = readFileSync(join(config.dataDir, 'runtime-folder'), 'utf8');
  child.kill();
  const root = join(config.root, '..', 'another');
  await mkdir(root);
  const driver = new LocalDriver({ ...config, root }, silentLog);
  await driver.prepare();
  expect(alive(pids)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  await driver.close();
  await rm(join(config.root, '..'), { recursive: true });
});

it('a helper that does not answer any more is killed, and another serves', async () => {
  const config = await testConfig();
  const child = await serveInChild(config.dataDir);
  const rows = descendants(child.pid);
  const zygote = rows.find(({ name }) => name === 'atelier-zygote')?.pid ?? 0;
  child.kill();
  process.kill(zygote, 'SIGSTOP');
  const fixture = await makeLocalFixture(config);
  expect(alive([zygote])).toEqual([]);
  // Nobody has kept the apps here; without that they would have been ended by their names.
  for (const { pid, name } of rows) if (name === 'atelier-app') process.kill(pid, 'SIGKILL');
  await until('their keepers have ended the rest', () => alive(rows.map(({ pid }) => pid)).length === 0);
  const { app } = fixture.service.create(ann, request);
  await fixture.service.whenInService(ann, app.id);
  await fixture.close();
});

it(
  'after kill -9 of the server everything it started ends when nobody takes it over in time [Q9]',
  { timeout: 60_000 },
  async () => {
    const config = await testConfig();
    const child = await serveInChild(config.dataDir);
    const pids = descendants(child.pid).map((one) => one.pid);
    expect(pids.length).toBeGreaterThanOrEqual(3);
    const folder = readFileSync(join(config.dataDir, 'runtime-folder'), 'utf8');
    child.kill();
    for (let waited = 0; waited < 4 && alive(pids).length > 0; waited += 1)
      await until('all have ended', () => alive(pids).length === 0).catch(() => undefined);
    expect(alive(pids)).toEqual([]);
    expect([folder, join(config.dataDir, 'instances')].filter((path) => existsSync(path))).toEqual([]);
    await rm(join(config.root, '..'), { recursive: true });
  },
);
