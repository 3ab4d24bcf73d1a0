/** Parts of saves that wait for the end of theirs, in a folder of the server: one file an upload, gone after an hour. */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, ProblemError } from '@atelier-ide/contract';

const hourMs = 3_600_000;

export class StagedParts {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Puts a part at its place; one that is sent again takes its own place. Answers how much is there. */
  async put(upload: string, offset: number, data: Uint8Array): Promise<number> {
    if (offset === 0) await this.#begin();
    try {
      return await writeAt(this.#fileOf(upload), offset, data);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'ENOENT') throw missingPart(0);
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
      await rm(this.#fileOf(upload), { force: true });
      throw new ProblemError(problem('disk-full', 'The disk of the server is full. The file is unchanged.'));
    }
  }

  /** All that is there of an upload, which ends with that, whatever becomes of it. */
  async take(upload: string): Promise<Buffer> {
    const file = this.#fileOf(upload);
    try {
      return await readFile(file);
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') throw missingPart(0);
      throw error;
    } finally {
      await rm(file, { force: true });
    }
  }

  /** `upload` is whatever tells one from all others; it does not get into a path. */
  #fileOf(upload: string): string {
    return join(this.#folder, createHash('sha256').update(upload).digest('hex'));
  }

  /** Uploads that nobody went on with go when the next one begins. */
  async #begin(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      const file = join(this.#folder, name);
      const found = await stat(file).catch(() => null);
      // Written "later than now" is as old as can be, too: a clock that was set back does not keep it for ever.
      if (found && Math.abs(Date.now() - found.mtimeMs) > hourMs) await rm(file, { force: true });
    }
  }
}

async function writeAt(file: string, offset: number, data: Uint8Array): Promise<number> {
  const handle = await open(file, offset === 0 ? 'w' : 'r+', 0o600);
  try {
    const { size } = await handle.stat();
    if (offset > size) throw missingPart(size);
    await handle.truncate(offset);
    let done = 0;
    while (done < data.length) {
      const { bytesWritten } = await handle.write(data, done, data.length - done, offset + done);
      done += bytesWritten;
    }
    return offset + done;
  } finally {
    await handle.close();
  }
}

function missingPart(size: number): ProblemError {
  return new ProblemError({
    type: 'urn:atelier:problem:part-missing',
    code: 'part-missing',
    title: 'Part missing',
    status: 409,
    detail: 'A part before this one is missing. Nothing was written. Send the parts again.',
    size,
  });
}
