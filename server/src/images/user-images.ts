import { constants, existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundEnvironment, type Image, ProblemError, problem } from '@atelier-ide/contract';
import type { Store } from '../store/store.ts';
import { type EnvironmentImage, type ImageFacts, type InspectOptions, unknownImage } from './base-python.ts';
import { inspectEnvironment } from './base-python.ts';
import { type FoundPlace, isThere, shownPath } from './environment-facts.ts';
import { findEnvironments } from './find-environments.ts';
import type { ImageBoard } from './image-board.ts';
import type { ImageMaker, Plan } from './image-maker.ts';
import { MakingError } from './making-error.ts';
import { isCopied } from './read-small-file.ts';
import { readKernelspec, type UserKernelspec } from './user-kernelspecs.ts';
import { readRecords, type UserImageRecord, writeRecords } from './user-image-record.ts';

export type UserImagesOptions = {
  board: ImageBoard;
  maker: ImageMaker;
  facts: Store['facts'];
  home: string;
  dataDir: string;
  path: string;
  inspect: Omit<InspectOptions, 'outDir' | 'signal'>;
};

/** Images that users made of environments they have. The environment stays the user's: it is only looked at. */
export class UserImages {
  readonly #options: UserImagesOptions;
  #records: readonly UserImageRecord[] = [];

  constructor(options: UserImagesOptions) {
    this.#options = options;
  }

