/**
 * Files as the user's own JupyterServer app reads and writes them: with the user's rights, in the user's home. A write
 * replaces only what was read. A plain Jupyter Server has no such condition; there the file is compared right before.
 */
import { problem, ProblemError } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { AppEndpoint } from '../drivers/driver.ts';
import {
  AnswerTooLargeError,
  type BytesAnswer,
  type BytesCall,
  callForBytes,
  encodedPath,
  maxFileBytes,
} from '../http/app-bytes.ts';
import { isFine, readPlainFile, sha256, writePlainFile } from '../http/plain-file.ts';
import type { User } from '../studio/user.ts';

export type NotebookFile = { bytes: Uint8Array; hash: string };

export type NotebookFiles = {
  /** Undefined when there is no such file. */
  read(user: User, path: string, signal: AbortSignal): Promise<NotebookFile | undefined>;
  /** The new hash; undefined when the file is another one than the hash says, and nothing was written. */
  write(user: User, path: string, file: NotebookFile): Promise<string | undefined>;
};

export function createNotebookFiles(
  apps: Pick<AppService, 'ensureJupyterServer' | 'whenInService' | 'endpoint'>,
): NotebookFiles {
  /** Files cost nothing and start nothing: the app is brought up when it is not there. */
  async function endpointOf(user: User, signal?: AbortSignal): Promise<AppEndpoint> {
    const { id } = apps.ensureJupyterServer(user);
    await apps.whenInService(user, id, signal);
    const endpoint = apps.endpoint(user, id);
    if (endpoint) return endpoint;
    throw new ProblemError(problem('app-not-running', 'The file server has ended.'));
  }

  return {
    async read(user, path, signal) {
      const endpoint = await endpointOf(user, signal);
      return endpoint.extension
        ? readOurs(endpoint, path, signal)
        : orTooLarge(readPlainFile(endpoint, path, refused, signal));
    },
    async write(user, path, file) {
      const endpoint = await endpointOf(user);
      return endpoint.extension ? writeOurs(endpoint, path, file) : writePlain(endpoint, path, file);
    },
  };
}

async function readOurs(endpoint: AppEndpoint, path: string, signal: AbortSignal) {
  const answer = await call(endpoint, {
    method: 'GET',
    path: `studio/file?path=${encodedPath(path)}`,
    signal,
  });
  if (answer.status === 404) return undefined;
  const hash = /"([0-9a-f]{64})"/.exec(String(expected(answer).headers.etag))?.[1];
  return { bytes: answer.bytes, hash: hash ?? (await sha256(answer.bytes)) };
}

async function writeOurs(endpoint: AppEndpoint, path: string, { bytes, hash }: NotebookFile) {
  const headers = { 'Content-Type': 'application/octet-stream', 'If-Match': `"${hash}"` };
  const answer = await call(endpoint, {
    method: 'PUT',
    path: `studio/file?path=${encodedPath(path)}`,
    headers,
    body: bytes,
  });
  // Gone counts as changed: the next read says so.
  if (answer.status === 412 || answer.status === 404) return undefined;
  expected(answer);
  return sha256(bytes);
}

async function writePlain(endpoint: AppEndpoint, path: string, { bytes, hash }: NotebookFile) {
  const there = await orTooLarge(readPlainFile(endpoint, path, refused));
  if (there?.hash !== hash) return undefined;
  expected(await writePlainFile(endpoint, path, bytes));
  return sha256(bytes);
}

function expected(answer: BytesAnswer): BytesAnswer {
  if (isFine(answer)) return answer;
  throw refused(answer);
}

const refused = ({ status, bytes }: BytesAnswer): Error =>
  new Error(`The app answered ${status}: ${bytes.subarray(0, 500).toString()}`);

const call = (endpoint: AppEndpoint, one: BytesCall): Promise<BytesAnswer> =>
  orTooLarge(callForBytes(endpoint, one));

async function orTooLarge<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof AnswerTooLargeError ? tooLarge() : error;
  }
}

function tooLarge(): ProblemError {
  const most = `${maxFileBytes / 1024 / 1024} MiB`;
  return new ProblemError(
    problem(
      'too-large',
      `The file is larger than ${most}: outputs are not written into it while no page has it open. They are kept. Open it in a page to save them.`,
    ),
  );
}
