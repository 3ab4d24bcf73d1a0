import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError, parseCommandLine } from './command-line.ts';

const configOf = (args: string[], environment = {}) => {
  const line = parseCommandLine(args, environment);
  if ('help' in line) throw new Error('help');
  return line;
};

describe('the command line', () => {
  it('has defaults that stay on this machine', () => {
    const { config, isOpening } = configOf([], { XDG_DATA_HOME: '/data' });
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 4747,
      root: process.cwd(),
      dataDir: '/data/atelier',
      driver: { kind: 'local' },
      withoutFeatures: [],
      rotateLink: false,
    });
    expect(config.pythonDir).toMatch(/server\/python$/);
    expect(isOpening).toBe(true);
  });

  it('takes every option', () => {
    const app = mkdtempSync(join(tmpdir(), 'atelier-cli-'));
    writeFileSync(join(app, 'index.html'), '');
    const text = `--port=0 --host 0.0.0.0 --behind-proxy https://ide.example.org/ --root /home/ada --data /data
      --no-open --rotate-link --jupyter-url http://localhost:8888/base --jupyter-token secret
      --without-feature executions --without-feature usage --static ${app} --python /venv/bin/python
      --python-package /package`;
    const { config, isOpening } = configOf(text.split(/\s+/));
    expect(config).toEqual({
      host: '0.0.0.0',
      port: 0,
      behindProxy: 'https://ide.example.org',
      root: '/home/ada',
      dataDir: '/data',
      staticDir: app,
      pythonDir: '/package',
      pythonExecutable: '/venv/bin/python',
      driver: { kind: 'jupyter', url: 'http://localhost:8888/base', token: 'secret' },
      withoutFeatures: ['executions', 'usage'],
      rotateLink: true,
    });
    expect(isOpening).toBe(false);
    rmSync(app, { recursive: true });
  });

  it('takes the token of a Jupyter Server from its printed address or the environment, too', () => {
    const printed = configOf(['--jupyter-url', 'http://127.0.0.1:8888/?token=abc']).config.driver;
    expect(printed).toEqual({ kind: 'jupyter', url: 'http://127.0.0.1:8888/', token: 'abc' });
    const fromEnvironment = configOf(['--jupyter-url', 'http://h:1/'], { JUPYTER_TOKEN: 'def' }).config
      .driver;
    expect(fromEnvironment).toMatchObject({ token: 'def' });
  });

  it('takes further images, by name and interpreter', () => {
    const python = process.execPath;
    const { images } = configOf([
      '--image',
      `Data science 3=${python}`,
      '--image',
      `β torch=${python}`,
    ]).config;
    expect(images).toEqual([
      { id: 'data-science-3', displayName: 'Data science 3', pythonExecutable: python },
      { id: 'torch', displayName: 'β torch', pythonExecutable: python },
    ]);
    expect(configOf([]).config).not.toHaveProperty('images');
  });

  it('takes how long apps of a killed server wait for its next start', () => {
    expect(configOf(['--keep-apps', '0']).config.orphanGraceSeconds).toBe(0);
    expect(configOf(['--keep-apps', '604800']).config.orphanGraceSeconds).toBe(604_800);
    expect(configOf([]).config).not.toHaveProperty('orphanGraceSeconds');
  });

  it('takes further instance types and limits of their sums', () => {
    const args = ['--instance-type', 'test.small=1,0.5', '--instance-type', 'gpu-box=8,32,1'];
    const { config } = configOf([...args, '--limit-vcpu', '6', '--limit-memory=12.5']);
    expect(config.instanceTypes).toEqual([
      { name: 'test.small', vcpu: 1, memoryGiB: 0.5, gpu: 0 },
      { name: 'gpu-box', vcpu: 8, memoryGiB: 32, gpu: 1 },
    ]);
    expect(config.limits).toEqual({ totalVcpu: 6, totalMemoryGiB: 12.5 });
    expect(configOf(['--limit-memory', '8']).config.limits).toEqual({ totalMemoryGiB: 8 });
    expect(configOf([]).config).not.toHaveProperty('instanceTypes');
    expect(configOf([]).config).not.toHaveProperty('limits');
  });

  it.each([
    [['--instance-type', 'small']],
    [['--instance-type', 'small=1']],
    [['--instance-type', '=1,1']],
    [['--instance-type', 'a b=1,1']],
    [['--instance-type', 'small=0,1']],
    [['--instance-type', 'small=1,0']],
    [['--instance-type', 'small=1,-1']],
    [['--instance-type', 'small=1e3,1']],
    [['--instance-type', 'small=1,1,0.5']],
    [['--instance-type', 'small=1,1,0,0']],
    [['--instance-type', 'small=99999,1']],
    [['--instance-type', `${'x'.repeat(65)}=1,1`]],
    [['--instance-type', 'ml.t3.medium=1,1']],
    [['--instance-type', 'small=1,1', '--instance-type', 'small=2,2']],
    [['--instance-type', 'small=1,1', '--jupyter-url', 'http://localhost:8888/']],
    [['--keep-apps', 'long']],
    [['--keep-apps', '604801']],
    [['--limit-vcpu', '0']],
    [['--limit-vcpu', 'many']],
    [['--limit-memory', '']],
    [['--limit-memory', '-4']],
    [['--image', 'Torch']],
    [['--image', 'Torch=']],
    [['--image', '=/usr/bin/python3']],
    [['--image', 'Torch=/nowhere/bin/python']],
    [['--image', `Base python=${process.execPath}`]],
    [['--image', `Torch=${process.execPath}`, '--image', `torch!=${process.execPath}`]],
    [['--image', `Torch=${process.execPath}`, '--jupyter-url', 'http://localhost:8888/']],
    [['--port', 'x']],
    [['--port', '65536']],
    [['--port', '-1']],
    [['--port']],
    [['--host', '0.0.0.0']],
    [['--host', '192.168.1.2']],
    [['--host', '::']],
    [['--host', '']],
    [['--behind-proxy', 'ide.example.org']],
    [['--behind-proxy', 'http://ide.example.org']],
    [['--behind-proxy', 'https://ide.example.org/path']],
    [['--jupyter-url', 'localhost:8888']],
    [['--jupyter-url', 'ftp://localhost/']],
    [['--jupyter-token', 'secret']],
    [['--without-feature', 'nothing']],
    [['--static', '/nowhere']],
    [['--root', '']],
    [['--unknown']],
    [['stray']],
  ])('answers %j with one sentence or two that say what to do', (args) => {
    const act = () => parseCommandLine(args, {});
    expect(act).toThrow(UsageError);
    expect(act).toThrow(/^[^\n]+\.$/);
    expect(act).not.toThrow(/secret/);
  });

  it('lists its options', () => {
    expect(parseCommandLine(['--help'], {})).toMatchObject({
      help: expect.stringContaining('--without-feature'),
    });
  });
});
