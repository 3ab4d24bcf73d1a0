import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AppEndpoint } from '../src/drivers/driver.ts';
import { callApp } from '../src/kernels/app-http.ts';
import { endJupyter } from './end-jupyter.ts';

/** A real Jupyter Server for tests, of an interpreter that has jupyter_server and ipykernel. */
export type TestJupyter = {
  endpoint: AppEndpoint;
  /** Its home folder. */
  root: string;
  process: ChildProcess;
  call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
};

export type TestJupyterOptions = {
  /** A TCP port instead of a unix socket. */
  overTcp?: boolean;
  token?: string;
  /** With our connection class and kernels, as apps of ours have them. */
  countsFrames?: boolean;
  extraArguments?: readonly string[];
};

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The interpreter to test with: ATELIER_TEST_PYTHON, else the `.venv` of the checkout. Throws when there is none. */
export function testPython(): string {
  const named = process.env['ATELIER_TEST_PYTHON'];
  const candidates = [...(named === undefined ? [] : [named]), join(repository, '.venv/bin/python')];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error('Set ATELIER_TEST_PYTHON to a Python that has jupyter_server and ipykernel.');
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** What makes any Jupyter Server keep frames until they are acknowledged, and its kernels drop none. */
const counting = [
  '--ServerApp.kernel_websocket_connection_class=atelier_jupyter.kernel_connection.AppKernelConnection',
  '--ServerApp.kernel_manager_class=atelier_jupyter.kernels.AppKernelManager',
  '--KernelManager.transport=ipc',
];

function environmentFor(folder: string, python: string): NodeJS.ProcessEnv {
  return {
    PATH: `${dirname(python)}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
    JUPYTER_CONFIG_DIR: join(folder, 'config'),
    JUPYTER_DATA_DIR: join(folder, 'data'),
    JUPYTER_PLATFORM_DIRS: '1',
    IPYTHONDIR: join(folder, 'ipython'),
    PYTHONUNBUFFERED: '1',
    PYTHONPATH: join(repository, 'server/python'),
  };
}

/** Resolves when the server says that it listens; rejects with what it said when it ends before. */
async function untilRunning(child: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('is running at')) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`jupyter server ended with ${code}:\n${said.slice(-2000)}`)),
    );
  });
}

/** It says that it runs a moment before it listens. */
export async function untilListening(open: () => Socket): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const socket = open();
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (attempt === 200) throw error;
      await setTimeout(25);
    } finally {
      socket.destroy();
    }
  }
}

/** Starts a Jupyter Server in a folder of its own. */
export async function startJupyter(options: TestJupyterOptions = {}): Promise<TestJupyter> {
  const python = testPython();
  const folder = mkdtempSync(join(tmpdir(), 'atelier-jupyter-'));
  const root = join(folder, 'home');
  mkdirSync(root);
  const token = options.token ?? 'test-token-of-this-jupyter-server';
  const socketPath = join(folder, 's.sock');
  const port = options.overTcp === true ? await freePort() : 0;
  const place =
    options.overTcp === true
      ? ['--ip=127.0.0.1', `--port=${port}`, '--port-retries=0']
      : [`--sock=${socketPath}`];
  const child = spawn(
    python,
    [
      '-m',
      'jupyter',
      'server',
      '--no-browser',
      '--allow-root',
      ...place,
      `--ServerApp.root_dir=${root}`,
      '--ServerApp.base_url=/jupyter/test/',
      `--IdentityProvider.token=${token}`,
      '--ZMQChannelsWebsocketConnection.limit_rate=False',
      ...(options.countsFrames === true ? counting : []),
      ...(options.extraArguments ?? []),
    ],
    { env: environmentFor(folder, python), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await untilRunning(child);
  await untilListening(() => (options.overTcp === true ? connect(port, '127.0.0.1') : connect(socketPath)));
  const endpoint: AppEndpoint = {
    target: options.overTcp === true ? { protocol: 'http:', host: '127.0.0.1', port } : { socketPath },
    basePath: '/jupyter/test/',
    token,
    extension: options.overTcp !== true,
  };
  return {
    endpoint,
    root,
    process: child,
    call: async (method, path, body) => {
      const { body: answer } = await callApp(endpoint, { method, path, body, timeoutMs: 30_000 });
      return answer;
    },
    close: async () => {
      await endJupyter(child);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
