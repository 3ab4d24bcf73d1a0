import http from 'node:http';
import https from 'node:https';
import type { AppEndpoint } from '../drivers/driver.ts';

/**
 * Opens a request to an app. Every request has a connection of its own: on a unix socket that costs a tenth of a
 * millisecond, and a kept one could be closed by the app in the moment it is used again.
 */
export function upstreamRequest(
  endpoint: AppEndpoint,
  method: string,
  path: string,
  headers: http.OutgoingHttpHeaders,
): http.ClientRequest {
  const { target } = endpoint;
  const options = { method, path, headers, agent: false as const, setHost: false };
  if ('socketPath' in target) return http.request({ ...options, socketPath: target.socketPath });
  const { protocol, host, port } = target;
  return (protocol === 'https:' ? https : http).request({ ...options, host, port });
}
