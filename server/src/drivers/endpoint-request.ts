import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AppEndpoint } from './driver.ts';

/** Answer of an app to a probe of ours. `json` is undefined when the body is not JSON. */
export type EndpointAnswer = { status: number; json: unknown };

export type EndpointRequest = { timeoutMs: number; signal?: AbortSignal };

const maxBytes = 4 * 1024 * 1024;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A login page or a proxy's words: the status says what there is to say.
    return undefined;
  }
}

/** GETs `path` below the app's base path with its token. Rejects when nothing answers in time. Follows no redirect. */
export function getFromEndpoint(
  endpoint: AppEndpoint,
  path: string,
  { timeoutMs, signal }: EndpointRequest,
): Promise<EndpointAnswer> {
  const { target } = endpoint;
  const isUnix = 'socketPath' in target;
  const send = !isUnix && target.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (endpoint.token !== '') headers['Authorization'] = `token ${endpoint.token}`;
  const where = isUnix ? { socketPath: target.socketPath } : { host: target.host, port: target.port };
  return new Promise((resolve, reject) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const request = send({
      ...where,
      method: 'GET',
      path: `${endpoint.basePath}${path}`,
      headers,
      agent: false,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) response.destroy(new Error('The answer is too large.'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, json: parse(Buffer.concat(chunks).toString('utf8')) }),
      );
    });
    request.end();
  });
}
