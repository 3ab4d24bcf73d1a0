import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { onTestFinished } from 'vitest';

const pythonDir = fileURLToPath(new URL('../../../python', import.meta.url));

/** Runs a server's driver, with one app of each kind, in a process of its own, so that it can be killed. */
export async function serveInChild(dataDir: string): Promise<{ pid: number; kill: () => void }> {
  const outDir = await mkdtemp(join(tmpdir(), 'atelier-test-'));
  onTestFinished(() => rm(outDir, { recursive: true }));
  const entry = fileURLToPath(new URL('serve.fixture.ts', import.meta.url));
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: { ssr: entry, outDir, rollupOptions: { output: { entryFileNames: 'serve.mjs' } } },
  });
  const child = spawn(process.execPath, [join(outDir, 'serve.mjs'), dataDir], {
    env: { ...process.env, ATELIER_TEST_PYTHON_DIR: pythonDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('The child ended before it served.')));
  });
  return { pid: child.pid ?? 0, kill: () => void child.kill('SIGKILL') };
}
