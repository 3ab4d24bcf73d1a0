import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, it, onTestFinished } from 'vitest';
import { ann } from '../src/apps/app-service.fixture.ts';
import { createDomain } from '../src/apps/domain.ts';
import { installerEnvironment } from '../src/drivers/local/app-environment.ts';
import {
  alive,
  callApp,
  descendants,
  inKernel,
  makeLocalFixture,
  testConfig,
  until,
} from '../src/drivers/local/local.fixture.ts';
import {
  quickUv,
  smallRecipe,
  smallRequirements,
  standIn,
  startCatalogue,
  testUv,
} from '../src/images/image-catalogue.fixture.ts';
import { problemOf } from './problem-of.ts';

/** Images that are really made, by real installers. */
const long = { timeout: 180_000 };
const longest = { timeout: 600_000 };

it('makes an image in the background, step by step, once for a data folder [C5]', long, async () => {
  const t = await startCatalogue();
  const first = t.catalogue.byId('small')?.image;
  expect(first).toMatchObject({ status: 'CREATING', aliases: ['small-1.0'], kernels: [] });
  expect(first?.steps?.map(({ title }) => title)).toEqual([
    'Make the environment',
    expect.stringMatching(/^Download and install \d\d packages$/),
    'Check the kernel',
  ]);
  const made = await t.settled('small');
  expect(made).toMatchObject({
    status: 'CREATED',
    kernels: [{ name: 'python3', displayName: 'Python 3', language: 'python' }],
  });
  expect(made.steps).toBeUndefined();
  expect(made.packages?.map(({ name }) => name)).toContain('ipykernel');
  const states = t.told.map(({ steps }) => steps?.map(({ state }) => state[0]).join('') ?? 'made');
  expect(states).toEqual(['www', 'rww', 'dww', 'drw', 'ddw', 'ddr', 'ddd', 'made']);
  const { text, cutBytes } = await t.catalogue.making.log('small');
  // The number in the title is the one that uv comes to.
  const count = /Resolved (\d+) packages/.exec(text)?.[1];
  expect(first?.steps?.[1]?.title).toBe(`Download and install ${count} packages`);
  expect(text).toMatch(/^Make the environment\.\n\$ .*uv venv[^]*ipykernel==[^]*\nMade\.\n$/);
  expect(cutBytes).toBe(0);
  // The next start of the same folder has it before anything is made, and removes what a crash has left.
  const left = join(t.config.dataDir, 'images', 'small', '0123456789abcdef-01234567');
  await mkdir(join(left, 'env'), { recursive: true });
  const again = await startCatalogue({ config: t.config, recipe: t.recipe });
  expect(again.catalogue.byId('small')).toEqual(t.catalogue.byId('small'));
  expect(again.told).toEqual([]);
  await until('the rest has gone', () => !existsSync(left));
});

it('an image whose recipe has changed is made anew, and the old one goes', long, async () => {
  const uv = await quickUv();
  const t = await startCatalogue({ uv });
  await t.settled('small');
  const requirements = join(t.config.dataDir, 'more.txt');
  await writeFile(requirements, `# changed\n${await smallRequirements()}`);
  const next = await startCatalogue({ uv, config: t.config, recipe: await smallRecipe({ requirements }) });
  expect(next.catalogue.byId('small')?.image.status).toBe('CREATING');
  await next.settled('small');
  expect(readdirSync(join(t.config.dataDir, 'images', 'small'))).toHaveLength(1);
});

