/**
 * Files as the user's own JupyterServer app reads and writes them: with the user's rights, in the user's home. A write
 * replaces only what was read. A plain Jupyter Server has no such condition; there the file is compared right before.
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { problem, ProblemError } from '@atelier-ide/contract';
import type { AppService } from '../apps/app-service.ts';
import type { AppEndpoint } from '../drivers/driver.ts';
import { targetHost } from '../http/relay-headers.ts';
import { upstreamRequest } from '../http/upstream-request.ts';
import { appHeaders } from '../kernels/app-http.ts';
import type { User } from '../studio/user.ts';

export type NotebookFile = { bytes: Uint8Array; hash: string };

export type NotebookFiles = {
  /** Undefined when there is no such file. */
  read(user: User, path: string, signal: AbortSignal): Promise<NotebookFile | undefined>;
  /** The new hash; undefined when the file is another one than the hash says, and nothing was written. */
  write(user: User, path: string, file: NotebookFile): Promise<string | undefined>;
};

type Call = {
  method: 'GET' | 'PUT';
  path: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  signal?: AbortSignal;
};
type Answer = { status: number; headers: IncomingHttpHeaders; bytes: Buffer };

/** Large notebooks on a slow disk take a while; an app that hangs must not hold a page up for long. */
const timeoutMs = 30_000;

/** A file is held in memory, as bytes, as text and as JSON. */
const maxFileBytes = 256 * 1024 * 1024;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

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
      return endpoint.extension ? readOurs(endpoint, path, signal) : readPlain(endpoint, path, signal);
    },
    async write(user, path, file) {
      const endpoint = await endpointOf(user);
      return endpoint.extension ? writeOurs(endpoint, path, file) : writePlain(endpoint, path, file);
    },
  };
}

async function readOurs(endpoint: AppEndpoint, path: string, signal: AbortSignal) {
  const answer = await call(endpoint, { method: 'GET', path: `studio/file?path=${encoded(path)}`, signal });
  if (answer.status === 404) return undefined;
  const hash = /"([0-9a-f]{64})"/.exec(String(expected(answer).headers.etag))?.[1];
  return { bytes: answer.bytes, hash: hash ?? hashOf(answer.bytes) };
}

async function writeOurs(endpoint: AppEndpoint, path: string, { bytes, hash }: NotebookFile) {
  const headers = { 'Content-Type': 'application/octet-stream', 'If-Match': `"${hash}"` };
  const answer = await call(endpoint, {
    method: 'PUT',
    path: `studio/file?path=${encoded(path)}`,
    headers,
    body: bytes,
  });
  // Gone counts as changed: the next read says so.
  if (answer.status === 412 || answer.status === 404) return undefined;
  expected(answer);
  return hashOf(bytes);
}

async function readPlain(endpoint: AppEndpoint, path: string, signal?: AbortSignal) {
  const answer = await call(endpoint, {
    method: 'GET',
    path: `files/${encoded(path)}`,
    ...(signal ? { signal } : {}),
  });
  if (answer.status === 404) return undefined;
  return { bytes: expected(answer).bytes, hash: hashOf(answer.bytes) };
}

async function writePlain(endpoint: AppEndpoint, path: string, { bytes, hash }: NotebookFile) {
  const there = await readPlain(endpoint, path);
  if (there?.hash !== hash) return undefined;
  const content = Buffer.from(bytes).toString('base64');
  const body = Buffer.from(JSON.stringify({ type: 'file', format: 'base64', content }));
  const headers = { 'Content-Type': 'application/json' };
  expected(await call(endpoint, { method: 'PUT', path: `api/contents/${encoded(path)}`, headers, body }));
  return hashOf(bytes);
}

function expected(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(`The app answered ${answer.status}: ${answer.bytes.subarray(0, 500).toString()}`);
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

function call(endpoint: AppEndpoint, { method, path, headers, body, signal }: Call): Promise<Answer> {
  const length = body ? { 'Content-Length': String(body.length) } : {};
  return new Promise((resolve, reject) => {
    const request = upstreamRequest(endpoint, method, endpoint.basePath + path, {
      host: targetHost(endpoint),
      ...appHeaders(endpoint),
      ...headers,
      ...length,
    });
    const giveUp = (): void => {
      request.destroy(new Error('A page wants the document'));
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    request.setTimeout(timeoutMs, () => request.destroy(new Error('The app does not answer')));
    request.on('error', reject);
    request.on('close', () => signal?.removeEventListener('abort', giveUp));
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      const stopAt = (bytes: number): void => {
        if (bytes <= maxFileBytes) return;
        reject(tooLarge());
        request.destroy();
      };
      stopAt(Number(response.headers['content-length'] ?? 0));
      response.on('data', (part: Buffer) => {
        size += part.length;
        parts.push(part);
        stopAt(size);
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: Buffer.concat(parts),
        });
      });
    });
    request.end(body);
  });
}
