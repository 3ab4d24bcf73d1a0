import { join } from 'node:path';
import { type Image, ProblemError, problem } from '@atelier-ide/contract';
import type { ServerConfig } from '../config.ts';
import type { ImageMaking } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import {
  basePythonId,
  type EnvironmentImage,
  type InspectOptions,
  inspectBasePython,
  inspectFurtherImage,
} from './base-python.ts';
import { dataScienceRecipe } from './data-science.ts';
import { ImageBoard } from './image-board.ts';
import { ImageMaker, type StepWork } from './image-maker.ts';
import { pipInstaller, uvInstaller } from './installer.ts';
import { MakingError } from './making-error.ts';
import { type Recipe, RecipeImage } from './recipe-image.ts';
import { UserImages } from './user-images.ts';

export type ImageCatalogueOptions = {
  config: Pick<
    ServerConfig,
    'dataDir' | 'root' | 'pythonExecutable' | 'pythonDir' | 'images' | 'dataScience'
  >;
  /** Environment of the interpreters that are asked. */
  inspectEnv: Record<string, string>;
  /** Environment of what downloads and installs. */
  installEnv: Record<string, string>;
  log: Log;
  /** Keeps the images that users made; absent = until the server ends. */
  facts?: Store['facts'];
  /** What *Data Science* is made of; tests take less. */
  recipe?: Recipe;
};

function factsInMemory(): Store['facts'] {
  const facts = new Map<string, string>();
  return { get: async (key) => facts.get(key), set: async (key, value) => void facts.set(key, value) };
}

/** Every image of this host: what there is, what is being made, and what users add. */
export class ImageCatalogue {
  readonly making: ImageMaking;
  readonly #options: ImageCatalogueOptions;
  readonly #board = new ImageBoard();
  readonly #maker: ImageMaker;
  readonly #users: UserImages;
  /** How images are looked at that are not made here, by their ids. */
  readonly #looks = new Map<string, (signal: AbortSignal) => Promise<EnvironmentImage>>();
  readonly #ending = new AbortController();
  #recipe: RecipeImage | undefined;

