import { constants } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { type FoundPlace, isThere, placeId } from './environment-facts.ts';
import { readSmallFile } from './read-small-file.ts';

const specSchema = z.looseObject({
  argv: z.array(z.string()).min(1),
  display_name: z.string().min(1),
  language: z.string().default(''),
});

/** A kernelspec of the user, with the program that it starts. */
export type UserKernelspec = {
  name: string;
  displayName: string;
  language: string;
  /** Absolute; what a bare name means on PATH. */
  program: string;
  /** The environment that the program is in. */
  prefix: string;
  usesIpykernel: boolean;
};

export type KernelspecAnswer = UserKernelspec | { displayName: string; reason: string };

/** Jupyter's own rule for names of kernelspecs. */
const namePattern = /^[a-z0-9._-]+$/i;

async function programOf(command: string, path: string): Promise<string | undefined> {
  if (isAbsolute(command)) return (await isThere(command, constants.X_OK)) ? command : undefined;
  for (const folder of path.split(':').filter(isAbsolute))
    if (await isThere(join(folder, command), constants.X_OK)) return join(folder, command);
  return undefined;
}

/** Reads a kernelspec and finds its program; says what is wrong in a sentence. */
export async function readKernelspec(folder: string, path: string): Promise<KernelspecAnswer> {
  const name = basename(folder);
  const text = await readSmallFile(join(folder, 'kernel.json'));
  if (text === undefined)
    return { displayName: name, reason: 'Its kernel.json cannot be read. Install the kernel again.' };
  let spec: z.infer<typeof specSchema>;
  try {
    spec = specSchema.parse(JSON.parse(text));
  } catch {
    return { displayName: name, reason: 'Its kernel.json is not valid. Install the kernel again.' };
  }
  const displayName = spec.display_name;
  if (!namePattern.test(name))
    return { displayName, reason: 'Its folder has a name that Jupyter refuses. Give it a plain one.' };
  const command = spec.argv[0] ?? '';
  const program = await programOf(command, path);
  if (program === undefined)
    return { displayName, reason: `Its program ${command} is not there. Install the kernel again.` };
  return {
    name,
    displayName,
    language: spec.language,
    program,
    prefix: dirname(dirname(program)),
    usesIpykernel: spec.argv.some((part) => part.startsWith('ipykernel')),
  };
}

/** Folders of a user's own kernelspecs, on Linux and macOS. */
const kernelFolders = [join('.local', 'share', 'jupyter', 'kernels'), join('Library', 'Jupyter', 'kernels')];

/** The kernelspecs of a user. */
export async function findKernelspecs(home: string, path: string): Promise<readonly FoundPlace[]> {
  const found: FoundPlace[] = [];
  for (const kernels of kernelFolders.map((folder) => join(home, folder))) {
    for (const name of await readdir(kernels).catch(() => [])) {
      const folder = join(kernels, name);
      if (!(await isThere(join(folder, 'kernel.json')))) continue;
      const answer = await readKernelspec(folder, path);
      const { displayName } = answer;
      const place = {
        id: placeId('kernelspec', folder),
        kind: 'kernelspec' as const,
        path: folder,
        displayName,
      };
      if ('reason' in answer) found.push({ ...place, reason: answer.reason });
      else found.push(answer.language === 'python' ? place : { ...place, version: answer.language });
    }
  }
  return found;
}
