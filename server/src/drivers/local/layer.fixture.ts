import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testPython } from './local.fixture.ts';

/** Packages that tests install: a module of the same name, and a script if it has the function `main`. */
export type TinyPackage = { name: string; version: string; code: string };

const writeWheel = fileURLToPath(new URL('../../../python/tests/tiny_wheel.py', import.meta.url));

/** Writes the packages as wheels, so that tests need no registry. */
export function makeWheels(folder: string, packages: readonly TinyPackage[]): void {
  mkdirSync(folder, { recursive: true });
  for (const one of packages) execFileSync(testPython(), ['-I', writeWheel, folder, JSON.stringify(one)]);
}

/**
 * A venv without pip, as uv makes them: ipykernel comes from the tests' environment by a `.pth` of its own, and a
 * project below `folder` is installed in editable form, by another.
 */
export function makeImage(prefix: string, wheels: string, install: readonly string[]): void {
  const ask = (python: string, code: string): string =>
    execFileSync(python, ['-I', '-c', code], { encoding: 'utf8' }).trim();
  execFileSync(testPython(), ['-m', 'venv', '--without-pip', prefix]);
  const python = join(prefix, 'bin', 'python');
  const purelib = 'import sysconfig; print(sysconfig.get_path("purelib"))';
  const site = ask(python, purelib);
  writeFileSync(join(site, 'shared.pth'), `${ask(testPython(), purelib)}\n`);
  const project = join(prefix, 'src');
  mkdirSync(project);
  writeFileSync(join(project, 'editable_here.py'), 'value = "editable"\n');
  writeFileSync(join(site, '__editable__.editable_here-1.0.pth'), `${project}\n`);
  const args = ['--python', python, 'install', '--no-index', '--no-deps', '--find-links', wheels, ...install];
  execFileSync(testPython(), ['-m', 'pip', '-q', ...args]);
}

/** Every file and link below a folder with its content and mode, to be compared. */
export function contentOf(folder: string): Record<string, string> {
  const content: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const mode = (lstatSync(path).mode & 0o7777).toString(8);
    const bytes = (): string => createHash('sha256').update(readFileSync(path)).digest('hex');
    const what = entry.isSymbolicLink() ? readlinkSync(path) : entry.isFile() ? bytes() : 'folder';
    content[relative(folder, path)] = `${mode} ${what}`;
  }
  return content;
}
