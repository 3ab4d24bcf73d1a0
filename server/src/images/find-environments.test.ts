import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findEnvironments, type Search } from './find-environments.ts';
import { isCopied } from './read-small-file.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'atelier-home-'));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function put(path: string, text = '', mode = 0o644): Promise<void> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
}

async function putPython(prefix: string, withKernel = true): Promise<void> {
  await put(join(prefix, 'bin/python'), '#!/bin/sh\n', 0o755);
  if (withKernel) await put(join(prefix, 'lib/python3.12/site-packages/ipykernel/__init__.py'));
}

async function putVenv(prefix: string, config = 'version = 3.12.4\n', withKernel = true): Promise<void> {
  await put(join(prefix, 'pyvenv.cfg'), `home = /usr/bin\n${config}`);
  await putPython(prefix, withKernel);
}

const find = (more: Partial<Search> = {}) => findEnvironments({ home, path: join(home, 'bin'), ...more });
const paths = async (more: Partial<Search> = {}): Promise<string[]> =>
  (await find(more)).map(({ path }) => path.slice(home.length + 1));

describe('kinds', () => {
  it('tells venv, uv and conda apart, with version and name [C5]', async () => {
    await putVenv('shop/.venv');
    await putVenv('ml/.venv', 'uv = 0.13.9\nversion_info = 3.11.2\n');
    await put('miniforge3/conda-meta/python-3.10.9-h1_0_cpython.json', '{}');
    await put('miniforge3/envs/torch/conda-meta/python-3.13.1-h2_0_cpython.json', '{}');
    await putPython('miniforge3');
    await putPython('miniforge3/envs/torch');
    expect(await find()).toEqual([
      expect.objectContaining({ kind: 'conda', displayName: 'miniforge3', version: '3.10.9' }),
      expect.objectContaining({ kind: 'conda', displayName: 'torch', version: '3.13.1' }),
      expect.objectContaining({ kind: 'uv', displayName: 'ml', version: '3.11.2' }),
      expect.objectContaining({ kind: 'venv', displayName: 'shop', version: '3.12.4' }),
    ]);
    for (const { reason } of await find()) expect(reason).toBeUndefined();
  });

  it('takes what conda has noted, also outside of the home', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'atelier-conda-'));
    await mkdir(join(outside, 'conda-meta'));
    await put('.conda/environments.txt', `\n${outside}\nnot/absolute\n/no/such/place\n`);
    expect(await find()).toEqual([expect.objectContaining({ kind: 'conda', path: outside })]);
    await rm(outside, { recursive: true });
  });

  it('finds kernelspecs with their language', async () => {
    await put('bin/toy', '#!/bin/sh\n', 0o755);
    const spec = { argv: ['toy', '{connection_file}'], display_name: 'Toy', language: 'toy' };
    await put('.local/share/jupyter/kernels/toy/kernel.json', JSON.stringify(spec));
    await put('.local/share/jupyter/kernels/broken/kernel.json', '{');
    await put(
      '.local/share/jupyter/kernels/gone/kernel.json',
      JSON.stringify({ ...spec, argv: ['/no/toy'] }),
    );
    const found = await find();
    expect(
      found.map(({ kind, displayName, version, reason }) => [kind, displayName, version, reason]),
    ).toEqual([
      ['kernelspec', 'broken', undefined, 'Its kernel.json is not valid. Install the kernel again.'],
      ['kernelspec', 'Toy', undefined, 'Its program /no/toy is not there. Install the kernel again.'],
      ['kernelspec', 'Toy', 'toy', undefined],
    ]);
  });

  it('an id stays while path and kind stay', async () => {
    await putVenv('a/.venv');
    await putVenv('b/.venv');
    const [first, again] = [await find(), await find()];
    expect(again).toEqual(first);
    expect(new Set(first.map(({ id }) => id)).size).toBe(2);
  });
});

describe('what cannot be used says why, and what to do', () => {
  it.each([
    ['version = 3.12.4\n', 'It has no ipykernel. Run `pip install ipykernel` in it.'],
    ['uv = 0.13.9\n', 'It has no ipykernel. Run `uv pip install ipykernel` in it.'],
    // Borrowed from the system: only its interpreter knows.
    ['include-system-site-packages = true\n', undefined],
  ])('%j without ipykernel', async (config, reason) => {
    await putVenv('p/.venv', config, false);
    expect((await find())[0]?.reason).toBe(reason);
  });

  it('an interpreter that has gone', async () => {
    await putVenv('p/.venv');
    await rm(join(home, 'p/.venv/bin/python'));
    await symlink('/no/such/python', join(home, 'p/.venv/bin/python'));
    expect((await find())[0]?.reason).toBe('Its Python is gone. Make the environment again.');
  });

  it('conda without Python', async () => {
    await mkdir(join(home, 'r-env/conda-meta'), { recursive: true });
    expect((await find())[0]?.reason).toBe('It has no Python. Run `conda install ipykernel` in it.');
  });
});

