import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { App } from '@atelier-ide/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ann } from '../../apps/app-service.fixture.ts';
import type { AppEndpoint } from '../driver.ts';
import {
  alive,
  callApp,
  descendants,
  inKernel,
  inTerminal,
  type LocalFixture,
  makeLocalFixture,
  testPython,
  until,
} from './local.fixture.ts';

const request = { type: 'KernelGateway' as const, imageId: 'base-python', instanceType: 'ml.t3.medium' };

function endpointOf({ service }: LocalFixture, app: App): AppEndpoint {
  const endpoint = service.endpoint(ann, app.id);
  if (!endpoint) throw new Error(`${app.id} has no endpoint: ${JSON.stringify(service.get(ann, app.id))}`);
  return endpoint;
}

async function startGateway(fixture: LocalFixture): Promise<{ app: App; endpoint: AppEndpoint }> {
  const { app } = fixture.service.create(ann, request);
  const up = await fixture.service.whenInService(ann, app.id);
  return { app: up, endpoint: endpointOf(fixture, up) };
}

async function startKernel(endpoint: AppEndpoint): Promise<string> {
  const { status, json } = await callApp(endpoint, 'POST', 'api/kernels', { name: 'python3' });
  expect(status).toBe(201);
  return (json as { id: string }).id;
}

