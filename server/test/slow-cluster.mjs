// A small cluster for tests, in a process tree of its own: it runs stock Jupyter Servers on ports of 127.0.0.1, in a home
// folder that nobody else is told of. Whoever asks gets an address and a token. It ends with its standard input.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { python, pythonDir, startMs } = JSON.parse(process.argv[2] ?? '{}');
const folder = mkdtempSync(join(tmpdir(), 'atelier-cluster-'));
const home = join(folder, 'home');
mkdirSync(home);

const apps = new Map();
const instances = new Set();
const logs = new Map();
let failure = '';

async function freePort() {
  const server = createNetServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function environmentFor(own) {
  return {
    PATH: `${dirname(python)}:${process.env.PATH ?? ''}`,
    PYTHONPATH: pythonDir,
    HOME: home,
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    JUPYTER_RUNTIME_DIR: join(own, 'runtime'),
    JUPYTER_CONFIG_DIR: join(own, 'config'),
    JUPYTER_DATA_DIR: join(own, 'data'),
    JUPYTER_PLATFORM_DIRS: '1',
    IPYTHONDIR: join(own, 'ipython'),
    PYTHONUNBUFFERED: '1',
  };
}

async function spawnApp(app) {
  const own = mkdtempSync(join(folder, 'app-'));
  app.port = await freePort();
  if (app.isGone) return;
  const args = [
    '-m',
    'jupyter',
    'server',
    '--no-browser',
    '--allow-root',
    '--ip=127.0.0.1',
    '--port-retries=0',
    `--port=${app.port}`,
    `--ServerApp.root_dir=${home}`,
    `--ServerApp.base_url=${app.baseUrl}`,
    `--ServerApp.jpserver_extensions={"atelier_jupyter": True, "jupyter_server_terminals": True}`,
    `--IdentityProvider.token=${app.token}`,
    '--ZMQChannelsWebsocketConnection.limit_rate=False',
  ];
  const child = spawn(python, args, {
    cwd: home,
    env: environmentFor(own),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  app.child = child;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      app.log += text.replaceAll(app.token, '[hidden]');
      if (app.state === 'pending' && app.log.includes('is running at')) app.state = 'running';
    });
  child.on('exit', (code, signal) => {
    rmSync(own, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    app.child = null;
    app.message = `The app was ended ${signal ? `by ${signal}` : `with exit code ${code}`}.`;
    app.state = app.state === 'pending' ? 'failed' : 'ended';
  });
}

function begin({ id, type, baseUrl }) {
  const token = randomBytes(24).toString('hex');
  const app = { state: 'pending', phase: 'image', baseUrl, token, log: '', message: '', child: null };
  const willFail = type === 'KernelGateway' ? failure : '';
  if (willFail !== '') failure = '';
  app.timers = [
    setTimeout(() => {
      app.phase = 'server';
      if (willFail === '') return;
      app.log += 'No room.\n';
      Object.assign(app, { state: 'failed', message: willFail });
    }, startMs / 2),
    setTimeout(() => app.state === 'pending' && void spawnApp(app), startMs),
  ];
  apps.set(id, app);
}

async function end(app) {
  app.isGone = true;
  for (const timer of app.timers) clearTimeout(timer);
  const { child } = app;
  if (!child) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 4000);
  await ended;
  clearTimeout(hard);
}

async function answer(method, path, body) {
  const [kind, id] = path.slice(1).split('/');
  const app = apps.get(id);
  if (method === 'GET' && kind === 'left') return { apps: [...apps.keys()], instances: [...instances], home };
  if (method === 'GET' && kind === 'logs') return { log: app?.log ?? logs.get(id) ?? null };
  if (method === 'POST' && kind === 'fail') failure = body.message;
  if (method === 'POST' && kind === 'instances') instances.add(body.id);
  if (method === 'DELETE' && kind === 'instances') instances.delete(id);
  if (method === 'POST' && kind === 'apps') begin(body);
  if (kind !== 'apps' || !app) return {};
  if (method === 'DELETE') {
    await end(app);
    logs.set(id, app.log);
    apps.delete(id);
    return {};
  }
  const { state, phase, port, token, message, log } = app;
  return { state, phase, port, token, message, log };
}

const server = createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += part;
  const said = await answer(request.method, request.url, text === '' ? {} : JSON.parse(text));
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(said));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`${server.address().port}\n`);

process.stdin.resume();
process.stdin.on('close', async () => {
  await Promise.all([...apps.values()].map(end));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.exit(0);
});
