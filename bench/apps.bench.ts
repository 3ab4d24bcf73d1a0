import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, peersPython } from '../e2e/fixtures/peers.ts';
import { Ide } from '../e2e/pages/ide.ts';
import { test } from './fixtures.ts';
import { record, rounds } from './rows.ts';

type App = { id: string; status: string };

/** From the POST until the event stream would say InService; asked in short steps, which only makes it longer. */
async function startApp(ide: Ide): Promise<number> {
  const start = performance.now();
  const made = await ide.call('POST', '/apps', { type: 'KernelGateway', instanceType: 'ml.t3.medium' });
  const { id } = made.json as App;
  const status = async () => ((await ide.call('GET', `/apps/${id}`)).json as App).status;
  while ((await status()) !== 'InService') await new Promise((resolve) => setTimeout(resolve, 5));
  const ms = performance.now() - start;
  await ide.call('DELETE', `/apps/${id}`);
  while ((await status()) !== 'Deleted') await new Promise((resolve) => setTimeout(resolve, 20));
  return ms;
}

/** A `jupyter server` with its own defaults, until its API answers. */
async function startJupyterServer(): Promise<{ ms: number; privateMiB: number }> {
  const home = await mkdtemp(join(tmpdir(), 'atelier-bench-'));
  const port = await freePort();
  const start = performance.now();
  const place = ['--no-browser', '--allow-root', '--ip', '127.0.0.1', '--port', String(port)];
  const own = [`--ServerApp.root_dir=${home}`, '--IdentityProvider.token=t', '--ServerApp.port_retries=0'];
  const child = spawn(peersPython(), ['-m', 'jupyter', 'server', ...place, ...own], {
    env: { ...process.env, HOME: home },
    stdio: 'ignore',
  });
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/api?token=t`)).ok;
  while (!(await ask().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 5));
  const ms = performance.now() - start;
  const privateMiB = await privateOf(child.pid ?? 0);
  child.kill('SIGTERM');
  await once(child, 'exit');
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
  return { ms, privateMiB };
}

/** Memory that no other process shares, in MiB. */
async function privateOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  let kb = 0;
  for (const [, value] of text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)) kb += Number(value);
  return kb / 1024;
}

type Process = { pid: number; parent: number; args: string };

function processes(): Process[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return rows.flatMap((row) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row);
    return found ? [{ pid: Number(found[1]), parent: Number(found[2]), args: found[3] ?? '' }] : [];
  });
}

/** Processes of apps: below the helper, below the server, below each its keeper. */
function appsOf(server: number): number[] {
  const all = processes();
  const below = (pids: number[]) => all.filter(({ parent }) => pids.includes(parent)).map(({ pid }) => pid);
  return below(below(below([server])));
}

test('start of an app, and what it takes', async ({ browser, peers }) => {
  const page = await (await browser.newContext()).newPage();
  const ide = new Ide(page, peers.product);
  await ide.signIn();
  const starts: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  const memory: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  await startApp(ide);
  for (let round = 0; round < rounds * 2; round += 1) {
    starts.ours.push(await startApp(ide));
    const server = await startJupyterServer();
    starts.peer.push(server.ms);
    memory.peer.push(server.privateMiB);
  }
  record({
    what: 'KernelGateway app, POST to InService (peer: `jupyter server`)',
    unit: 'ms',
    ...starts,
    bar: '≤ 400 ms',
  });
  const pid = peers.product.process.pid ?? 0;
  for (const type of ['ml.t3.medium', 'ml.m5.large', 'ml.c5.large'])
    await ide.call('POST', '/apps', { type: 'KernelGateway', instanceType: type });
  const settled = async () =>
    ((await ide.call('GET', '/apps')).json as { items: App[] }).items.every(
      (app) => app.status !== 'Pending',
    );
  while (!(await settled())) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const app of appsOf(pid)) memory.ours.push(await privateOf(app));
  record({
    what: 'an app: private memory (peer: `jupyter server`)',
    unit: 'MiB',
    ...memory,
    bar: '≤ 20 MiB',
  });
  const node = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const pss = Number(/^Pss:\s+(\d+) kB$/m.exec(node)?.[1] ?? Number.NaN) / 1024;
  record({
    what: 'our server with one user: memory (PSS)',
    unit: 'MiB',
    ours: [pss],
    peer: [],
    bar: '≤ 150 MB',
  });
  await page.context().close();
});
