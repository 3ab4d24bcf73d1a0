import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppStartError } from '../driver.ts';
import { AppLayers } from './app-layer.ts';
import { writeKernelspecs } from './layer-kernelspecs.ts';
import { ImageScripts } from './layer-scripts.ts';
import { testPython } from './local.fixture.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('scripts of an image', () => {
  const body = 'import sys\nprint("caf\xe9", sys.argv[1:])\n';
  let bin: string;

  /** Stands for an interpreter: says which one it is, and what it was given. */
  async function interpreter(path: string, name: string): Promise<void> {
    await writeFile(path, `#!/bin/sh\necho ${name} "$@"\n`);
    await chmod(path, 0o755);
  }

  beforeEach(async () => {
    bin = join(folder, 'it’s $HOME', 'bin');
    await mkdir(bin, { recursive: true });
    await interpreter(join(bin, 'python3'), 'image');
    await interpreter(join(folder, 'layer-python'), 'layer');
  });

  it('run with the layer’s interpreter, or with the image’s where none is named', async () => {
    const python = join(bin, 'python3');
    const bytes = Buffer.concat([Buffer.from(`#!${python} -E\n`), Buffer.from(body, 'latin1')]);
    await writeFile(join(bin, 'plain'), bytes, { mode: 0o755 });
    await writeFile(join(bin, 'wrapped'), `#!/bin/sh\n'''exec' "${python}" "$0" "$@"\n' '''\n${body}`);
    const out = await new ImageScripts().of(bin, join(folder, 'scripts'));
    expect(readdirSync(out).sort()).toEqual(['plain', 'wrapped']);
    const run = (name: string, env: Record<string, string>): string =>
      execFileSync(join(out, name), ['a b'], { env: { PATH: '/usr/bin:/bin', ...env }, encoding: 'utf8' });
    const layer = { ATELIER_LAYER_PYTHON: join(folder, 'layer-python') };
    expect(run('plain', layer)).toBe(`layer -E ${join(out, 'plain')} a b\n`);
    expect(run('wrapped', layer)).toBe(`layer ${join(out, 'wrapped')} a b\n`);
    expect(run('plain', {})).toBe(`image -E ${join(out, 'plain')} a b\n`);
    // Not a byte of the rest is changed.
    expect(readFileSync(join(out, 'plain')).subarray(-body.length)).toEqual(Buffer.from(body, 'latin1'));
  });

  it('leaves alone what is no script of this Python', async () => {
    const python = join(bin, 'python3');
    await writeFile(join(bin, 'sh-script'), '#!/bin/sh\ntrue\n');
    await writeFile(join(bin, 'of-another'), '#!/usr/bin/python3\n');
    await writeFile(join(bin, 'by-path'), '#!/usr/bin/env python3\n');
    await writeFile(join(bin, 'binary'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]));
    await symlink('nowhere', join(bin, 'dangling'));
    await mkdir(join(bin, 'folder'));
    for (const name of ['pip', 'pip3.13', 'conda', 'conda-env', 'activate'])
      await writeFile(join(bin, name), `#!${python}\n`);
    expect(readdirSync(await new ImageScripts().of(bin, join(folder, 'scripts')))).toEqual([]);
  });

  it('are written once for each state of the image; what another run left is removed', async () => {
    const parent = join(folder, 'scripts');
    await mkdir(join(parent, 'old'), { recursive: true });
    const scripts = new ImageScripts();
    const [one, same] = await Promise.all([scripts.of(bin, parent), scripts.of(bin, parent)]);
    expect(same).toBe(one);
    expect(readdirSync(parent)).toHaveLength(1);
    await writeFile(join(bin, 'new'), `#!${join(bin, 'python3')}\n`);
    await utimes(bin, 1, 1);
    const after = await scripts.of(bin, parent);
    expect(after).not.toBe(one);
    expect(readdirSync(after)).toEqual(['new']);
    expect(readdirSync(parent)).toHaveLength(2);
  });
});

it('kernelspecs of the image’s Python run the layer’s; those of other languages run as they are', async () => {
  const specs = {
    python3: [join(folder, 'bin', 'python'), '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
    bare: ['python3', '-m', 'other_kernel'],
    elsewhere: ['/opt/elsewhere/bin/python', '-m', 'ipykernel_launcher'],
    ir: ['R', '--slave'],
  };
  for (const [name, argv] of Object.entries(specs)) {
    await mkdir(join(folder, 'kernels', name), { recursive: true });
    const spec = JSON.stringify({ argv, display_name: name, env: { A: '1' } });
    await writeFile(join(folder, 'kernels', name, 'kernel.json'), spec);
    await writeFile(join(folder, 'kernels', name, 'logo-64x64.png'), name);
  }
  const to = join(folder, 'own');
  const options = { bin: join(folder, 'bin'), python: '/layer/bin/python' };
  await writeKernelspecs(join(folder, 'kernels'), to, options);
  const read = (name: string): { argv: string[] } =>
    JSON.parse(readFileSync(join(to, name, 'kernel.json'), 'utf8')) as { argv: string[] };
  expect(read('python3')).toEqual({
    argv: ['/layer/bin/python', ...specs.python3.slice(1)],
    display_name: 'python3',
    env: { A: '1' },
  });
  expect(read('bare').argv[0]).toBe('/layer/bin/python');
  expect(read('elsewhere').argv).toEqual(specs.elsewhere);
  expect(read('ir').argv).toEqual(specs.ir);
  expect(readFileSync(join(to, 'python3', 'logo-64x64.png'), 'utf8')).toBe('python3');
});

it('making one takes a few milliseconds, and keeps a cache that the deployer names', async () => {
  const prefix = dirname(dirname(testPython()));
  const kernelspecDir = join(folder, 'image', 'kernels');
  await mkdir(kernelspecDir, { recursive: true });
  const serverEnv = { PIP_CACHE_DIR: '/shared/pip' };
  const layers = new AppLayers({ serverPrefix: prefix, uv: undefined, env: {}, serverEnv });
  const image = { image: { displayName: 'Base' }, prefix, kernelspecDir };
  await layers.warm(image);
  const instanceDir = join(folder, 'instance');
  const times: number[] = [];
  for (let i = 0; i < 20; i += 1) {
    const before = performance.now();
    const layer = await layers.make({ image, instanceDir, appId: `app-${i}` });
    times.push(performance.now() - before);
    expect(layer.env).toMatchObject({
      VIRTUAL_ENV: join(instanceDir, 'layers', `app-${i}`, 'env'),
      PIP_CACHE_DIR: '/shared/pip',
      UV_CACHE_DIR: join(instanceDir, 'cache', 'uv'),
    });
    await layer.remove();
  }
  // Promised are 30 ms on an idle machine.
  expect(times.sort((a, b) => a - b)[10]).toBeLessThan(90);
  expect(readdirSync(join(instanceDir, 'layers'))).toEqual([]);
});

it('a prefix whose Python is gone is told, and leaves nothing', async () => {
  const layers = new AppLayers({ serverPrefix: folder, uv: undefined, env: {}, serverEnv: {} });
  const image = { image: { displayName: 'Gone' }, prefix: join(folder, 'gone'), kernelspecDir: folder };
  await layers.warm(image);
  const made = layers.make({ image, instanceDir: join(folder, 'instance'), appId: 'a' });
  await expect(made).rejects.toThrow(AppStartError);
  await expect(made).rejects.toThrow(/^Gone is gone from .*Make it again\.$/);
  expect(readdirSync(folder)).toEqual([]);
});
