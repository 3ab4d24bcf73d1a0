import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Image } from '@atelier-ide/contract';
import { onTestFinished } from 'vitest';
import type { ServerConfig } from '../config.ts';
import { installerEnvironment, zygoteEnvironment } from '../drivers/local/app-environment.ts';
import { testConfig } from '../drivers/local/local.fixture.ts';
import { silentLog } from '../log.ts';
import type { Store } from '../store/store.ts';
import { ImageCatalogue } from './image-catalogue.ts';
import type { Recipe } from './recipe-image.ts';

/** uv as set-up leaves it beside the test environment. */
export function testUv(): string {
  const uv = fileURLToPath(new URL('../../../.atelier/uv/bin/uv', import.meta.url));
  if (existsSync(uv)) return uv;
  throw new Error('There is no .atelier/uv/bin/uv; npm test makes it.');
}

/** Of a compiled requirement file what ipykernel needs, by the notes that uv leaves below each package. */
function kernelOnly(compiled: string): string {
  const blocks = compiled.split(/^(?=\S+==)/m).filter((block) => /^\S+==/.test(block));
  const entries = blocks.map((block) => ({
    block,
    name: block.split('==')[0] ?? '',
    neededBy: (/# via([^]*)/.exec(block)?.[1] ?? '').split(/[\s#]+/),
  }));
  const wanted = new Set(['ipykernel']);
  for (let before = 0; before !== wanted.size;) {
    before = wanted.size;
    for (const { name, neededBy } of entries) if (neededBy.some((one) => wanted.has(one))) wanted.add(name);
  }
  return entries.flatMap(({ name, block }) => (wanted.has(name) ? [block] : [])).join('');
}

const serverRequirements = fileURLToPath(new URL('../../python/requirements/server.txt', import.meta.url));

/** Requirements of a kernel and nothing else; set-up has brought the packages to uv's cache. */
export async function smallRequirements(): Promise<string> {
  return kernelOnly(await readFile(serverRequirements, 'utf8'));
}

/** The smallest image that works. */
export async function smallRecipe(more: Partial<Recipe> = {}): Promise<Recipe> {
  const facts = { id: 'small', displayName: 'Small', description: 'A kernel.', aliases: ['small-1.0'] };
  const folder = await mkdtemp(join(tmpdir(), 'atelier-recipe-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const requirements = join(folder, 'small.txt');
  await writeFile(requirements, await smallRequirements());
  return { facts, requirements, modules: ['ipykernel'], neededBytes: 1, ...more };
}

export type CatalogueFixture = {
  config: ServerConfig;
  recipe: Recipe;
  catalogue: ImageCatalogue;
  /** Every image that was told, in order. */
  told: Image[];
  /** Resolves with the image once it is neither waiting nor being made. */
  settled(imageId: string): Promise<Image>;
  /** Resolves with the image once it is as wanted. */
  when(imageId: string, isWanted: (image: Image) => boolean): Promise<Image>;
};

type FixtureOptions = {
  config?: ServerConfig;
  recipe?: Recipe;
  /** `null` = there is none. */
  uv?: string | null;
  installEnv?: Record<string, string>;
  facts?: Store['facts'];
};

/** A catalogue over real interpreters, prepared and begun; closed with the test. */
export async function startCatalogue(options: FixtureOptions = {}): Promise<CatalogueFixture> {
  const given = options.config ?? (await testConfig());
  const uv = options.uv === undefined ? testUv() : options.uv;
  const config = { ...given, dataScience: uv === null ? {} : { uv } };
  const recipe = options.recipe ?? (await smallRecipe());
  const catalogue = new ImageCatalogue({
    config,
    inspectEnv: zygoteEnvironment(process.env, { home: config.root, pythonDir: config.pythonDir }),
    installEnv: options.installEnv ?? installerEnvironment(process.env),
    log: silentLog,
    recipe,
    ...(options.facts ? { facts: options.facts } : {}),
  });
  onTestFinished(async () => {
    await catalogue.close();
    if (!options.config) await rm(join(config.dataDir, '..'), { recursive: true, force: true });
  });
  await catalogue.prepare();
  const told: Image[] = [];
  catalogue.onDidChange((image) => told.push(structuredClone(image)));
  catalogue.startMaking();
  const when: CatalogueFixture['when'] = (imageId, isWanted) =>
    new Promise((resolve) => {
      const look = (): void => {
        const image = catalogue.byId(imageId)?.image;
        if (!image || !isWanted(image)) return;
        stop();
        resolve(image);
      };
      const stop = catalogue.onDidChange(look);
      look();
    });
  const settled = (imageId: string): Promise<Image> => when(imageId, ({ status }) => status !== 'CREATING');
  return { config, recipe, catalogue, told, settled, when };
}

/** uv, but no module is compiled before it is needed: that takes longer than all the rest. */
const quickly = (): string => `for one; do shift; [ "$one" = --compile-bytecode ] || set -- "$@" "$one"; done
exec ${testUv()} "$@"`;

/** For what is not about the installing. */
export const quickUv = async (): Promise<string> => (await standIn(quickly())).uv;

export type StandIn = { uv: string; become(script: string): Promise<void>; becomeUv(): Promise<void> };

/** A program that does something else in place of uv, until it is told to be uv. */
export async function standIn(script: string): Promise<StandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-uv-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const uv = join(folder, 'uv');
  const become = async (body: string): Promise<void> => {
    await writeFile(uv, `#!/bin/sh\n${body}\n`);
    await chmod(uv, 0o755);
  };
  await become(script);
  return { uv, become, becomeUv: () => become(quickly()) };
}