  /** Brings back what was made before. What worked then is offered at once, unless it has gone. */
  async load(): Promise<void> {
    this.#records = await readRecords(this.#options.facts);
    for (const record of this.#records) {
      const one = await this.#shell(record);
      const gone = await this.goneReason(one);
      const { image } = record;
      if (gone !== undefined)
        this.#options.board.put({
          ...one,
          image: { ...one.image, status: 'CREATE_FAILED', failureReason: gone },
        });
      else if (image) this.#options.board.put({ ...one, image });
      else this.#options.board.put(one);
    }
  }

  /** Goes on with those whose checking did not come to its end. */
  resume(): void {
    for (const record of this.#records)
      if (this.#options.board.byId(record.id)?.image.status === 'CREATING') this.retry(record.id);
  }

  async found(): Promise<readonly FoundEnvironment[]> {
    const { home, board } = this.#options;
    const places = await this.#places();
    return places.map(({ path, ...place }) => {
      const same = board.all().find((one) => one.prefix === path && one.image.status === 'CREATED');
      const imageId = board.byId(place.id)?.image.id ?? same?.image.id;
      return { ...place, path: shownPath(home, path), ...(imageId === undefined ? {} : { imageId }) };
    });
  }

  async create(userId: string, environmentId: string): Promise<{ image: Image; created: boolean }> {
    const { board } = this.#options;
    const there = () => board.byId(environmentId)?.image;
    const before = there();
    if (before) return { image: before, created: false };
    const place = (await this.#places()).find(({ id }) => id === environmentId);
    const meanwhile = there();
    if (meanwhile) return { image: meanwhile, created: false };
    if (!place)
      throw new ProblemError(problem('not-found', `There is no environment ${environmentId}. Look again.`));
    if (place.reason !== undefined)
      throw new ProblemError(problem('impossible', `${place.displayName}: ${place.reason}`));
    const { id, kind, path, displayName } = place;
    const record: UserImageRecord = { id, userId, kind, path, displayName };
    this.#records = [...this.#records, record];
    this.#options.maker.start(this.#plan(record));
    await this.#keep();
    const image = there();
    if (!image) throw new ProblemError(problem('conflict', `${displayName} was removed again.`));
    return { image, created: true };
  }

  has(imageId: string): boolean {
    return this.#records.some(({ id }) => id === imageId);
  }

  retry(imageId: string): void {
    const record = this.#records.find(({ id }) => id === imageId);
    if (record) this.#options.maker.start(this.#plan(record));
  }

  async remove(userId: string, imageId: string): Promise<void> {
    const { board, maker } = this.#options;
    const record = this.#records.find(({ id }) => id === imageId);
    if (record?.userId !== userId)
      throw new ProblemError(problem('not-found', `There is no image ${imageId} of yours.`));
    // Gone before anything is waited for: nobody starts an app on it meanwhile.
    this.#records = this.#records.filter((other) => other !== record);
    board.remove(imageId);
    await maker.cancel(imageId);
    await this.#keep();
    await rm(this.#folder(imageId), { recursive: true, force: true });
  }

  /** Why an image cannot run any more: what it needs has gone from the disk. */
  async goneReason({ image, prefix, program }: EnvironmentImage): Promise<string | undefined> {
    const needed = program ?? join(prefix, 'bin', 'python');
    if (await isThere(needed, constants.X_OK)) return undefined;
    return `${image.displayName} is gone: there is no ${needed}. Make the environment again, or remove the image.`;
  }

  #places(): Promise<readonly FoundPlace[]> {
    const { home, path, dataDir } = this.#options;
    return findEnvironments({ home, path, leaveOut: [dataDir] });
  }

  #keep(): Promise<void> {
    return writeRecords(this.#options.facts, this.#records);
  }

  #folder(imageId: string): string {
    return join(this.#options.dataDir, 'images', imageId);
  }

  #facts({ id, displayName, path }: UserImageRecord): ImageFacts {
    const description = `Your environment ${shownPath(this.#options.home, path)}.`;
    return { id, displayName, description, aliases: [], scope: 'user', guidance: 'NOT_PROVIDED' };
  }

  /** The image without what only looking into the environment tells. */
  async #shell(record: UserImageRecord): Promise<EnvironmentImage> {
    const image = unknownImage(this.#facts(record));
    const kernelspecDir = join(this.#folder(record.id), 'kernels');
    const spec = record.kind === 'kernelspec' ? await this.#spec(record) : undefined;
    if (spec && 'reason' in spec)
      return {
        image,
        prefix: record.path,
        kernelspecDir,
        isVenv: false,
        program: join(record.path, 'kernel.json'),
      };
    const prefix = spec?.prefix ?? record.path;
    const isVenv = existsSync(join(prefix, 'pyvenv.cfg'));
    return { image, prefix, kernelspecDir, isVenv, ...(spec ? { program: spec.program } : {}) };
  }

  #spec(record: UserImageRecord): ReturnType<typeof readKernelspec> {
    return readKernelspec(record.path, this.#options.path);
  }

  #plan(record: UserImageRecord): Plan {
    const image = unknownImage(this.#facts(record));
    let made: EnvironmentImage | undefined;
    return {
      image: { image, prefix: record.path, kernelspecDir: '', isVenv: false },
      steps: [
        {
          name: 'kernel',
          title: 'Check the kernel',
          run: async ({ signal, log }) => {
            log.line(record.path);
            const one = await this.#shell(record);
            made = await (record.kind === 'kernelspec'
              ? this.#inspectSpec(record, one, signal)
              : this.#inspect(one, one.kernelspecDir, signal));
          },
        },
      ],
      result: async () => {
        if (!made) throw new Error('The kernel was not checked');
        this.#records = this.#records.map((other) =>
          other.id === record.id ? { ...other, image: (made ?? other).image } : other,
        );
        await this.#keep();
        return made;
      },
    };
  }

  async #inspect(one: EnvironmentImage, outDir: string, signal: AbortSignal): Promise<EnvironmentImage> {
    const gone = await this.goneReason({ ...one });
    if (gone !== undefined) throw new MakingError(gone);
    const options = { ...this.#options.inspect, outDir, signal };
    const looked = await inspectEnvironment(options, join(one.prefix, 'bin', 'python'), one.image);
    if (looked.image.status !== 'CREATED')
      throw new MakingError(looked.image.failureReason ?? 'It does not work. Make the environment again.');
    return { ...one, image: looked.image };
  }

  async #inspectSpec(
    record: UserImageRecord,
    one: EnvironmentImage,
    signal: AbortSignal,
  ): Promise<EnvironmentImage> {
    const spec = await this.#spec(record);
    if ('reason' in spec) throw new MakingError(`${record.displayName}: ${spec.reason}`);
    const looked = spec.usesIpykernel
      ? await this.#inspect(one, join(this.#folder(record.id), 'looked-at'), signal)
      : one;
    const target = join(one.kernelspecDir, spec.name);
    await rm(one.kernelspecDir, { recursive: true, force: true });
    await mkdir(one.kernelspecDir, { recursive: true });
    await cp(record.path, target, { recursive: true, dereference: true, filter: isCopied });
    return { ...looked, image: imageOfSpec(looked.image, spec) };
  }
}

function imageOfSpec(image: Image, { name, displayName, language }: UserKernelspec): Image {
  const version = image.version === '' ? language : image.version;
  return { ...image, status: 'CREATED', version, kernels: [{ name, displayName, language }] };
}
