import { createHash, randomBytes } from 'node:crypto';
import { constants, readFileSync } from 'node:fs';
import { access, mkdir, readdir, readFile, realpath, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Image, imageSchema } from '@atelier-ide/contract';
import {
  type EnvironmentImage,
  type ImageFacts,
  inspectEnvironment,
  type InspectOptions,
  unknownImage,
} from './base-python.ts';
import type { MakingStep, Plan, StepWork } from './image-maker.ts';
import type { Installer } from './installer.ts';
import { MakingError } from './making-error.ts';
import { packageCount } from './requirement-file.ts';
import { runInstaller } from './run-installer.ts';

/*
 * An image that is made of a requirement file. Each making has a folder of its own,
 *
 *   <data>/images/<id>/<hash of what it is made of>-<random>/   env/  kernels/  image.json
 *
 * because an environment cannot be moved once it is made. `image.json` is written last: a folder without it is what a
 * making left that did not come to its end, and is removed.
 */

/** What an image is made of. */
export type Recipe = {
  facts: ImageFacts;
  requirements: string;
  /** Modules that must load before anybody is offered the image. */
  modules: readonly string[];
  neededBytes: number;
};

export type RecipeOptions = {
  recipe: Recipe;
  installer: Installer;
  inspect: Omit<InspectOptions, 'outDir' | 'signal'>;
  /** Version of the interpreter that the environment stands upon. */
  pythonVersion: string;
  dataDir: string;
  /** Environment of the installer. */
  env: Record<string, string>;
};

const marker = 'image.json';
const folderPattern = /^[0-9a-f]{16}-[0-9a-f]{8}$/;
const GiB = 1024 ** 3;

/** An image made of a recipe: finds what was made before, and knows how to make it. */
export class RecipeImage {
  readonly #options: RecipeOptions;
  readonly #base: string;

  constructor(options: RecipeOptions) {
    this.#options = options;
    this.#base = join(options.dataDir, 'images', options.recipe.facts.id);
  }

  get id(): string {
    return this.#options.recipe.facts.id;
  }

  /** The image that an earlier making of the same recipe has left. */
  async found(): Promise<EnvironmentImage | undefined> {
    const hash = await this.#hash().catch(() => undefined);
    for (const name of await this.#folders()) {
      if (hash === undefined || !name.startsWith(hash)) continue;
      const image = await this.#read(join(this.#base, name));
      if (image) return image;
    }
    return undefined;
  }

  plan(): Plan {
    const { recipe, inspect, installer } = this.#options;
    const { displayName } = recipe.facts;
    let folder = '';
    let result: EnvironmentImage | undefined;
    const steps: MakingStep[] = [
      {
        name: 'environment',
        title: 'Make the environment',
        run: async (work) => {
          await this.#checkRoom();
          await this.clean();
          folder = join(this.#base, `${await this.#hash()}-${randomBytes(4).toString('hex')}`);
          await mkdir(folder, { recursive: true, mode: 0o700 });
          await this.#run(work, installer.make(join(folder, 'env')));
        },
      },
      {
        name: 'packages',
        title: `Download and install ${this.#packages()} packages`,
        run: (work) => this.#run(work, installer.install(join(folder, 'env'), recipe.requirements)),
      },
      {
        name: 'kernel',
        title: 'Check the kernel',
        run: async (work) => {
          const python = join(folder, 'env', 'bin', 'python');
          await this.#run(work, [python, '-I', '-c', `import ${recipe.modules.join(', ')}`]);
          const options = { ...inspect, outDir: join(folder, 'kernels'), signal: work.signal };
          const made = await inspectEnvironment(options, python, recipe.facts);
          work.signal.throwIfAborted();
          if (made.image.status !== 'CREATED')
            throw new MakingError(made.image.failureReason ?? `${displayName} does not work. Try again.`);
          await this.#write(folder, made.image);
          result = made;
        },
      },
    ];
    return {
      image: { image: unknownImage(recipe.facts), prefix: this.#base, kernelspecDir: '', isVenv: true },
      steps,
      result: () => {
        if (result) return result;
        throw new Error('The kernel was not checked');
      },
    };
  }

  /** Removes what is of no use any more; best done when no making runs. */
  async clean(keep?: EnvironmentImage): Promise<void> {
    for (const name of await this.#folders()) {
      const folder = join(this.#base, name);
      if (keep?.prefix !== join(folder, 'env'))
        await rm(folder, { recursive: true, force: true, maxRetries: 2 });
    }
  }

  #run(work: StepWork, command: readonly string[]): Promise<void> {
    const { env, installer, dataDir } = this.#options;
    return runInstaller({
      ...work,
      command,
      cwd: this.#base,
      env: { ...env, ...installer.env },
      place: dataDir,
    });
  }

  async #checkRoom(): Promise<void> {
    const { recipe, dataDir } = this.#options;
    const { bavail, bsize } = await statfs(dataDir);
    if (bavail * bsize >= recipe.neededBytes) return;
    const [needed, free] = [recipe.neededBytes, bavail * bsize].map((bytes) => (bytes / GiB).toFixed(1));
    throw new MakingError(
      `${recipe.facts.displayName} needs ${needed} GiB, and ${free} GiB are free on the disk of ${dataDir}. Free some space, then try again.`,
    );
  }

  /** The same for the same packages on the same interpreter. */
  async #hash(): Promise<string> {
    const { recipe, pythonVersion, inspect } = this.#options;
    const parts = [
      await readFile(recipe.requirements, 'utf8'),
      pythonVersion,
      await realpath(inspect.pythonExecutable),
      this.#base,
    ];
    return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
  }

  #packages(): number {
    try {
      return packageCount(readFileSync(this.#options.recipe.requirements, 'utf8'));
    } catch {
      // The making itself says what is wrong with the file.
      return 0;
    }
  }

  async #folders(): Promise<readonly string[]> {
    const names = await readdir(this.#base).catch(() => []);
    return names.filter((name) => folderPattern.test(name));
  }

  async #write(folder: string, image: Image): Promise<void> {
    const fresh = join(folder, `.${marker}`);
    await writeFile(fresh, JSON.stringify(image, null, 1));
    await rename(fresh, join(folder, marker));
  }

  async #read(folder: string): Promise<EnvironmentImage | undefined> {
    const prefix = join(folder, 'env');
    try {
      const image = imageSchema.parse(JSON.parse(await readFile(join(folder, marker), 'utf8')));
      await access(join(prefix, 'bin', 'python'), constants.X_OK);
      // Names and aliases are those of this version, not of the one that made it.
      const facts = this.#options.recipe.facts;
      return { image: { ...image, ...facts }, prefix, kernelspecDir: join(folder, 'kernels'), isVenv: true };
    } catch {
      // Half made, or its interpreter has gone: it is made again.
      return undefined;
    }
  }
}
