/** A built server as a process of its own over the driver `local`, so that it can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { testPython } from '../src/drivers/local/local.fixture.ts';
import { type ServerFront, openServerFront } from './server-front.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export type KillableServer = {
  home: string;
  data: string;
  /** Resolves once it answers; the same folders each time. */
  start(): Promise<ServerFront>;
  /** A start that is killed after so many milliseconds, wherever it is then. */
  startAndKill(afterMs: number): Promise<void>;
  /** As `kill -9`. */
  kill(): Promise<void>;
  /** It stands still: what is sent to it lies where it is lost with its end. */
  pause(): void;
  /** As Ctrl+C; resolves with the exit code. */
  interrupt(): Promise<number | null>;
};

/** Builds the server into a folder of its own below node_modules/.cache; `remove` takes it away. */
export async function buildServer(): Promise<{ main: string; remove: () => void }> {
  const cache = join(repository, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, 'atelier-server-'));
  const configFile = join(repository, 'tools/vite.server.config.ts');
  await build({ configFile, logLevel: 'error', build: { outDir } });
  return {
    main: join(outDir, 'main.js'),
    remove: () => rmSync(outDir, { recursive: true, force: true }),
  };
}

export function makeKillableServer(main: string, ...more: string[]): KillableServer & { remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-test-'));
  const [home, data] = [join(folder, 'home'), join(folder, 'data')];
  mkdirSync(home);
  const python = ['--python', testPython(), '--python-package', join(repository, 'server/python')];
  const places = ['--root', home, '--data', data, '--port', '0', '--no-open', '--no-data-science'];
  let child: ChildProcess | undefined;

  function launch(): ChildProcess {
    child = spawn(process.execPath, [main, ...places, ...python, ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return child;
  }
  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await exit)[0];
  }
  return {
    home,
    data,
    async start() {
      const started = launch();
      if (!started.stdout) throw new Error('a pipe was asked for');
      const lines = createInterface({ input: started.stdout });
      const link = await new Promise<string>((resolve, reject) => {
        lines.once('line', (line) => resolve(line.replace('Ready: ', '')));
        started.once('exit', (code) =>
          reject(new Error(`The server ended with ${code} before it was ready.`)),
        );
      });
      return openServerFront(link, async () => void (await end('SIGINT')));
    },
    async startAndKill(afterMs) {
      launch();
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await end('SIGKILL');
    },
    kill: async () => void (await end('SIGKILL')),
    pause: () => void child?.kill('SIGSTOP'),
    interrupt: () => end('SIGINT'),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