it('a requirement that cannot be had is told; a retry makes it', long, async () => {
  const recipe = await smallRecipe();
  const good = await smallRequirements();
  await writeFile(recipe.requirements, good.replaceAll(/sha256:[0-9a-f]{8}/g, 'sha256:00000000'));
  const t = await startCatalogue({ recipe, uv: await quickUv() });
  const failed = await t.settled('small');
  expect(failed).toMatchObject({
    status: 'CREATE_FAILED',
    failureReason: expect.stringMatching(/^A package that was downloaded is not the one that is expected\./),
  });
  expect(failed.steps?.map(({ state }) => state)).toEqual(['done', 'failed', 'waiting']);
  expect((await t.catalogue.making.log('small')).text).toMatch(/hash/i);
  await writeFile(recipe.requirements, good);
  const retried = await t.catalogue.making.retry('small');
  expect(retried).toMatchObject({ status: 'CREATING' });
  expect(retried.failureReason).toBeUndefined();
  expect((await t.settled('small')).status).toBe('CREATED');
  expect(await problemOf(t.catalogue.making.retry('small'))).toMatchObject({ code: 'conflict' });
});

it('without a network it says so; a retry with one makes it', long, async () => {
  const closed = 'http://127.0.0.1:9';
  const cache = await mkdtemp(join(tmpdir(), 'atelier-cache-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const own = installerEnvironment(process.env);
  const installEnv: Record<string, string> = {
    ...own,
    ...Object.fromEntries(
      ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, closed]),
    ),
    NO_PROXY: '',
    no_proxy: '',
    UV_CACHE_DIR: cache,
    UV_HTTP_RETRIES: '0',
  };
  const t = await startCatalogue({ installEnv, uv: await quickUv() });
  const failed = await t.settled('small');
  expect(failed.failureReason).toBe(
    'Packages could not be downloaded. Check the network, the proxy and the package index settings, then try again.',
  );
  for (const name of Object.keys(installEnv)) delete installEnv[name];
  Object.assign(installEnv, own);
  await t.catalogue.making.retry('small');
  expect((await t.settled('small')).status).toBe('CREATED');
});

it('a killed installer and a full disk are told; a retry makes it', long, async () => {
  const stand = await standIn('echo $$ > "$(dirname "$0")/pid"\nexec sleep 300');
  const t = await startCatalogue({ uv: stand.uv });
  const pidFile = stand.uv.replace(/uv$/, 'pid');
  await until('uv runs', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
  process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  expect((await t.settled('small')).failureReason).toBe(
    'uv was ended by SIGKILL. Check that there is memory left, then try again.',
  );
  await stand.become('echo "error: failed to copy: No space left on device (os error 28)" >&2; exit 2');
  await t.catalogue.making.retry('small');
  expect((await t.settled('small')).failureReason).toBe(
    `The disk of ${t.config.dataDir} is full. Free some space, then try again.`,
  );
  await stand.becomeUv();
  await t.catalogue.making.retry('small');
  expect((await t.settled('small')).status).toBe('CREATED');
});

it('begins nothing on a disk that has too little room', async () => {
  const t = await startCatalogue({ recipe: await smallRecipe({ neededBytes: 2 ** 60 }) });
  const failed = await t.settled('small');
  expect(failed.failureReason).toMatch(
    /^Small needs 1073741824\.0 GiB, and \d+\.\d GiB are free on the disk of .*\. Free some space, then try again\.$/,
  );
  expect(failed.steps?.map(({ state }) => state)).toEqual(['failed', 'waiting', 'waiting']);
});

it(
  'the end of the server ends the making; the next start makes it and removes what was left',
  long,
  async () => {
    // uv is at work, with a child of its own that does not listen to requests to end.
    const stand = await standIn(
      `mkdir -p "$6/bin" 2>/dev/null; trap "" TERM HUP INT; sleep 300 & echo up > "$(dirname "$0")/up"; wait`,
    );
    const t = await startCatalogue({ uv: stand.uv });
    await until('uv runs', () => existsSync(stand.uv.replace(/uv$/, 'up')));
    const pids = descendants(process.pid)
      .filter(({ name }) => name === 'sleep' || name === 'uv')
      .map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThanOrEqual(2);
    await t.catalogue.close();
    await until('nothing of it runs', () => alive(pids).length === 0);
    expect(t.catalogue.byId('small')?.image.status).toBe('CREATING');
    const left = readdirSync(join(t.config.dataDir, 'images', 'small'));
    expect(left).toHaveLength(1);
    const next = await startCatalogue({ uv: await quickUv(), config: t.config, recipe: t.recipe });
    expect((await next.settled('small')).status).toBe('CREATED');
    const now = readdirSync(join(t.config.dataDir, 'images', 'small'));
    expect(now).toHaveLength(1);
    expect(now).not.toEqual(left);
  },
);

it('a server that is killed takes its installer with it', long, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-install-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('../src/images/install.fixture.ts', import.meta.url)),
      outDir: join(folder, 'out'),
      rollupOptions: { output: { entryFileNames: 'install.mjs' } },
    },
  });
  const installer = 'trap "" TERM HUP INT PIPE; sleep 300 & echo up; wait';
  const log = join(folder, 'log');
  const args = [join(folder, 'out', 'install.mjs'), log, '/bin/sh', '-c', installer];
  const server = spawn(process.execPath, args, { stdio: 'inherit' });
  await until('the installer runs', () => existsSync(log) && readFileSync(log, 'utf8').includes('\nup\n'));
  const pids = descendants(server.pid ?? 0).map(({ pid }) => pid);
  expect(pids.length).toBeGreaterThanOrEqual(3);
  server.kill('SIGKILL');
  await until('nothing of it runs', () => alive(pids).length === 0);
});

