import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

type KernelSpec = { argv?: unknown };

/** Whether a kernelspec starts the image's Python: by its path, or by a bare name, which Jupyter takes for its own. */
function runsPythonOf(bin: string, argv: unknown): argv is [string, ...unknown[]] {
  if (!Array.isArray(argv) || typeof argv[0] !== 'string') return false;
  const [program] = argv;
  if (/^python[\d.]*$/.test(program)) return true;
  return dirname(program) === bin && /\/python[\d.]*t?$/.test(program);
}

async function writeOne(from: string, to: string, options: { bin: string; python: string }): Promise<void> {
  const spec = JSON.parse(await readFile(join(from, 'kernel.json'), 'utf8')) as KernelSpec;
  // Kernels of other languages, and of other interpreters, run as they are.
  if (!runsPythonOf(options.bin, spec.argv)) return symlink(from, to);
  const argv = [options.python, ...spec.argv.slice(1)];
  const others = (await readdir(from)).filter((name) => name !== 'kernel.json');
  await mkdir(to);
  await Promise.all([
    writeFile(join(to, 'kernel.json'), JSON.stringify({ ...spec, argv })),
    ...others.map((name) => symlink(join(from, name), join(to, name))),
  ]);
}

/** The image's kernelspecs once more; those that run its Python run the layer's instead. */
export async function writeKernelspecs(
  fromDir: string,
  toDir: string,
  options: { bin: string; python: string },
): Promise<void> {
  await mkdir(toDir, { recursive: true, mode: 0o755 });
  const names = (await readdir(fromDir)).filter((name) => !name.startsWith('.'));
  await Promise.all(names.map((name) => writeOne(join(fromDir, name), join(toDir, name), options)));
}
