import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Image } from '@atelier-ide/contract';
import type { FurtherImage } from '../config.ts';

const run = promisify(execFile);
const inspectMs = 120_000;

/** An image of the `env` kind: a prefix with an interpreter, and its kernelspecs in a folder of ours. */
export type EnvironmentImage = {
  image: Image;
  prefix: string;
  kernelspecDir: string;
  /** Whether the prefix is a venv, so that VIRTUAL_ENV may name it. */
  isVenv: boolean;
  /** The program that its kernels need; absent = the prefix's own python. */
  program?: string;
};

/** Whether its kernels run in the prefix's own Python; else they are of another language. */
export const runsPython = ({ image, program }: EnvironmentImage): boolean =>
  program === undefined || image.kernels.every((kernel) => kernel.language === 'python');

export type InspectOptions = {
  /** Interpreter that has `atelier_jupyter`; it asks the image's own. */
  pythonExecutable: string;
  pythonDir: string;
  /** Where the kernelspecs are written. */
  outDir: string;
  env: Record<string, string>;
  /** Ends the looking. */
  signal?: AbortSignal;
};

export const basePythonId = 'base-python';

/** Image names of Studio that mean a plain Python here. */
const studioNames = [
  'sagemaker-base-python-38',
  'sagemaker-base-python-38-v1',
  'sagemaker-base-python-310',
  'sagemaker-base-python-310-v1',
  'python-3.6',
];

type Answer =
  | {
      kernels: Image['kernels'];
      pythonVersion: string;
      ipykernelVersion: string;
      packages: NonNullable<Image['packages']>;
    }
  | { error: { code: string; message: string } };

async function prefixOf(python: string, env: Record<string, string>): Promise<string> {
  const folder = dirname(dirname(python));
  if (existsSync(join(folder, 'pyvenv.cfg'))) return folder;
  const { stdout } = await run(python, ['-I', '-c', 'import sys; print(sys.prefix)'], {
    env,
    timeout: inspectMs,
  });
  return stdout.trim();
}

/** Runs the command that writes kernelspecs; it says what is wrong in its own words, on stdout, with exit code 1. */
async function ask(options: InspectOptions, prefix: string): Promise<Answer> {
  const { pythonExecutable, pythonDir, outDir, env, signal } = options;
  const args = ['-s', '-m', 'atelier_jupyter.kernelspecs', '--prefix', prefix, '--out', outDir];
  const maxBuffer = 16 * 1024 * 1024;
  const settings = { cwd: pythonDir, env, timeout: inspectMs, maxBuffer, ...(signal ? { signal } : {}) };
  try {
    const { stdout } = await run(pythonExecutable, args, settings);
    return JSON.parse(stdout) as Answer;
  } catch (error) {
    const said = (error as { stdout?: string }).stdout ?? '';
    if (said.trimStart().startsWith('{')) return JSON.parse(said) as Answer;
    const stderr = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    const cause = stderr || (error instanceof Error ? error.message : String(error));
    return { error: { code: 'interpreter-fails', message: `${pythonExecutable} does not work: ${cause}` } };
  }
}

/** What is known of an image before anybody looked. */
export type ImageFacts = Pick<Image, 'id' | 'displayName' | 'description' | 'aliases'> &
  Partial<Pick<Image, 'scope' | 'guidance'>>;

/** An image of which nothing but its facts is known yet. */
export function unknownImage(facts: ImageFacts): Image {
  return {
    driver: 'env',
    processor: 'CPU',
    guidance: 'STABLE',
    scope: 'domain',
    ...facts,
    status: 'CREATING',
    version: '',
    kernels: [],
  };
}

/** Looks into an environment once. A broken one is an image that says what is wrong. */
export async function inspectEnvironment(
  options: InspectOptions,
  imageExecutable: string,
  facts: ImageFacts,
): Promise<EnvironmentImage> {
  const base = unknownImage(facts);
  const prefix = await prefixOf(imageExecutable, options.env).catch(() => dirname(dirname(imageExecutable)));
  const answer = await ask(options, prefix);
  const image: Image =
    'error' in answer
      ? { ...base, status: 'CREATE_FAILED', failureReason: answer.error.message }
      : {
          ...base,
          status: 'CREATED',
          version: answer.pythonVersion,
          kernels: answer.kernels,
          packages: answer.packages,
        };
  return {
    image,
    prefix,
    kernelspecDir: options.outDir,
    isVenv: existsSync(join(prefix, 'pyvenv.cfg')),
  };
}

/** Looks into the environment of *Base Python*, the one that also runs the app servers. */
export function inspectBasePython(options: InspectOptions): Promise<EnvironmentImage> {
  return inspectEnvironment(options, options.pythonExecutable, {
    id: basePythonId,
    displayName: 'Base Python',
    description: 'Python with ipykernel and pip. Add packages with %pip.',
    aliases: studioNames,
  });
}

/** Looks into an environment that was named on the command line. */
export function inspectFurtherImage(
  options: InspectOptions,
  further: FurtherImage,
): Promise<EnvironmentImage> {
  const { id, displayName, pythonExecutable } = further;
  return inspectEnvironment(options, pythonExecutable, {
    id,
    displayName,
    description: `The environment of ${pythonExecutable}.`,
    aliases: [],
  });
}
