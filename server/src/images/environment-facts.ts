import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { readSmallFile } from './read-small-file.ts';
import type { FoundKind } from './user-image-record.ts';

/** An environment that was found on the disk. */
export type FoundPlace = {
  id: string;
  kind: FoundKind;
  /** Folder of the environment or of the kernelspec, absolute. */
  path: string;
  displayName: string;
  version?: string;
  /** Why it cannot be used, and what to do. */
  reason?: string;
};

/** The same for the same folder, however often it is looked for. */
export function placeId(kind: FoundKind, path: string): string {
  return `${kind}-${createHash('sha256').update(`${kind}\0${path}`).digest('hex').slice(0, 16)}`;
}

/** A path as people read it: below the home where it is there. */
export function shownPath(home: string, path: string): string {
  const below = relative(home, path);
  return below === '' || below.startsWith(`..${sep}`) || below === '..' ? path : below;
}

export const isThere = (path: string, mode = constants.F_OK): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

const threeNumbers = /^\d+\.\d+\.\d+/;

async function hasIpykernel(prefix: string): Promise<boolean> {
  const lib = join(prefix, 'lib');
  const names = await readdir(lib).catch(() => []);
  const pythons = names.filter((name) => /^python3(?:\.\d+)?$/.test(name));
  const found = await Promise.all(
    pythons.map((name) => isThere(join(lib, name, 'site-packages', 'ipykernel'))),
  );
  return found.includes(true);
}

/** What is seen without starting anything: an interpreter that can be run, and ipykernel. */
async function reasonAgainst(prefix: string, install: string): Promise<string | undefined> {
  if (!(await isThere(join(prefix, 'bin', 'python'), constants.X_OK)))
    return 'Its Python is gone. Make the environment again.';
  if (await hasIpykernel(prefix)) return undefined;
  return `It has no ipykernel. Run \`${install}\` in it.`;
}

/** `.venv` says nothing: the folder that it is in has the name. */
function nameOf(prefix: string): string {
  const own = basename(prefix);
  return /^\.?(?:v?env|virtualenv)$/.test(own) ? basename(dirname(prefix)) : own;
}

const known = (version: string | undefined): { version?: string } =>
  version === undefined ? {} : { version };
const against = (reason: string | undefined): { reason?: string } => (reason === undefined ? {} : { reason });

/** A folder with `pyvenv.cfg`. */
export async function venvFacts(prefix: string): Promise<FoundPlace> {
  const text = (await readSmallFile(join(prefix, 'pyvenv.cfg'))) ?? '';
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}\\s*=\\s*(.*)$`, 'm').exec(text)?.[1]?.trim();
  const kind = value('uv') === undefined ? 'venv' : 'uv';
  const version = threeNumbers.exec(value('version_info') ?? value('version') ?? '')?.[0];
  const install = kind === 'uv' ? 'uv pip install ipykernel' : 'pip install ipykernel';
  const found = await reasonAgainst(prefix, install);
  // What it borrows from the system is not looked for on the disk; its interpreter is asked when it becomes an image.
  const borrows = value('include-system-site-packages')?.toLowerCase() === 'true';
  const reason = borrows && found?.includes('ipykernel') ? undefined : found;
  return {
    id: placeId(kind, prefix),
    kind,
    path: prefix,
    displayName: nameOf(prefix),
    ...known(version),
    ...against(reason),
  };
}

/** A folder with `conda-meta`. One that holds no Python at all is told with its reason. */
export async function condaFacts(prefix: string): Promise<FoundPlace> {
  const names = await readdir(join(prefix, 'conda-meta')).catch(() => []);
  const version = names
    .map((name) => /^python-(\d+\.\d+\.\d+)-/.exec(name)?.[1])
    .find((found) => found !== undefined);
  const reason =
    version === undefined && !(await isThere(join(prefix, 'bin', 'python')))
      ? 'It has no Python. Run `conda install ipykernel` in it.'
      : await reasonAgainst(prefix, 'conda install ipykernel');
  return {
    id: placeId('conda', prefix),
    kind: 'conda',
    path: prefix,
    displayName: basename(prefix),
    ...known(version),
    ...against(reason),
  };
}
