import { ProblemError } from '@atelier-ide/contract';
import type { FilesService } from './files-service.ts';

const MOST_TRIES = 1_000;

/**
 * Makes a file under the first free name of `base.ext`, `base1.ext`, … and answers its path. The condition of the save
 * finds out what is free, so that two pages never take the same name.
 */
export async function writeNew(
  files: Pick<FilesService, 'writeText'>,
  folder: string,
  { base, extension }: { base: string; extension: string },
  text: string,
): Promise<string> {
  for (let n = 0; ; n++) {
    const name = `${base}${n === 0 ? '' : n}${extension}`;
    const path = folder === '' ? name : `${folder}/${name}`;
    try {
      await files.writeText(path, text, 'new');
      return path;
    } catch (error) {
      const isTaken = error instanceof ProblemError && error.problem.code === 'changed-on-disk';
      if (!isTaken || n >= MOST_TRIES) throw error;
    }
  }
}