describe('a running driver', () => {
  let fixture: LocalFixture;
  beforeAll(async () => {
    fixture = await makeLocalFixture();
  });
  afterAll(() => fixture.close());

  it('describes Base Python by asking its interpreter', async () => {
    const [image] = await fixture.driver.images();
    expect(image).toMatchObject({
      id: 'base-python',
      displayName: 'Base Python',
      status: 'CREATED',
      kernels: [{ name: 'python3', displayName: 'Python 3', language: 'python' }],
    });
    expect(image?.version).toMatch(/^3\.\d+\.\d+$/);
    expect(image?.packages?.map((one) => one.name)).toContain('ipykernel');
    expect(image?.aliases).toContain('sagemaker-base-python-310-v1');
  });

  it('starts the JupyterServer app: home, files, system terminal [A3]', async () => {
    const { id } = fixture.service.ensureJupyterServer(ann);
    const app = await fixture.service.whenInService(ann, id);
    expect(app.phases.map((phase) => phase.name)).toEqual(['queued', 'server']);
    expect(app.identity).toMatchObject({ uid: process.getuid?.(), mountPath: fixture.config.root });
    const endpoint = endpointOf(fixture, app);
    await writeFile(join(fixture.config.root, 'there.txt'), 'x');
    const { json } = await callApp(endpoint, 'GET', 'api/contents/there.txt');
    expect(json).toMatchObject({ name: 'there.txt', content: 'x' });
    expect(await inTerminal(endpoint, 'echo "at=$(pwd) home=$HOME"', /at=(\/\S+ home=\/\S+)/)).toBe(
      `${fixture.config.root} home=${fixture.config.root}`,
    );
    expect(fixture.service.ensureJupyterServer(ann).id).toBe(id);
  });

  it('starts a KernelGateway app that runs the image; a second create returns it [A3] [A5]', async () => {
    const { app, endpoint } = await startGateway(fixture);
    expect(app.phases.map((phase) => phase.name)).toEqual(['queued', 'instance', 'image', 'server']);
    expect(fixture.service.create(ann, request)).toMatchObject({ created: false, app: { id: app.id } });
    const prefix = dirname(dirname(testPython()));
    const kernel = await startKernel(endpoint);
    const code =
      'import sys, os, shutil, ipykernel; print(sys.prefix, os.environ["TMPDIR"], shutil.which("python"), ipykernel.__file__, sep="\\n")';
    const [sysPrefix, tmp, python, ipykernel] = (await inKernel(endpoint, kernel, code)).split('\n');
    // Its own layer over the image, in the instance's folder.
    expect(sysPrefix).toContain(join(fixture.config.dataDir, 'instances', app.instanceId ?? ''));
    expect(ipykernel).toMatch(new RegExp(`^${prefix}/`));
    expect(existsSync(tmp ?? '')).toBe(true);
    expect(python).toBe(join(sysPrefix ?? '', 'bin', 'python'));
    // A start-up file of the user that puts another python first does not take the image away.
    await mkdir(join(fixture.config.root, 'other'));
    await writeFile(join(fixture.config.root, 'other', 'python'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(fixture.config.root, '.bashrc'), 'PATH="$HOME/other:$PATH"\nMINE=1\n');
    const said = await inTerminal(endpoint, 'echo "py=$(which python) mine=$MINE"', /py=(\/\S+ mine=\d)/);
    expect(said).toBe(`${python} mine=1`);
    await rm(join(fixture.config.root, '.bashrc'));
  });

  it('gives apps a clean environment', async () => {
    process.env['SECRET_OF_THE_SERVER'] = 'x';
    const { endpoint } = await startGateway(fixture);
    const kernel = await startKernel(endpoint);
    const names = await inKernel(endpoint, kernel, 'import os; print(" ".join(os.environ))');
    delete process.env['SECRET_OF_THE_SERVER'];
    for (const name of ['SECRET_OF_THE_SERVER', 'PYTHONPATH', 'npm_config_cache', 'NODE_ENV', 'VITEST'])
      expect(names.split(/\s/)).not.toContain(name);
    expect(names.split(/\s/)).toEqual(expect.arrayContaining(['HOME', 'PATH', 'LANG', 'SHELL', 'USER']));
  });

  it('refuses a request without the token', async () => {
    const { endpoint } = await startGateway(fixture);
    expect((await callApp({ ...endpoint, token: 'wrong-token-wrong' }, 'GET', 'api/kernels')).status).toBe(
      403,
    );
  });

  it('an app that is killed is Failed with its cause, and its kernels are gone', async () => {
    const { app, endpoint } = await startGateway(fixture);
    const kernel = await startKernel(endpoint);
    const code = 'import os; print(os.getppid(), os.getpid())';
    const pids = (await inKernel(endpoint, kernel, code)).trim().split(' ').map(Number);
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await until('the app is Failed', () => fixture.service.get(ann, app.id).status === 'Failed');
    const { failure } = fixture.service.get(ann, app.id);
    expect(failure).toMatchObject({
      code: 'app-exited',
      message:
        'The app was ended by SIGKILL. Its kernels ended with it. Your files are kept. Start it again.',
    });
    expect(alive(pids)).toEqual([]);
    await until('the instance has gone', () => fixture.service.instances(ann).length === 0);
  });

  it('delete ends the app with kernels and terminals that hide, and its folder [A8]', async () => {
    const { app, endpoint } = await startGateway(fixture);
    const kernel = await startKernel(endpoint);
    const hide =
      'import subprocess; print(subprocess.Popen(["sh", "-c", "trap \\"\\" TERM HUP; sleep 300 & wait"], start_new_session=True).pid)';
    const hidden = Number((await inKernel(endpoint, kernel, hide)).trim());
    const shell = Number(await inTerminal(endpoint, 'echo "pid=$$"', /pid=(\d+)/));
    const kernelPid = Number((await inKernel(endpoint, kernel, 'import os; print(os.getpid())')).trim());
    const folder = join(fixture.config.dataDir, 'instances', app.instanceId ?? '');
    expect(existsSync(folder)).toBe(true);
    expect(alive([hidden, shell, kernelPid])).toHaveLength(3);
    fixture.service.remove(ann, app.id);
    await until('the app is gone', () => fixture.service.get(ann, app.id).status === 'Deleted');
    expect(alive([hidden, shell, kernelPid])).toEqual([]);
    await until('the folder is gone', () => !existsSync(folder));
  });

  it('a cancelled start leaves nothing, however far it came [C3]', async () => {
    const before = descendants(process.pid).length;
    const logs = readdirSync(join(fixture.config.dataDir, 'logs', 'apps'));
    for (const waitMs of [0, 5, 30, 60, 120]) {
      const { app } = fixture.service.create(ann, request);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      fixture.service.remove(ann, app.id);
      await until('it is gone', () => fixture.service.get(ann, app.id).status === 'Deleted');
      await until('the instance has gone', () => fixture.service.instances(ann).length === 0);
    }
    expect(descendants(process.pid)).toHaveLength(before);
    expect(readdirSync(join(fixture.config.dataDir, 'instances'))).toEqual([]);
    expect(readdirSync(join(fixture.config.dataDir, 'logs', 'apps'))).toEqual(logs);
  });

  it('when the zygote is killed, its apps are Failed and ended, and the next app starts', async () => {
    const { app } = await startGateway(fixture);
    const below = descendants(process.pid).map((one) => one.pid);
    const zygote = descendants(process.pid).find((one) => one.name === 'atelier-zygote');
    process.kill(zygote?.pid ?? 0, 'SIGKILL');
    await until('the app is Failed', () => fixture.service.get(ann, app.id).status === 'Failed');
    expect(fixture.service.get(ann, app.id).failure?.message).toContain(
      'The helper that runs apps ended (SIGKILL).',
    );
    await until('everything has ended', () => alive(below).length === 0);
    const again = await startGateway(fixture);
    expect(again.app.id).not.toBe(app.id);
    fixture.service.remove(ann, again.app.id);
  });
});
