import http from 'node:http';
import https from 'node:https';
import type { AppEndpoint } from '../drivers/driver.ts';

/**
 * Opens a request to an app. Every request has a connection of its own: on a unix socket that costs a tenth of a
 * millisecond, and a kept one could be closed by the app in the moment it is used again.
 *
 * The app is told to keep the connection, and this side ends it after the answer: node writes an empty chunk after the
 * body, and an app that has answered and closed by then would turn an answer that is there into a broken pipe.
 */
export function upstreamRequest(
  endpoint: AppEndpoint,
  method: string,
  path: string,
  headers: http.OutgoingHttpHeaders,
): http.ClientRequest {
  const { target } = endpoint;
  const kept =
    'connection' in headers || 'Connection' in headers ? headers : { ...headers, connection: 'keep-alive' };
  const options = { method, path, headers: kept, agent: false as const, setHost: false };
  if ('socketPath' in target) return http.request({ ...options, socketPath: target.socketPath });
  const { protocol, host, port } = target;
  return (protocol === 'https:' ? https : http).request({ ...options, host, port });
}