it('without uv Python itself makes it', long, async () => {
  const config = await testConfig();
  onTestFinished(() => rm(join(config.dataDir, '..'), { recursive: true, force: true }));
  const installEnv = { ...installerEnvironment(process.env), PIP_NO_COMPILE: '1' };
  const t = await startCatalogue({ config, installEnv, uv: null });
  const made = await t.settled('small');
  expect(made.failureReason).toBeUndefined();
  expect(made.status).toBe('CREATED');
  expect((await t.catalogue.making.log('small')).text).toMatch(/-m pip install --require-hashes/);
});

it(
  'Data Science: made while the server works, then the default; plots are pictures [C5]',
  longest,
  async () => {
    const config = { ...(await testConfig()), dataScience: { uv: testUv() } };
    const fixture = await makeLocalFixture(config);
    onTestFinished(fixture.close);
    const { driver, service } = fixture;
    const domain = await createDomain(driver, config);
    expect(domain.defaults.imageId).toBe('base-python');
    const dataScience = async () => (await driver.images()).find(({ id }) => id === 'data-science');
    expect(await dataScience()).toMatchObject({ status: 'CREATING', displayName: 'Data Science' });
    // The server works meanwhile.
    const { id } = service.ensureJupyterServer(ann);
    await service.whenInService(ann, id);
    await new Promise<void>((resolve) => {
      driver.onDidChangeImages(({ status }) => {
        if (status !== 'CREATING') resolve();
      });
    });
    const image = await dataScience();
    expect(image?.failureReason).toBeUndefined();
    expect(image?.aliases).toContain('datascience-1.0');
    const names = image?.packages?.map(({ name }) => name.toLowerCase().replaceAll('_', '-'));
    for (const name of ['numpy', 'pandas', 'matplotlib', 'scikit-learn', 'pyarrow', 'ipywidgets', 'plotly'])
      expect(names).toContain(name);
    await until('it is the default', () => domain.defaults.imageId === 'data-science');
    const { app } = service.create(ann, {
      type: 'KernelGateway',
      imageId: 'data-science',
      instanceType: 'ml.t3.medium',
    });
    await service.whenInService(ann, app.id);
    const endpoint = service.endpoint(ann, app.id);
    if (!endpoint) throw new Error('The app has no endpoint.');
    const { json } = await callApp(endpoint, 'POST', 'api/kernels', { name: 'python3' });
    const code = `
from IPython.utils.capture import capture_output
import pandas, matplotlib.pyplot as plt
with capture_output() as seen:
    pandas.Series([1, 3, 2]).plot(); plt.show()
print(*seen.outputs[0].data)`;
    expect(await inKernel(endpoint, (json as { id: string }).id, code)).toContain('image/png');
  },
);
