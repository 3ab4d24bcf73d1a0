/** One request to an app whose body, or whose answer, is a file: bytes in memory, up to a size. */
import type { IncomingHttpHeaders } from 'node:http';
import type { AppEndpoint } from '../drivers/driver.ts';
import { appHeaders } from '../kernels/app-http.ts';
import { targetHost } from './relay-headers.ts';
import { upstreamRequest } from './upstream-request.ts';

export type BytesCall = {
  method: 'GET' | 'PUT';
  /** Below the app's base path. */
  path: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  signal?: AbortSignal;
};
export type BytesAnswer = { status: number; headers: IncomingHttpHeaders; bytes: Buffer };

/** A file is held in memory, as bytes, as text and as JSON. */
export const maxFileBytes = 256 * 1024 * 1024;

/** Large notebooks on a slow disk take a while; an app that hangs must not hold a page up for long. */
const timeoutMs = 30_000;

/** The answer holds more than `maxFileBytes`. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

export const encodedPath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** Every status is an answer; rejects where there is none, or with `AnswerTooLargeError`. */
export function callForBytes(endpoint: AppEndpoint, call: BytesCall): Promise<BytesAnswer> {
  const { method, path, headers, body, signal } = call;
  const length = body ? { 'Content-Length': String(body.length) } : {};
  return new Promise((resolve, reject) => {
    const request = upstreamRequest(endpoint, method, endpoint.basePath + path, {
      host: targetHost(endpoint),
      ...appHeaders(endpoint),
      ...headers,
      ...length,
    });
    const giveUp = (): void => {
      request.destroy(new Error('The request was given up'));
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
        reject(new AnswerTooLargeError());
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
