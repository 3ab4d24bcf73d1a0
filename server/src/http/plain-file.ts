/**
 * A file of a plain Jupyter Server. It is written by one request that holds all of it: Jupyter writes that beside the
 * file and renames it over, so that a reader or a crash sees the old file or the new one.
 *
 * The pieces in which Jupyter takes a file (`chunk`) go into the file itself, one behind the other, and its renames
 * refuse a name that is taken: there is no way to a whole file in pieces that leaves a whole file at every moment.
 */
import { webcrypto } from 'node:crypto';
import type { AppEndpoint } from '../drivers/driver.ts';
import { type BytesAnswer, callForBytes, encodedPath } from './app-bytes.ts';

export type PlainFile = { bytes: Buffer; hash: string };

/** Off the thread that hands on what kernels say. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString(
    'hex',
  );
}

/** Undefined when there is no such file; `refused` makes the error of any other status. */
export async function readPlainFile(
  endpoint: AppEndpoint,
  path: string,
  refused: (answer: BytesAnswer) => Error,
  signal?: AbortSignal,
): Promise<PlainFile | undefined> {
  const answer = await callForBytes(endpoint, {
    method: 'GET',
    path: `files/${encodedPath(path)}`,
    ...(signal ? { signal } : {}),
  });
  if (answer.status === 404) return undefined;
  if (!isFine(answer)) throw refused(answer);
  return { bytes: answer.bytes, hash: await sha256(answer.bytes) };
}

const opening = Buffer.from('{"type":"file","format":"base64","content":"');
const closing = Buffer.from('"}');

/** Writes all of it, whatever is there. */
export function writePlainFile(endpoint: AppEndpoint, path: string, bytes: Uint8Array): Promise<BytesAnswer> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = Buffer.concat([opening, Buffer.from(view.toString('base64'), 'latin1'), closing]);
  const headers = { 'Content-Type': 'application/json' };
  return callForBytes(endpoint, { method: 'PUT', path: `api/contents/${encodedPath(path)}`, headers, body });
}

export const isFine = ({ status }: BytesAnswer): boolean => status >= 200 && status < 300;
