// The Python environment of the app servers, made by uv from hash-pinned requirement files.
import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { at, fingerprint, readStamp, Stop, writeStamp } from './project.mjs';
import { capture, step } from './run.mjs';

const requirements = (name) => at('server/python/requirements', `${name}.txt`);
const noPython =
  'Python 3.11 or newer with venv or pip is needed. Install it (on Debian: apt-get install python3 python3-venv), or name one in ATELIER_PYTHON.';

/** True when users other than the owner may run this file: apps of other users share the interpreter. */
function isForEverybody(file) {
  try {
    for (let path = realpathSync(file); ; path = dirname(path)) {
      if ((statSync(path).mode & 0o001) === 0) return false;
      if (dirname(path) === path) return true;
    }
  } catch {
    return false;
  }
}

function candidates() {
  const named = process.env['ATELIER_PYTHON'];
  if (named) return [named];
  const found = [];
  const folders = [
    '/usr/bin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  for (const folder of new Set(folders.filter(Boolean))) {
    let names = [];
    try {
      names = readdirSync(folder).filter((name) => /^python3(\.\d+)?$/.test(name));
    } catch {
      continue;
    }
    for (const name of names.sort()) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        found.push(join(folder, name));
      } catch {
        continue;
      }
    }
  }
  return found;
}

async function describe(python) {
  const code =
    'import sys, importlib.util as u; print(sys.version_info[0] * 100 + sys.version_info[1], int(u.find_spec("ensurepip") is not None and u.find_spec("venv") is not None), int(u.find_spec("pip") is not None))';
  const { code: exit, stdout } = await capture(python, ['-I', '-c', code]);
  if (exit !== 0) return null;
  const [version, venv, pip] = stdout.trim().split(' ').map(Number);
  return { python, version, venv: venv === 1, pip: pip === 1, isForEverybody: isForEverybody(python) };
}

async function interpreters() {
  const described = (await Promise.all(candidates().map(describe))).filter((d) => d && d.version >= 311);
  if (described.length === 0) throw new Stop(noPython);
  const boot = described.find((d) => d.venv) ?? described.find((d) => d.pip);
  const target = described.find((d) => d.isForEverybody) ?? described[0];
  return { boot, target };
}

/** uv itself, in a folder of its own, by the pip of any interpreter. */
async function uvOf(boot, home) {
  const uv = join(home, 'uv', 'bin', 'uv');
  const stamp = join(home, 'uv', '.stamp');
  const wanted = fingerprint(['server/python/requirements/uv.txt']);
  if (existsSync(uv) && readStamp(stamp) === wanted) return uv;
  if (!boot) throw new Stop(noPython);
  await step('Installing uv', async () => {
    const pip = [
      'install',
      '--quiet',
      '--require-hashes',
      '--disable-pip-version-check',
      '-r',
      requirements('uv'),
    ];
    let result;
    if (boot.venv) {
      result = await capture(boot.python, ['-m', 'venv', '--clear', join(home, 'uv')]);
      if (result.code === 0) result = await capture(join(home, 'uv/bin/python'), ['-m', 'pip', ...pip]);
    } else {
      result = await capture(boot.python, ['-m', 'pip', ...pip, '--prefix', join(home, 'uv')]);
    }
    if (result.code !== 0 || !existsSync(uv)) {
      throw new Stop(
        `uv could not be installed from the Python package index. Check the network or the pip settings.\n${result.out}`,
      );
    }
  });
  writeStamp(stamp, wanted);
  return uv;
}

/**
 * Makes the environment `name` when it is missing or stale; resolves to its interpreter. `sets` are requirement files,
 * `modules` are run in it at the end, each with its arguments.
 */
export async function pythonEnvironment(name, sets, modules = []) {
  const home = at('.atelier');
  const prefix = join(home, name);
  const python = join(prefix, 'bin/python');
  const stamp = join(prefix, '.stamp');
  const files = sets.map((set) => `server/python/requirements/${set}.txt`);
  const wanted = fingerprint(files, [prefix, ...modules.flat()]);
  if (existsSync(python) && readStamp(stamp) === wanted) return python;
  const { boot, target } = await interpreters();
  const uv = await uvOf(boot, home);
  const env = {
    ...process.env,
    UV_PYTHON_DOWNLOADS: 'never',
    UV_NATIVE_TLS: '1',
    UV_SYSTEM_CERTS: '1',
    VIRTUAL_ENV: prefix,
  };
  await step(`Installing the Python environment "${name}"`, async () => {
    const made = await capture(uv, ['venv', '--clear', '--quiet', '--python', target.python, prefix], {
      env,
    });
    if (made.code !== 0)
      throw new Stop(`The Python environment could not be made with ${target.python}.\n${made.out}`);
    const synced = await capture(
      uv,
      ['pip', 'sync', '--quiet', '--require-hashes', ...sets.map(requirements)],
      { env },
    );
    if (synced.code !== 0) {
      throw new Stop(
        `The Python packages could not be installed. Check the network or the pip settings.\n${synced.out}`,
      );
    }
    for (const words of modules) {
      const done = await capture(python, ['-m', ...words], { env });
      if (done.code !== 0) throw new Stop(`${words.join(' ')} failed.\n${done.out}`);
    }
  });
  writeStamp(stamp, wanted);
  return python;
}

/** Libraries that draw outputs, and the Bash kernel. */
export const outputsEnvironment = () =>
  pythonEnvironment('python-outputs', ['outputs'], [['bash_kernel.install', '--sys-prefix']]);
