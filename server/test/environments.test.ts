import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundEnvironment, Image } from '@atelier-ide/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ann, memoryFacts } from '../src/apps/app-service.fixture.ts';
import {
  callApp,
  inKernel,
  type LocalFixture,
  makeLocalFixture,
  testConfig,
  testPython,
} from '../src/drivers/local/local.fixture.ts';
import type { ServerConfig } from '../src/config.ts';
import { problemOf } from './problem-of.ts';

/** Environments that a person has, found and made images on a real driver with real interpreters and kernels. */

const python = (executable: string, code: string): string =>
  execFileSync(executable, ['-I', '-c', code], { encoding: 'utf8' }).trim();

const sitePackages = 'import sysconfig; print(sysconfig.get_path("purelib"))';

/** A venv that has ipykernel: on the disk as a link, its dependencies by way of a `.pth`. */
function makeVenv(prefix: string, withKernel = true): void {
  execFileSync(testPython(), ['-m', 'venv', '--without-pip', prefix]);
  if (!withKernel) return;
  const [own, shared] = [join(prefix, 'bin', 'python'), testPython()].map((one) => python(one, sitePackages));
  symlinkSync(join(shared ?? '', 'ipykernel'), join(own ?? '', 'ipykernel'));
  writeFileSync(join(own ?? '', 'shared.pth'), `${shared}\n`);
}

const toyKernel = `
import os
from ipykernel.kernelbase import Kernel
from ipykernel.kernelapp import IPKernelApp
class Toy(Kernel):
    implementation, implementation_version, banner = "toy", "1", "toy"
    language_info = {"name": "toy", "mimetype": "text/plain", "file_extension": ".toy"}
    def do_execute(self, code, silent, *rest, **more):
        text = f"toy says {code} of {os.environ.get('TOY')}"
        self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": text})
        return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
IPKernelApp.launch_instance(kernel_class=Toy)
`;

/** A kernelspec as another language brings it: a program of its own. */
function makeToyKernel(home: string): void {
  const program = join(home, 'toy', 'bin', 'toy');
  mkdirSync(join(home, 'toy', 'bin'), { recursive: true });
  writeFileSync(join(home, 'toy', 'toy.py'), toyKernel);
  writeFileSync(program, `#!/bin/sh\nexec ${testPython()} ${join(home, 'toy', 'toy.py')} "$@"\n`, {
    mode: 0o755,
  });
  const folder = join(home, '.local/share/jupyter/kernels/toy');
  mkdirSync(folder, { recursive: true });
  const spec = {
    argv: [program, '-f', '{connection_file}'],
    display_name: 'Toy 1',
    language: 'toy',
    env: { TOY: 'the kernelspec' },
  };
  writeFileSync(join(folder, 'kernel.json'), JSON.stringify(spec));
}

let config: ServerConfig;
let fixture: LocalFixture;
const facts = memoryFacts();

beforeAll(async () => {
  config = await testConfig();
  makeVenv(join(config.root, 'shop', '.venv'));
  makeVenv(join(config.root, 'bare', '.venv'), false);
  makeToyKernel(config.root);
  fixture = await makeLocalFixture(config, { facts });
}, 120_000);
afterAll(() => fixture.close());

const making = () => fixture.driver.imageMaking;

async function found(displayName: string): Promise<FoundEnvironment> {
  const all = await making().found(ann.id);
  const one = all.find((place) => place.displayName === displayName);
  if (!one) throw new Error(`${displayName} is not among ${JSON.stringify(all)}.`);
  return one;
}

/** Resolves with an image of the driver once it is neither new nor being made. */
async function settled(imageId: string): Promise<Image> {
  const look = async () =>
    (await fixture.driver.images()).find(({ id, status }) => id === imageId && status !== 'CREATING');
  return new Promise((resolve) => {
    const check = async (): Promise<void> => {
      const image = await look();
      if (!image) return;
      stop();
      resolve(image);
    };
    const stop = fixture.driver.onDidChangeImages(() => void check());
    void check();
  });
}

async function runIn(image: Image, code: string): Promise<string> {
  const { service } = fixture;
  const { app } = service.create(ann, {
    type: 'KernelGateway',
    imageId: image.id,
    instanceType: 'ml.t3.medium',
  });
  await service.whenInService(ann, app.id);
  const endpoint = service.endpoint(ann, app.id);
  if (!endpoint) throw new Error('The app has no endpoint.');
  const { status, json } = await callApp(endpoint, 'POST', 'api/kernels', { name: image.kernels[0]?.name });
  expect(status).toBe(201);
  try {
    return await inKernel(endpoint, (json as { id: string }).id, code);
  } finally {
    service.remove(ann, app.id);
  }
}

