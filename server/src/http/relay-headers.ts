import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { AppEndpoint } from '../drivers/driver.ts';
import { type RelayKind, relayKind } from './relay-path.ts';
import { fenceHeader } from './save-fence.ts';

/*
 * Both directions are allow-lists of a kind: a request loses everything that speaks of the browser's identity or of the
 * connection; an answer keeps only what describes its body. What an app answers is untrusted: its kernels run as the
 * same user and may have taken it over.
 */

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const identity = [
  'cookie',
  'authorization',
  'referer',
  'origin',
  'host',
  'forwarded',
  'expect',
  'via',
  'x-real-ip',
];
const ours = ['x-xsrf-token', 'x-xsrftoken', fenceHeader];
const dropped = new Set([...hopByHop, ...identity, ...ours, 'http2-settings']);
const droppedFamily = /^(?:x-forwarded-|proxy-|sec-fetch-|sec-ch-|cf-|:)/;

/** What `Connection` names belongs to the connection as well. */
function connectionNames(headers: IncomingHttpHeaders): Set<string> {
  return new Set(
    (headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
}

export function targetHost({ target }: AppEndpoint): string {
  if ('socketPath' in target) return 'localhost';
  return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

/** Headers for the app, with its own token in. */
export function requestHeaders(headers: IncomingHttpHeaders, endpoint: AppEndpoint): OutgoingHttpHeaders {
  const named = connectionNames(headers);
  const result: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || dropped.has(name) || named.has(name) || droppedFamily.test(name)) continue;
    result[name] = value;
  }
  // The length frames the body that follows; `Connection: content-length` must not take it away.
  if (headers['content-length'] !== undefined) result['content-length'] = headers['content-length'];
  result['host'] = targetHost(endpoint);
  if (endpoint.token !== '') result['authorization'] = `token ${endpoint.token}`;
  return result;
}

const passed = [
  'accept-ranges',
  'allow',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'retry-after',
  'vary',
] as const;

/** Types that a browser shows without running or laying out anything of theirs. */
const inert =
  /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)|audio\/[\w.+-]+|video\/[\w.+-]+|text\/(?:plain|csv|markdown|tab-separated-values|x-python)|application\/json|application\/x-ipynb\+json)$/;

function dispositionOf(headers: IncomingHttpHeaders): string | undefined {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const said = headers['content-disposition'];
  if (inert.test(type)) return said;
  const parameters = /;.*$/s.exec(said ?? '')?.[0] ?? '';
  return `attachment${parameters}`;
}

export type ResponseContext = { kind: RelayKind; endpoint: AppEndpoint; publicBase: string };

/** The public place of an upstream Location; undefined when it leads out of what the relay serves. */
export function relayedLocation(
  location: string,
  context: Omit<ResponseContext, 'kind'>,
): string | undefined {
  const { endpoint, publicBase } = context;
  const origin = `${'socketPath' in endpoint.target ? 'http:' : endpoint.target.protocol}//${targetHost(endpoint)}`;
  const base = `${origin}${endpoint.basePath}`;
  const url = URL.parse?.(location, base) ?? (URL.canParse(location, base) ? new URL(location, base) : null);
  if (url === null || url.origin !== new URL(origin).origin) return undefined;
  const isPublic = url.pathname.startsWith(publicBase);
  if (!isPublic && !url.pathname.startsWith(endpoint.basePath)) return undefined;
  const path = url.pathname.slice(isPublic ? publicBase.length : endpoint.basePath.length);
  return relayKind(path, 'GET') === undefined ? undefined : `${publicBase}${path}${url.search}`;
}

/** Headers for the browser. */
export function responseHeaders(headers: IncomingHttpHeaders, context: ResponseContext): OutgoingHttpHeaders {
  const result: OutgoingHttpHeaders = {};
  for (const name of passed) if (headers[name] !== undefined) result[name] = headers[name];
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith('x-atelier-')) result[name] = value;
  const location = headers.location === undefined ? undefined : relayedLocation(headers.location, context);
  if (location !== undefined) result['location'] = location;
  if (context.kind === 'files') {
    const disposition = dispositionOf(headers);
    if (disposition !== undefined) result['content-disposition'] = disposition;
  }
  result['cache-control'] ??= 'no-store';
  result['content-security-policy'] =
    context.kind === 'files'
      ? "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
      : "sandbox; default-src 'none'; frame-ancestors 'none'";
  result['x-content-type-options'] = 'nosniff';
  result['referrer-policy'] = 'no-referrer';
  result['cross-origin-resource-policy'] = 'same-origin';
  return result;
}
