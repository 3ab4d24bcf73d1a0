import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageSchema } from '@atelier-ide/contract';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ann, memoryFacts, RecordingBus, testConfig } from '../../apps/app-service.fixture.ts';
import { createAppService } from '../../apps/create-app-service.ts';
import { createDomain } from '../../apps/domain.ts';
import { silentLog } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { StartupError } from '../driver.ts';
import { getFromEndpoint } from '../endpoint-request.ts';
import { testPython } from '../local/local.fixture.ts';
import { endJupyter } from '../../../test/end-jupyter.ts';
import { untilListening } from '../../../test/jupyter.ts';
import { JupyterDriver } from './jupyter-driver.ts';

const token = 'token-of-a-foreign-server';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function prepareError(url: string, withToken = token): Promise<string> {
  const driver = new JupyterDriver({ url, token: withToken }, silentLog);
  const error: unknown = await driver.prepare().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StartupError);
  return (error as Error).message;
}

async function answering(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const server: Server = createServer((_request, response) => {
    response.writeHead(status, headers).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('with a Jupyter Server that runs', () => {
  let child: ChildProcess;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atelier-test-'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}/some/base/`;
    const settings = {
      ip: '127.0.0.1',
      port,
      port_retries: 0,
      base_url: '/some/base/',
      root_dir: folder,
      allow_root: true,
      open_browser: false,
    };
    const args = Object.entries(settings).map(([name, value]) => `--ServerApp.${name}=${value}`);
    child = spawn(testPython(), ['-m', 'jupyter_server', ...args, `--IdentityProvider.token=${token}`], {
      env: { PATH: process.env['PATH'], HOME: folder, JUPYTER_NO_CONFIG: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.includes('is running at')) resolve();
      });
      child.once('exit', () => reject(new Error(`Jupyter ended: ${said}`)));
    });
    await untilListening(() => connect(port, '127.0.0.1'));
  });

  afterAll(async () => {
    await endJupyter(child);
    await rm(folder, { recursive: true });
  });

  it('has one image with its kernels, no types, and fewer features [A11]', async () => {
    const driver = new JupyterDriver({ url, token }, silentLog);
    await driver.prepare();
    const images = await driver.images();
    expect(images.map((image) => imageSchema.parse(image).displayName)).toEqual(['Jupyter Server']);
    expect(images[0]?.kernels).toContainEqual({
      name: 'python3',
      displayName: 'Python 3 (ipykernel)',
      language: 'python',
    });
    expect(await driver.instanceTypes()).toEqual([]);
    expect(driver.features).toEqual(['executions', 'journal', 'leases', 'tokens', 'registries']);
  });

  it('is the one app for every request, and is left running [A11]', async () => {
    const driver = new JupyterDriver({ url, token }, silentLog);
    await driver.prepare();
    const config = { ...testConfig, driver: { kind: 'jupyter', url, token } as const };
    const store = { facts: memoryFacts() } as Store;
    const bus = new RecordingBus();
    const domain = await createDomain(driver, config);
    expect(domain.defaults).toMatchObject({ imageId: 'jupyter-server', cpuInstanceType: null });
    const service = createAppService({ driver, bus, config, store, domain });
    await service.ready;
    const { id } = service.ensureJupyterServer(ann);
    const app = await service.whenInService(ann, id);
    expect(app).toMatchObject({ imageId: 'jupyter-server', instanceId: null, identity: { uid: null } });
    expect(service.create(ann, { type: 'KernelGateway' })).toMatchObject({ created: false, app: { id } });
    const endpoint = service.endpoint(ann, id);
    if (!endpoint) throw new Error('The app has no endpoint.');
    expect(endpoint).toMatchObject({ basePath: '/some/base/', extension: false });
    await service.close();
    await driver.close();
    expect((await getFromEndpoint(endpoint, 'api/status', { timeoutMs: 5_000 })).status).toBe(200);
  });

  it('says that the token is wrong', async () => {
    const words = `The Jupyter Server at ${url} refused the token. Give its token with --jupyter-token.`;
    expect(await prepareError(url, 'wrong')).toBe(words);
    expect(await prepareError(url, '')).toBe(words);
  });

  it('says that the base path is wrong', async () => {
    const root = new URL('/', url).href;
    expect(await prepareError(root)).toBe(
      `What answers at ${root} is not a Jupyter Server (status 404). Correct --jupyter-url.`,
    );
  });
});

it('says that nothing listens', async () => {
  const url = `http://127.0.0.1:${await freePort()}/`;
  expect(await prepareError(url)).toBe(
    `No Jupyter Server answers at ${url}: the connection was refused. Start it, or correct --jupyter-url.`,
  );
});

it('says that something else answers', async () => {
  const page = await answering(200, '<html>Sign in</html>');
  expect(await prepareError(page)).toContain('is not a Jupyter Server (status 200)');
  const away = await answering(302, '', { Location: 'http://elsewhere.test/' });
  expect(await prepareError(away)).toContain('is not a Jupyter Server (status 302)');
  const json = await answering(200, '{"ok": true}');
  expect(await prepareError(json)).toContain('is not a Jupyter Server (status 200)');
});

it('offers the files of our extension where it answers, and no kernels when their list has another shape', async () => {
  const server = createServer((request, response) => {
    const answers: Record<string, object> = {
      '/api/status': { started: '2026-01-01T00:00:00Z' },
      '/api': { version: '2.21.1' },
      '/api/kernelspecs': { kernelspecs: [] },
      '/studio/info': { extensionVersion: '0.1.0', mountPath: '/home/ann' },
    };
    const answer = answers[request.url ?? ''];
    response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const driver = new JupyterDriver({ url, token }, silentLog);
  await driver.prepare();
  expect(driver.features).toEqual(expect.arrayContaining(['files.cas', 'files.page', 'format']));
  expect((await driver.images())[0]).toMatchObject({ version: '2.21.1', kernels: [] });
  const spec = {
    appId: 'a',
    userId: 'ann',
    type: 'JupyterServer' as const,
    baseUrl: '/',
    image: null,
    instanceId: null,
  };
  const running = await driver.startApp(spec, () => undefined, new AbortController().signal);
  expect(running).toMatchObject({ endpoint: { extension: true }, identity: { mountPath: '/home/ann' } });
});
