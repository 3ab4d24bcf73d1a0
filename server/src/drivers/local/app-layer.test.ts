import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '@atelier-ide/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ann } from '../../apps/app-service.fixture.ts';
import type { AppEndpoint } from '../driver.ts';
import { contentOf, makeImage, makeWheels } from './layer.fixture.ts';
import {
  callApp,
  inKernel,
  inTerminal,
  type LocalFixture,
  makeLocalFixture,
  testConfig,
  until,
} from './local.fixture.ts';

const say = 'def main():\n    print("tiny is", __version__)';
const callTiny = 'def main():\n    import tiny\n    print("caller sees tiny", tiny.__version__)';
const packages = [
  { name: 'tiny', version: '1.0', code: say },
  { name: 'tiny', version: '2.0', code: say },
  { name: 'caller', version: '1.0', code: callTiny },
  { name: 'extra', version: '1.0', code: say },
];

describe('packages of an app', () => {
  let folder: string;
  let fixture: LocalFixture;
  let prefix: string;
  let before: Record<string, string>;
  let from: string;

  beforeAll(async () => {
    // A space and a letter beyond ASCII: paths of people have both.
    folder = await mkdtemp(join(tmpdir(), 'atelier-test-'));
    prefix = join(folder, 'an énv');
    const wheels = join(folder, 'wheels');
    makeWheels(wheels, packages);
    makeImage(prefix, wheels, ['tiny==1.0', 'caller']);
    before = contentOf(prefix);
    from = `--no-index --find-links ${wheels}`;
    const image = { id: 'tiny', displayName: 'Tiny', pythonExecutable: join(prefix, 'bin', 'python') };
    fixture = await makeLocalFixture(await testConfig({ images: [image] }));
  }, 120_000);
  afterAll(async () => {
    await fixture.close();
    await rm(folder, { recursive: true });
  });

  type Started = { app: App; endpoint: AppEndpoint };

  async function start(instanceType: string, imageId = 'tiny'): Promise<Started> {
    const { service } = fixture;
    const { app } = service.create(ann, { type: 'KernelGateway', imageId, instanceType });
    const up = await service.whenInService(ann, app.id);
    const endpoint = service.endpoint(ann, up.id);
    if (!endpoint) throw new Error('The app has no endpoint.');
    return { app: up, endpoint };
  }

  async function end({ app }: Started): Promise<void> {
    fixture.service.remove(ann, app.id);
    await until('the app is gone', () =>
      fixture.service.list(ann).every((one) => one.id !== app.id || one.status === 'Deleted'),
    );
  }

  async function startKernel(endpoint: AppEndpoint): Promise<(code: string) => Promise<string>> {
    const { json } = await callApp(endpoint, 'POST', 'api/kernels', { name: 'python3' });
    const { id } = json as { id: string };
    return (code) => inKernel(endpoint, id, code);
  }

  /** What a command says in an image terminal, and how it ends. */
  async function inShell(endpoint: AppEndpoint, command: string): Promise<{ said: string; code: number }> {
    const out = join(folder, 'said');
    const line = `{ ${command}; } > '${out}' 2>&1; echo "ended"=$?`;
    const code = await inTerminal(endpoint, line, /ended=(\d+)/);
    return { said: await readFile(out, 'utf8'), code: Number(code) };
  }

  const layersOf = ({ app }: Started): string =>
    join(fixture.config.dataDir, 'instances', app.instanceId ?? '', 'layers');
  const version = 'import tiny; print(tiny.__version__)';

  it(
    'another version is seen by the notebook and the image terminal of its app, and by nobody else [A5] [I1]',
    { timeout: 180_000 },
    async () => {
      const one = await start('ml.t3.medium');
      const other = await start('ml.m5.large');
      const [first, second] = [await startKernel(one.endpoint), await startKernel(other.endpoint)];
      expect(await first(version)).toBe('1.0\n');
      expect(await first(`%pip install ${from} tiny==2.0`)).toContain('Successfully installed tiny-2.0');
      // What is imported stays until the kernel starts again.
      const again = await startKernel(one.endpoint);
      expect(await again(version)).toBe('2.0\n');
      const shell = await inShell(one.endpoint, `python -c '${version}'; python3 -c '${version}'; tiny-run`);
      expect(shell).toEqual({ said: '2.0\n2.0\ntiny is 2.0\n', code: 0 });

      expect(await second(version)).toBe('1.0\n');
      expect((await inShell(other.endpoint, 'tiny-run')).said).toBe('tiny is 1.0\n');
      const base = await start('ml.t3.medium', 'base-python');
      expect(
        await (
          await startKernel(base.endpoint)
        )('import importlib.util as u; print(u.find_spec("tiny"))'),
      ).toBe('None\n');

      // The layer goes with its app, though the instance stays for the other; a new app begins with the image.
      expect(readdirSync(layersOf(one)).sort()).toEqual([one.app.id, base.app.id].sort());
      await end(one);
      await until('the layer is gone', () => readdirSync(layersOf(one)).length === 1);
      const anew = await start('ml.t3.medium');
      expect(await (await startKernel(anew.endpoint))(version)).toBe('1.0\n');
      await Promise.all([end(other), end(base), end(anew)]);
      await until('the instance is gone', () => !existsSync(layersOf(anew)));
      expect(contentOf(prefix)).toEqual(before);
    },
  );

  it(
    'every way of installing ends in the layer; what is in the image cannot be taken away',
    { timeout: 180_000 },
    async () => {
      const app = await start('ml.t3.medium');
      const { endpoint } = app;
      const run = await startKernel(endpoint);
      const facts = (await run('import sys, os; print(sys.prefix); print(os.environ["VIRTUAL_ENV"])')).split(
        '\n',
      );
      const layer = join(layersOf(app), app.app.id, 'env');
      expect(facts.slice(0, 2)).toEqual([layer, layer]);
      for (const install of ['pip install', 'pip3 install', 'python -m pip install']) {
        expect(await inShell(endpoint, `${install} -q ${from} extra`)).toMatchObject({ code: 0 });
        expect((await inShell(endpoint, 'extra-run; which extra-run')).said).toBe(
          `tiny is 1.0\n${layer}/bin/extra-run\n`,
        );
        expect((await inShell(endpoint, 'pip uninstall -y -q extra && extra-run')).code).toBe(127);
      }
      expect(await run(`!pip install -q ${from} extra; extra-run`)).toContain('tiny is 1.0');
      // A configuration of the user for the whole machine does not lead out of the layer.
      mkdirSync(join(fixture.config.root, '.config', 'pip'), { recursive: true });
      writeFileSync(join(fixture.config.root, '.config', 'pip', 'pip.conf'), '[install]\nuser = true\n');
      expect(await run(`%pip install ${from} tiny==2.0`)).toContain('Successfully installed tiny-2.0');
      // Scripts of the image run with what the app has.
      expect((await inShell(endpoint, 'caller-run')).said).toBe('caller sees tiny 2.0\n');
      const listed = (await inShell(endpoint, 'pip list --format freeze; echo; pip freeze --local')).said;
      const [all = '', local = ''] = listed.split('\n\n');
      expect(all.split('\n')).toEqual(expect.arrayContaining(['tiny==2.0', 'caller==1.0', 'extra==1.0']));
      expect(all).not.toContain('tiny==1.0');
      expect(local.trim().split('\n')).toEqual(['extra==1.0', 'tiny==2.0']);
      expect((await inShell(endpoint, 'python -m site')).said).toMatch(
        /'[^']*\/layers\/[^']*site-packages',\n\s*'[^']*\/an énv\/lib/,
      );

      // Not the pip that the server lends, either; another one can be had.
      const python = await inShell(
        endpoint,
        'python -c "import os, pip; print(os.path.realpath(pip.__file__))"',
      );
      expect((await inShell(endpoint, 'pip uninstall -y pip')).said).toMatch(/outside environment/);
      expect(existsSync(python.said.trim())).toBe(true);

      expect((await inShell(endpoint, 'pip uninstall -y caller')).said).toMatch(/outside environment/);
      expect((await inShell(endpoint, 'caller-run')).code).toBe(0);
      // Without the newer one, the image's own is there again.
      expect((await inShell(endpoint, 'pip uninstall -y tiny')).said).toContain(
        'Successfully uninstalled tiny-2.0',
      );
      expect((await inShell(endpoint, 'tiny-run; caller-run')).said).toBe(
        'tiny is 1.0\ncaller sees tiny 1.0\n',
      );
      await rm(join(fixture.config.root, '.config'), { recursive: true });
      await end(app);
      expect(contentOf(prefix)).toEqual(before);
    },
  );

  it('editable packages of the image and of the layer are found; the layer’s come first', async () => {
    const app = await start('ml.t3.medium');
    const run = await startKernel(app.endpoint);
    expect(await run('import editable_here; print(editable_here.value)')).toBe('editable\n');
    const layer = join(layersOf(app), app.app.id, 'env');
    const project = join(fixture.config.root, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'tiny.py'), '__version__ = "mine"\n');
    const site = (await run('import sysconfig; print(sysconfig.get_path("purelib"))')).trim();
    expect(site.startsWith(layer)).toBe(true);
    // What every build back end writes for an editable package.
    writeFileSync(join(site, '__editable__.tiny-3.0.pth'), `${project}\n`);
    expect(await (await startKernel(app.endpoint))(version)).toBe('mine\n');
    expect((await inShell(app.endpoint, 'caller-run')).said).toBe('caller sees tiny mine\n');
    await end(app);
  });

  it('a start that is cancelled leaves no layer on an instance that goes on [C3]', async () => {
    const app = await start('ml.t3.medium');
    for (const waitMs of [0, 2, 5, 30, 120]) {
      const { app: other } = fixture.service.create(ann, {
        type: 'KernelGateway',
        imageId: 'base-python',
        instanceType: 'ml.t3.medium',
      });
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await end({ ...app, app: other });
      expect(readdirSync(layersOf(app))).toEqual([app.app.id]);
    }
    await end(app);
    await until('the instance is gone', () => !existsSync(layersOf(app)));
  });

  it('an app that is killed takes its layer along, and the next one begins anew', async () => {
    const app = await start('ml.t3.medium');
    // It holds the instance, which else would take all layers with it.
    const { app: other } = fixture.service.create(ann, {
      type: 'KernelGateway',
      imageId: 'base-python',
      instanceType: 'ml.t3.medium',
    });
    await fixture.service.whenInService(ann, other.id);
    const run = await startKernel(app.endpoint);
    await run(`%pip install -q ${from} tiny==2.0`);
    process.kill(Number(await run('import os; print(os.getppid())')), 'SIGKILL');
    await until('the app is Failed', () => fixture.service.get(ann, app.app.id).status === 'Failed');
    await until('the layer is gone', () => !existsSync(join(layersOf(app), app.app.id)));
    expect(readdirSync(layersOf(app))).toEqual([other.id]);
    const next = await start('ml.t3.medium');
    expect(await (await startKernel(next.endpoint))(version)).toBe('1.0\n');
    await end(next);
    await end({ ...app, app: other });
  });
});
