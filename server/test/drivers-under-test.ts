import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { ServerConfig } from '../src/config.ts';
import type { Driver } from '../src/drivers/driver.ts';
import type { Log } from '../src/log.ts';
import { createDriver } from '../src/drivers/create-driver.ts';
import { testConfig } from '../src/drivers/local/local.fixture.ts';
import { SlowDriver } from './slow-driver.ts';

/** A driver as the suite takes it: ready to serve two images, and to fail. */
export type DriverUnderTest = {
  name: string;
  /** How long a start takes at least; limits grow by it. */
  startMs: number;
  config: ServerConfig;
  createDriver: (config: ServerConfig, log: Log) => Driver;
  images: readonly [string, string];
  /** Makes the next start of the first image fail; resolves with what its failure must say. */
  failNext(): Promise<RegExp>;
  /** Starts of the first image work again. */
  heal(): Promise<void>;
  /** What starts have made and not yet taken away; the JupyterServer app aside. */
  left(): Promise<readonly string[]>;
  /** The home of the user, as the apps have it. */
  home(): Promise<string>;
  /** Looks, once the suite is over, for what a server may not have done. */
  verify?(): void;
  close(): Promise<void>;
};

const longStartMs = 20_000;
const slowStartMs = process.env['ATELIER_LONG'] === undefined ? 600 : longStartMs;

async function makeLocal(): Promise<DriverUnderTest> {
  const base = await testConfig();
  const folder = dirname(base.root);
  const prefix = join(folder, 'environment');
  // The environment by another name.
  await symlink(dirname(dirname(base.pythonExecutable)), prefix);
  const image = (id: string) => ({ id, displayName: id, pythonExecutable: join(prefix, 'bin', 'python') });
  const config = { ...base, images: [image('first'), image('second')] };
  const instances = join(config.dataDir, 'instances');
  const away = `${instances}.away`;
  return {
    name: 'local',
    startMs: 0,
    config,
    createDriver,
    images: ['first', 'second'],
    failNext: async () => {
      // A file where the instances' folders are made.
      await rename(instances, away);
      await writeFile(instances, '');
      return /folder could not be made/;
    },
    heal: async () => {
      await rm(instances);
      await rename(away, instances);
    },
    left: async () => readdirSync(existsSync(away) ? away : instances),
    home: async () => config.root,
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function makeSlow(): Promise<DriverUnderTest> {
  const base = await testConfig();
  const folder = await mkdtemp(join(tmpdir(), 'atelier-slow-'));
  // What the server takes for the home is a folder that nobody uses, and soon none at all.
  const root = join(folder, 'nowhere');
  await mkdir(root);
  const config = { ...base, root, pythonExecutable: '/nowhere/python', pythonDir: '/nowhere' };
  const { pythonExecutable: python, pythonDir } = base;
  const driver = new SlowDriver({ python, pythonDir, startMs: slowStartMs });
  const failure = 'There is no machine of this type free. Choose another type, or try again later.';
  return {
    name: 'slow',
    startMs: slowStartMs,
    config,
    createDriver: () => {
      // The server has looked at its folders; from now on they are not there.
      rmdirSync(root);
      return driver;
    },
    images: ['base-python', 'further'],
    failNext: async () => {
      await driver.failNext(failure);
      return /no machine of this type free/;
    },
    heal: async () => undefined,
    left: async () => {
      const { apps, instances } = await driver.left();
      const own = apps.filter((id) => !id.startsWith('jupyter-server'));
      return [...own, ...instances];
    },
    home: async () => (await driver.left()).home,
    verify: () => {
      expect(readdirSync(folder)).toEqual([]);
      expect(
        readdirSync(config.dataDir).filter((name) => ['instances', 'images', 'logs'].includes(name)),
      ).toEqual([]);
    },
    close: async () => {
      await rm(folder, { recursive: true });
      await rm(dirname(base.root), { recursive: true });
    },
  };
}

/** Two drivers that have nothing in common but the interface. */
export const driversUnderTest = [
  { name: 'local', startMs: 0, make: makeLocal },
  { name: 'slow, on a disk of its own', startMs: slowStartMs, make: makeSlow },
];
