import { EventEmitter, once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer as createNodeServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InstanceType, createStudioClient } from '@atelier-ide/contract';
import { FakeDriver, fakeImage } from './apps/fake-driver.ts';
import type { ServerConfig } from './config.ts';
import { type RunningServer, createServer } from './create-server.ts';
import { type RunningApp, StartupError } from './drivers/driver.ts';
import { portOf } from './http/http.fixture.ts';
import { catalogueFor } from './images/catalogue.ts';

class CountingDriver extends FakeDriver {
  closed = 0;
  isBroken = false;
  override prepare = async (): Promise<void> => {
    if (this.isBroken) throw new StartupError('The environment is broken. Make it again.');
  };
  override close = async (): Promise<void> => {
    this.closed += 1;
  };
}

/** Its apps with an instance answer at this port. */
class UsedDriver extends CountingDriver {
  readonly #port: number;
  override readonly features = ['usage' as const];
  constructor(
    images: ConstructorParameters<typeof FakeDriver>[0],
    types: readonly InstanceType[],
    port: number,
  ) {
    super(images, types);
    this.#port = port;
  }
  override async startApp(...args: Parameters<FakeDriver['startApp']>): Promise<RunningApp> {
    const running = await super.startApp(...args);
    const target = { protocol: 'http:' as const, host: '127.0.0.1', port: this.#port };
    return args[0].instanceId === null ? running : { ...running, endpoint: { ...running.endpoint, target } };
  }
}

/** An app that says what it uses. */
async function startUsedApp() {
  const heard = new EventEmitter();
  let asks = 0;
  const app = { cpuUsec: 1, memoryBytes: 7_000_000 };
  const answer = JSON.stringify({ time: 1, group: null, app, kernels: [], terminals: [], disk: null });
  const server = createNodeServer((_request, response) => {
    asks += 1;
    response.end(answer);
    heard.emit('ask');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    asked: async (times: number) => {
      while (asks < times) await once(heard, 'ask');
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Hears all events from now on; `until` gives the types of those that came before one. */
async function listenTo(server: RunningServer, headers: Record<string, string>) {
  const { body } = await fetch(`${server.origin}/api/studio/v1/events`, { headers });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const types = (): string[] => [...text.matchAll(/^data: \{"type":"(\w+)"/gm)].map(([, type = '']) => type);
  const until = async (type: string): Promise<string[]> => {
    while (!types().includes(type)) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error(`The stream ended after ${types().join(', ')}.`);
      text += value;
    }
    return types();
  };
  await until('hello');
  return { until };
}

describe('the server', () => {
  let folder: string;
  let config: ServerConfig;
  let driver: CountingDriver;
  const running: RunningServer[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-server-'));
    mkdirSync(join(folder, 'home'));
    driver = new CountingDriver([], []);
    driver.automatic = true;
    config = {
      host: '127.0.0.1',
      port: 0,
      root: join(folder, 'home'),
      dataDir: join(folder, 'data'),
      pythonDir: '/python',
      pythonExecutable: '/bin/python',
      driver: { kind: 'local' },
      withoutFeatures: [],
      rotateLink: false,
    };
  });
  afterEach(async () => {
    for (const server of running.splice(0)) await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (change: Partial<ServerConfig> = {}) => {
    const server = await createServer(
      { ...config, ...change },
      { createDriver: () => driver, checkAnswers: true },
    );
    running.push(server);
    return server;
  };
  const signIn = async (server: RunningServer) => {
    const token = new URL(server.loginUrl).searchParams.get('token');
    const answer = await fetch(`${server.origin}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: server.origin },
      body: JSON.stringify({ token }),
    });
    const { xsrfToken, serverId } = (await answer.json()) as Record<string, string>;
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    return {
      serverId,
      headers: { Cookie: cookie, 'X-XSRF-Token': xsrfToken ?? '', Origin: server.origin },
    };
  };

  it('puts its parts together and starts the JupyterServer app at sign-in, nothing before [A1] [A3] [C4]', async () => {
    const server = await start();
    expect(server.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(driver.starts).toHaveLength(0);
    const { headers } = await signIn(server);
    const client = createStudioClient({ baseUrl: server.origin, fetch, headers: () => headers });
    const apps = await client.all('listApps', {});
    expect(apps.map(({ type }) => type)).toEqual(['JupyterServer']);
    const document = await client.call('putDocument', { body: { path: 'a.ipynb' } });
    const found = await client.call('listDocuments', { query: { path: 'a.ipynb' } });
    expect(found.items.map(({ id }) => id)).toEqual([document.id]);
    for (const name of [
      'getDomain',
      'listUserProfiles',
      'listImages',
      'listInstanceTypes',
      'listInstances',
      'listKernels',
      'listRegistries',
      'listTokens',
    ] as const)
      await client.call(name, {});
    await server.close();
    expect(driver.closed).toBe(1);
  });

  it('takes a create for an image with its very first request [A3]', async () => {
    const types = catalogueFor({ cpus: 4, memoryGiB: 16, gpus: 0 });
    const slow = new CountingDriver([fakeImage('base')], types);
    slow.automatic = true;
    let calls = 0;
    slow.images = async () => {
      // The first call is the domain's. The app service's takes longer than a server needs to listen and sign in.
      if ((calls += 1) > 1)
        await new Promise((resolve) => {
          setTimeout(resolve, 400);
        });
      return [fakeImage('base')];
    };
    driver = slow;
    const server = await start();
    const { headers } = await signIn(server);
    const client = createStudioClient({ baseUrl: server.origin, fetch, headers: () => headers });
    const body = { type: 'KernelGateway' as const, imageId: 'base', instanceType: types[0]?.name ?? '' };
    const first = await client.call('createApp', { body });
    expect((await client.call('createApp', { body })).id).toBe(first.id);
  });

  it.each([
    { withoutFeatures: [], isTold: true },
    { withoutFeatures: ['usage'], isTold: false },
  ])('tells what is used where that is offered: %j', async ({ withoutFeatures, isTold }) => {
    const types = catalogueFor({ cpus: 4, memoryGiB: 16, gpus: 0 });
    const app = await startUsedApp();
    driver = new UsedDriver([fakeImage('base')], types, app.port);
    driver.automatic = true;
    const server = await start({ withoutFeatures });
    const { headers } = await signIn(server);
    const client = createStudioClient({ baseUrl: server.origin, fetch, headers: () => headers });
    const events = await listenTo(server, headers);
    const instanceType = types[0]?.name ?? '';
    await client.call('createApp', { body: { type: 'KernelGateway', imageId: 'base', instanceType } });
    // When it is asked again, what it said at first has been told.
    await app.asked(2);
    await client.call('putDocument', { body: { path: 'a.ipynb' } });
    expect((await events.until('document')).includes('usage')).toBe(isTold);
    const [instance] = await client.all('listInstances', {});
    expect(instance?.usage?.memoryBytes).toBe(isTold ? 7_000_000 : undefined);
    await server.close();
    await app.close();
  });

  it('does not start without its images, and leaves nothing behind', async () => {
    const images = driver.images;
    let calls = 0;
    driver.images = async () => {
      if ((calls += 1) > 1) throw new StartupError('The images cannot be read. Make the environment again.');
      return images();
    };
    await expect(start()).rejects.toThrow('The images cannot be read.');
    expect(driver.closed).toBe(1);
    expect(readdirSync(config.dataDir)).not.toContain('server.lock');
  });

  it('keeps its id, documents and browsers over a restart, but not its link', async () => {
    const one = await start();
    const first = await signIn(one);
    const client = createStudioClient({ baseUrl: one.origin, fetch, headers: () => first.headers });
    const { id } = await client.call('putDocument', { body: { path: 'a.ipynb' } });
    await one.close();
    const two = await start();
    const again = createStudioClient({
      baseUrl: two.origin,
      fetch,
      headers: () => ({ ...first.headers, Origin: two.origin }),
    });
    expect((await again.call('getCapabilities', {})).serverId).toBe(first.serverId);
    expect((await again.call('putDocument', { body: { path: 'a.ipynb' } })).id).toBe(id);
    expect(new URL(two.loginUrl).search).not.toBe(new URL(one.loginUrl).search);
  });

  it('says what to do when its data folder is used, and touches nothing of the first server', async () => {
    const one = await start();
    await expect(start()).rejects.toThrow(
      /uses the data folder .* Stop it, or give another folder with --data\.$/,
    );
    expect((await fetch(`${one.origin}/session`)).status).toBe(401);
  });

  it('says what to do when its port is taken, before it has started anything', async () => {
    const other = createNodeServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const port = portOf(other);
    await expect(start({ port })).rejects.toThrow(`Port ${port} is taken.`);
    await new Promise((resolve) => {
      other.close(resolve);
    });
    expect(existsSync(join(config.dataDir, 'server.lock'))).toBe(false);
    await start({ port });
  });

  it('leaves nothing behind when the driver cannot start', async () => {
    driver.isBroken = true;
    await expect(start()).rejects.toThrow('The environment is broken. Make it again.');
    expect(driver.closed).toBe(1);
    expect(readdirSync(config.dataDir)).not.toContain('server.lock');
    driver.isBroken = false;
    await start();
  });

  it('says what to do when a folder is not there or cannot be written', async () => {
    await expect(start({ root: join(folder, 'nowhere') })).rejects.toThrow(/cannot be read.*--root\.$/);
    await expect(start({ dataDir: '/proc/atelier' })).rejects.toThrow(/cannot be written.*--data\.$/);
  });

  it.skipIf(process.getuid?.() === 0)('says so of a folder without permission', async () => {
    mkdirSync(config.dataDir);
    chmodSync(config.dataDir, 0o500);
    await expect(start()).rejects.toThrow(/cannot be written/);
  });

  it('writes no secret into its log and keeps its files to itself', async () => {
    const server = await start();
    const { headers } = await signIn(server);
    await server.close();
    const log = readFileSync(join(config.dataDir, 'server.log'), 'utf8');
    expect(log).toContain('The server is ready');
    for (const secret of [
      new URL(server.loginUrl).searchParams.get('token'),
      headers['X-XSRF-Token'],
      headers.Cookie,
    ])
      expect(log).not.toContain(secret);
  });

  it('ends in bounded time with requests and sockets open', async () => {
    const server = await start();
    const { headers } = await signIn(server);
    const response = await fetch(`${server.origin}/api/studio/v1/events`, { headers });
    const reader = response.body?.getReader();
    await reader?.read();
    const begin = performance.now();
    await server.close();
    expect(performance.now() - begin).toBeLessThan(5000);
    await expect(fetch(server.origin)).rejects.toThrow();
  });
});