describe('a home that is not friendly', () => {
  it('four levels and no further', async () => {
    await putVenv('a/b/c/.venv');
    await putVenv('a/b/c/d/.venv');
    expect(await paths()).toEqual(['a/b/c/.venv']);
  });

  it('leaves out node_modules, hidden folders, and what it is told', async () => {
    await putVenv('node_modules/x/.venv');
    await putVenv('.cache/deep/env');
    await putVenv('state/images/x/env');
    await putVenv('.virtualenvs/kept');
    await putVenv('.local/share/virtualenvs/pipenv-1');
    expect(await paths({ leaveOut: [join(home, 'state')] })).toEqual([
      '.local/share/virtualenvs/pipenv-1',
      '.virtualenvs/kept',
    ]);
  });

  it('does not go round in loops of links, and takes a linked .venv', async () => {
    await putVenv('envs/one');
    await mkdir(join(home, 'project'));
    await symlink('../envs/one', join(home, 'project/.venv'));
    await symlink('..', join(home, 'project/up'));
    await symlink('.', join(home, 'loop'));
    expect(await paths()).toEqual(['envs/one', 'project/.venv']);
  });

  it('is not held up by pipes in the place of files, nor reads huge ones', async () => {
    await putVenv('piped/.venv');
    await putVenv('huge/.venv');
    await rm(join(home, 'piped/.venv/pyvenv.cfg'));
    await mkdir(join(home, '.conda'));
    await mkdir(join(home, '.local/share/jupyter/kernels/odd'), { recursive: true });
    const pipes = [
      'piped/.venv/pyvenv.cfg',
      '.conda/environments.txt',
      '.local/share/jupyter/kernels/odd/kernel.json',
    ];
    execFileSync(
      'mkfifo',
      pipes.map((pipe) => join(home, pipe)),
    );
    await truncate(join(home, 'huge/.venv/pyvenv.cfg'), 2 ** 32);
    const found = await find({ limits: { ms: 20_000 } });
    expect(found.map(({ displayName, version }) => [displayName, version])).toEqual([
      ['odd', undefined],
      ['huge', undefined],
      ['piped', undefined],
    ]);
  });

  it('copies of a kernel plain files, and no folder that a link leads to', async () => {
    await put('spec/kernel.json', '{}');
    await put('spec/parts/logo.svg', '<svg/>');
    await put('elsewhere/large', 'x');
    await symlink(join(home, 'elsewhere'), join(home, 'spec/away'));
    await symlink(join(home, 'elsewhere/large'), join(home, 'spec/file'));
    await symlink(join(home, 'nowhere'), join(home, 'spec/broken'));
    execFileSync('mkfifo', [join(home, 'spec/pipe')]);
    await cp(join(home, 'spec'), join(home, 'copy'), {
      recursive: true,
      dereference: true,
      filter: isCopied,
    });
    expect(readdirSync(join(home, 'copy')).toSorted()).toEqual(['file', 'kernel.json', 'parts']);
  });

  it('goes on past folders that it may not read', async () => {
    await putVenv('locked/.venv');
    await putVenv('open/.venv');
    await put('file-instead', 'x');
    await chmod(join(home, 'locked'), 0o000);
    const found = await paths();
    await chmod(join(home, 'locked'), 0o700);
    // Root reads everything.
    expect(found.filter((path) => path !== 'locked/.venv')).toEqual(['open/.venv']);
  });

  it('ends at its limits with what it has, the nearest first', async () => {
    await putVenv('near/.venv');
    for (let n = 0; n < 60; n += 1) await putVenv(`many/p${n}/.venv`);
    const few = await paths({ limits: { found: 5 } });
    expect(few).toHaveLength(5);
    expect(few).toContain('near/.venv');
    expect(await paths({ limits: { folders: 5 } })).toEqual(['near/.venv']);
    expect(await paths({ limits: { ms: 0 } })).not.toHaveLength(61);
  });
});
