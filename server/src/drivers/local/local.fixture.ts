import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { memoryApps, memoryFacts, RecordingBus } from '../../apps/app-service.fixture.ts';
import type { AppService } from '../../apps/app-service.ts';
import { createAppService } from '../../apps/create-app-service.ts';
import { createDomain } from '../../apps/domain.ts';
import type { ServerConfig } from '../../config.ts';
import { silentLog } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import type { AppEndpoint } from '../driver.ts';
import { LocalDriver } from './local-driver.ts';

/** The interpreter that real apps run with. Without it these tests fail: they show what nothing else can. */
export function testPython(): string {
  const python = process.env['ATELIER_TEST_PYTHON'];
  if (python !== undefined && existsSync(python)) return python;
  throw new Error(
    'Set ATELIER_TEST_PYTHON to the python of an environment with server/python/requirements/server.txt; npm test does.',
  );
}

export async function testConfig(overrides: Partial<ServerConfig> = {}): Promise<ServerConfig> {
  const pythonExecutable = testPython();
  const folder = await mkdtemp(join(tmpdir(), 'atelier-test-'));
  const [root, dataDir] = [join(folder, 'home'), join(folder, 'data')];
  await mkdir(root);
  await mkdir(dataDir);
  return {
    host: '127.0.0.1',
    port: 0,
    root,
    dataDir,
    pythonDir: fileURLToPath(new URL('../../../python', import.meta.url)),
    pythonExecutable,
    driver: { kind: 'local' },
    // A run of tests that is killed leaves nothing for long.
    orphanGraceSeconds: 10,
    withoutFeatures: [],
    rotateLink: false,
    ...overrides,
  };
}

export type LocalFixture = {
  config: ServerConfig;
  driver: LocalDriver;
  service: AppService;
  bus: RecordingBus;
  close: () => Promise<void>;
};

/** The real service over the real driver, in folders of its own. */
export async function makeLocalFixture(
  given?: ServerConfig,
  kept: Partial<Pick<Store, 'facts' | 'apps'>> = {},
): Promise<LocalFixture> {
  const config = given ?? (await testConfig());
  const { facts = memoryFacts(), apps = memoryApps() } = kept;
  const driver = new LocalDriver(config, silentLog, facts);
  await driver.prepare();
  const bus = new RecordingBus();
  const domain = await createDomain(driver, config);
  const store = { facts, apps } as Store;
  const service = createAppService({ driver, bus, config, store, domain });
  await service.ready;
  const close = async (): Promise<void> => {
    await service.close();
    await driver.close();
    await rm(join(config.root, '..'), { recursive: true, force: true });
  };
  return { config, driver, service, bus, close };
}

function socketOf(endpoint: AppEndpoint): string {
  if ('socketPath' in endpoint.target) return endpoint.target.socketPath;
  throw new Error('Local apps listen on unix sockets.');
}

/** One call of an app's REST API. */
export function callApp(
  endpoint: AppEndpoint,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; json: unknown }> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath: socketOf(endpoint),
        method,
        path: `${endpoint.basePath}${path}`,
        headers: { Authorization: `token ${endpoint.token}`, 'Content-Type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, json: text === '' ? undefined : JSON.parse(text) }),
        );
      },
    );
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export function openAppSocket(endpoint: AppEndpoint, path: string): WebSocket {
  const url = `ws+unix:${socketOf(endpoint)}:${endpoint.basePath}${path}`;
  return new WebSocket(url, { headers: { Authorization: `token ${endpoint.token}` } });
}

/** Runs a line in a new terminal of the app and resolves with what matches in its output. */
export async function inTerminal(endpoint: AppEndpoint, line: string, pattern: RegExp): Promise<string> {
  const { json } = await callApp(endpoint, 'POST', 'api/terminals');
  const { name } = json as { name: string };
  const socket = openAppSocket(endpoint, `terminals/websocket/${name}`);
  let seen = '';
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => reject(new Error(`The terminal closed. It said: ${seen}`)));
      socket.on('open', () => socket.send(JSON.stringify(['stdin', `${line}\r`])));
      socket.on('message', (data: Buffer) => {
        const [kind, text] = JSON.parse(data.toString()) as [string, string];
        if (kind === 'stdout') seen += text;
        const match = pattern.exec(seen);
        if (match) resolve(match[1] ?? match[0]);
      });
    });
  } finally {
    socket.removeAllListeners('close');
    socket.close();
  }
}

/** Runs code in a kernel and resolves with what it printed. */
export async function inKernel(endpoint: AppEndpoint, kernelId: string, code: string): Promise<string> {
  const socket = openAppSocket(endpoint, `api/kernels/${kernelId}/channels`);
  const id = `test-${Math.random().toString(16).slice(2)}`;
  const header = {
    msg_id: id,
    msg_type: 'execute_request',
    session: id,
    username: '',
    version: '5.3',
    date: '',
  };
  const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
  const message = { channel: 'shell', header, parent_header: {}, metadata: {}, content };
  let printed = '';
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send(JSON.stringify(message)));
      socket.on('message', (data: Buffer) => {
        const answer = JSON.parse(data.toString()) as {
          parent_header: { msg_id?: string };
          msg_type: string;
          content: { text?: string; execution_state?: string; traceback?: string[] };
        };
        if (answer.parent_header.msg_id !== id) return;
        if (answer.msg_type === 'stream') printed += answer.content.text ?? '';
        if (answer.msg_type === 'error') reject(new Error(answer.content.traceback?.join('\n')));
        if (answer.msg_type === 'status' && answer.content.execution_state === 'idle') resolve(printed);
      });
    });
  } finally {
    socket.close();
  }
}

type Stat = { pid: number; parent: number; name: string };

function processes(): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const text = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
        // A zombie has ended; only its parent has not looked yet.
        if (state === 'Z') return [];
        return [
          {
            pid: Number(name),
            parent: Number(parent),
            name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
          },
        ];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}

/** All processes below `root`, however deep. */
export function descendants(root: number): Stat[] {
  const all = processes();
  const below = (parent: number): Stat[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(root);
}

export function alive(pids: readonly number[]): number[] {
  const now = new Set(processes().map((one) => one.pid));
  return pids.filter((pid) => now.has(pid));
}

/** Resolves once the condition holds; fails after ten seconds with what was waited for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ten seconds in vain: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