  constructor(options: ImageCatalogueOptions) {
    const { config, log, inspectEnv, installEnv, facts = factsInMemory() } = options;
    const { dataDir, root, pythonDir, pythonExecutable } = config;
    this.#options = options;
    this.#maker = new ImageMaker({
      board: this.#board,
      logFile: (imageId) => join(dataDir, 'logs', 'images', `${imageId}.log`),
      log,
      now: () => Date.now(),
    });
    this.#users = new UserImages({
      board: this.#board,
      maker: this.#maker,
      facts,
      home: root,
      dataDir,
      path: installEnv['PATH'] ?? '',
      inspect: { pythonExecutable, pythonDir, env: inspectEnv },
    });
    this.making = {
      log: async (imageId) => this.#maker.log(this.#known(imageId).image.id).read(),
      retry: async (imageId) => this.#retry(imageId),
      found: () => this.#users.found(),
      create: (userId, environmentId) => this.#users.create(userId, environmentId),
      remove: (userId, imageId) => this.#remove(userId, imageId),
    };
  }

  /** Looks at what there is; *Base Python* comes first. Nothing is made yet. */
  async prepare(): Promise<void> {
    const { config, log } = this.#options;
    this.#looks.set(basePythonId, (signal) => inspectBasePython(this.#inspectFor(basePythonId, signal)));
    for (const further of config.images ?? [])
      this.#looks.set(further.id, (signal) =>
        inspectFurtherImage(this.#inspectFor(further.id, signal), further),
      );
    const { signal } = this.#ending;
    const looked = await Promise.all([...this.#looks.values()].map((look) => look(signal)));
    const [base, ...further] = looked;
    if (base) this.#board.put(base);
    if (config.dataScience) await this.#placeDataScience(config.dataScience.uv, base?.image.version ?? '');
    for (const one of further) this.#board.put(one);
    await this.#users.load();
    for (const { image } of this.#board.all())
      if (image.status === 'CREATE_FAILED')
        log.warn(`${image.displayName} cannot be used.`, { reason: image.failureReason });
  }

  /** Begins to make, in the background, what is not there yet. */
  startMaking(): void {
    const recipe = this.#recipe;
    const made = recipe && this.#board.byId(recipe.id);
    if (recipe && made?.image.status === 'CREATING') this.#maker.start(recipe.plan());
    else if (recipe)
      void recipe.clean(made).catch((error: unknown) => {
        this.#options.log.warn('What earlier makings left could not be removed.', { error: String(error) });
      });
    this.#users.resume();
  }

  all(): readonly Image[] {
    return this.#board.all().map(({ image }) => image);
  }

  byId(imageId: string | undefined): EnvironmentImage | undefined {
    return imageId === undefined ? undefined : this.#board.byId(imageId);
  }

  /** Whether what an image needs is still there; else the image says why it cannot be used. */
  async goneReason(imageId: string): Promise<string | undefined> {
    const one = this.#known(imageId);
    const reason = await this.#users.goneReason(one);
    if (reason !== undefined && one.image.status === 'CREATED')
      this.#board.put({ ...one, image: { ...one.image, status: 'CREATE_FAILED', failureReason: reason } });
    return reason;
  }

  onDidChange(listener: (image: Image) => void): () => void {
    return this.#board.onDidChange(listener);
  }

  /** Ends what is being made. */
  close(): Promise<void> {
    this.#ending.abort();
    return this.#maker.close();
  }

  async #placeDataScience(uv: string | undefined, pythonVersion: string): Promise<void> {
    const { config, installEnv, inspectEnv, recipe } = this.#options;
    const { pythonExecutable, pythonDir, dataDir } = config;
    this.#recipe = new RecipeImage({
      recipe: recipe ?? dataScienceRecipe(pythonDir),
      installer: uv === undefined ? pipInstaller(pythonExecutable) : uvInstaller(uv, pythonExecutable),
      inspect: { pythonExecutable, pythonDir, env: inspectEnv },
      pythonVersion,
      dataDir,
      env: installEnv,
    });
    this.#board.put((await this.#recipe.found()) ?? this.#recipe.plan().image);
  }

  #retry(imageId: string): Image {
    const { image } = this.#known(imageId);
    if (image.status !== 'CREATE_FAILED')
      throw new ProblemError(
        problem('conflict', `${image.displayName} is ${image.status}. Only what failed is tried again.`),
      );
    if (this.#recipe?.id === imageId) this.#maker.start(this.#recipe.plan());
    else if (this.#users.has(imageId)) this.#users.retry(imageId);
    else this.#lookAgain(imageId);
    return this.#known(imageId).image;
  }

  #lookAgain(imageId: string): void {
    const before = this.#known(imageId);
    const look = this.#looks.get(imageId);
    let looked: EnvironmentImage | undefined;
    const run = async ({ signal }: StepWork): Promise<void> => {
      looked = await look?.(signal);
      if (looked?.image.failureReason !== undefined) throw new MakingError(looked.image.failureReason);
    };
    this.#maker.start({
      image: before,
      steps: [{ name: 'kernel', title: 'Check the kernel', run }],
      result: () => looked ?? before,
    });
  }

  async #remove(userId: string, imageId: string): Promise<void> {
    const { image } = this.#known(imageId);
    if (image.scope !== 'user')
      throw new ProblemError(problem('forbidden', `${image.displayName} belongs to this server. It stays.`));
    await this.#users.remove(userId, imageId);
  }

  #known(imageId: string): EnvironmentImage {
    const one = this.#board.byId(imageId);
    if (one) return one;
    throw new ProblemError(problem('not-found', `There is no image ${imageId}.`));
  }

  #inspectFor(id: string, signal: AbortSignal): InspectOptions {
    const { config, inspectEnv } = this.#options;
    const { pythonExecutable, pythonDir, dataDir } = config;
    return {
      pythonExecutable,
      pythonDir,
      outDir: join(dataDir, 'images', id, 'kernels'),
      env: inspectEnv,
      signal,
    };
  }
}