describe('environments of the home', () => {
  it('are found with what speaks against them [C5]', async () => {
    const all = await making().found(ann.id);
    expect(all.map(({ id: _id, ...place }) => place)).toEqual([
      { kind: 'kernelspec', displayName: 'Toy 1', path: '.local/share/jupyter/kernels/toy', version: 'toy' },
      {
        kind: 'venv',
        displayName: 'bare',
        path: 'bare/.venv',
        version: expect.stringMatching(/^3\.\d+\.\d+$/),
        reason: 'It has no ipykernel. Run `pip install ipykernel` in it.',
      },
      {
        kind: 'venv',
        displayName: 'shop',
        path: 'shop/.venv',
        version: expect.stringMatching(/^3\.\d+\.\d+$/),
      },
    ]);
  });

  it('one becomes an image with one request, and a kernel runs in it [C5]', async () => {
    const { id } = await found('shop');
    const told: Image[] = [];
    const stop = fixture.driver.onDidChangeImages((image) => told.push(image));
    const { image, created } = await making().create(ann.id, id);
    expect([created, image.status, image.scope, image.steps?.length]).toEqual([true, 'CREATING', 'user', 1]);
    const made = await settled(image.id);
    stop();
    expect(told.map(({ status }) => status).at(-1)).toBe('CREATED');
    expect(made).toMatchObject({
      displayName: 'shop',
      status: 'CREATED',
      scope: 'user',
      description: 'Your environment shop/.venv.',
      kernels: [{ name: 'python3', displayName: 'Python 3', language: 'python' }],
    });
    expect((await found('shop')).imageId).toBe(made.id);
    expect(await making().create(ann.id, id)).toEqual({ image: made, created: false });
    const base = await runIn(made, 'import sys, site; print(*sys.path, sep="\\n")');
    expect(base).toContain(join(config.root, 'shop', '.venv'));
  });

  it('a kernelspec of another language becomes an image with its kernel [C5]', async () => {
    const { image } = await making().create(ann.id, (await found('Toy 1')).id);
    const made = await settled(image.id);
    expect(made).toMatchObject({
      displayName: 'Toy 1',
      status: 'CREATED',
      version: 'toy',
      kernels: [{ name: 'toy', displayName: 'Toy 1', language: 'toy' }],
    });
    expect(await runIn(made, 'hello')).toBe('toy says hello of the kernelspec');
  });

  it('one that cannot be used is refused with the reason; one that is not there is not found', async () => {
    expect(await problemOf(making().create(ann.id, (await found('bare')).id))).toMatchObject({
      code: 'impossible',
      detail: 'bare: It has no ipykernel. Run `pip install ipykernel` in it.',
    });
    expect(await problemOf(making().create(ann.id, 'venv-none'))).toMatchObject({ code: 'not-found' });
  });

  it('an image that looks well and does not work says so; after a repair it is tried again', async () => {
    const prefix = join(config.root, 'odd', '.venv');
    makeVenv(prefix, false);
    const site = python(join(prefix, 'bin', 'python'), sitePackages);
    mkdirSync(join(site, 'ipykernel'));
    writeFileSync(join(site, 'ipykernel', '__init__.py'), 'raise ImportError("half installed")\n');
    const { image } = await making().create(ann.id, (await found('odd')).id);
    expect(await settled(image.id)).toMatchObject({
      status: 'CREATE_FAILED',
      failureReason: expect.stringMatching(/ipykernel cannot be loaded .*half installed/),
    });
    rmSync(join(site, 'ipykernel'), { recursive: true });
    writeFileSync(join(site, 'shared.pth'), `${python(testPython(), sitePackages)}\n`);
    await making().retry(image.id);
    expect((await settled(image.id)).status).toBe('CREATED');
  });

  it('images of users are there again after a restart; one whose environment has gone says so', async () => {
    await fixture.service.close();
    await fixture.driver.close();
    const before = await fixture.driver.images();
    renameSync(join(config.root, 'odd'), join(config.root, 'away'));
    fixture = await makeLocalFixture(config, { facts });
    const after = await fixture.driver.images();
    expect(after.map(({ displayName, status }) => [displayName, status])).toEqual([
      ['Base Python', 'CREATED'],
      ['shop', 'CREATED'],
      ['Toy 1', 'CREATED'],
      ['odd', 'CREATE_FAILED'],
    ]);
    expect(after.slice(1, 3)).toEqual(before.slice(1, 3));
    expect(after[3]?.failureReason).toBe(
      `odd is gone: there is no ${join(config.root, 'odd/.venv/bin/python')}. Make the environment again, or remove the image.`,
    );
    const toy = after[2];
    if (toy) expect(await runIn(toy, 'again')).toBe('toy says again of the kernelspec');
    renameSync(join(config.root, 'away'), join(config.root, 'odd'));
    await making().retry(after[3]?.id ?? '');
    expect((await settled(after[3]?.id ?? '')).status).toBe('CREATED');
  });

  it('an environment that goes while the server runs is told at the next start of an app', async () => {
    const odd = (await fixture.driver.images()).find(({ displayName }) => displayName === 'odd');
    await rm(join(config.root, 'odd'), { recursive: true });
    const { app } = fixture.service.create(ann, {
      type: 'KernelGateway',
      imageId: odd?.id ?? '',
      instanceType: 'ml.t3.medium',
    });
    await expect(fixture.service.whenInService(ann, app.id)).rejects.toThrow(/odd is gone/);
    const now = (await fixture.driver.images()).find(({ displayName }) => displayName === 'odd');
    expect(now?.status).toBe('CREATE_FAILED');
  });

  it('a user takes an own image away, nobody one of the server', async () => {
    const odd = (await fixture.driver.images()).find(({ displayName }) => displayName === 'odd');
    expect(await problemOf(making().remove('somebody-else', odd?.id ?? ''))).toMatchObject({
      code: 'not-found',
    });
    expect(await problemOf(making().remove(ann.id, 'base-python'))).toMatchObject({ code: 'forbidden' });
    const told: Image[] = [];
    const stop = fixture.driver.onDidChangeImages((image) => told.push(image));
    await making().remove(ann.id, odd?.id ?? '');
    stop();
    expect(told.map(({ status }) => status)).toEqual(['DELETING']);
    expect((await fixture.driver.images()).map(({ displayName }) => displayName)).not.toContain('odd');
    expect(await facts.get('images.user')).not.toContain('"odd"');
  });
});
