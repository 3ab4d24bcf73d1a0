import type { Scope } from '@atelier-ide/contract';

/*
 * What the relay lets through, decided on the path as it was sent. Nothing is normalised: a path that two programs could
 * read in two ways (dot segments, empty segments, backslashes, encoded slashes or dots, NUL) is not relayed at all.
 */

export type RelayTarget = {
  userId: string;
  appId: string;
  /** Path below the app's base URL, still encoded, without query. */
  path: string;
  /** Query with its `?`, without any `token` parameter; empty when there is none. */
  search: string;
};

const forbidden = /\\|%2f|%5c|%2e|%00|[^\x21-\x7e]/i;

function isPlain(path: string): boolean {
  if (forbidden.test(path)) return false;
  try {
    decodeURIComponent(path);
  } catch {
    return false;
  }
  const segments = path.split('/');
  return segments.every(
    (segment, index) =>
      segment !== '.' && segment !== '..' && (segment !== '' || index === 0 || index === segments.length - 1),
  );
}

/** Our own pages never put a token into an address; one that is there would be read by Jupyter as its own. */
function withoutToken(search: string): string {
  const kept = search
    .split('&')
    .filter((pair) => !/^(?:t|%74)(?:o|%6f)(?:k|%6b)(?:e|%65)(?:n|%6e)(?:=|$)/i.test(pair));
  return kept.join('&');
}

/** Splits `/jupyter/{user}/{app}/…`. 'malformed' is answered with 400, undefined with 404. */
export function parseRelayUrl(url: string): RelayTarget | 'malformed' | undefined {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const search = mark < 0 ? '' : withoutToken(url.slice(mark + 1));
  if (!isPlain(path) || /[^\x21-\x7e]/.test(search)) return 'malformed';
  const match = /^\/jupyter\/([^/]+)\/([^/]+)\/(.+)$/.exec(path);
  const [, userId, appId, rest] = match ?? [];
  if (userId === undefined || appId === undefined || rest === undefined) return undefined;
  return {
    userId: decodeURIComponent(userId),
    appId: decodeURIComponent(appId),
    path: rest,
    search: search === '' ? '' : `?${search}`,
  };
}

export type RelayKind = 'api' | 'studio' | 'files';

/** The part of an app that a plain request is for; undefined = not on the allow-list. */
export function relayKind(path: string, method: string): RelayKind | undefined {
  const kind =
    /^(api|studio|files)\/./.exec(path)?.[1] ?? (path === 'api' || path === 'api/' ? 'api' : undefined);
  if (kind === 'files') return method === 'GET' || method === 'HEAD' ? 'files' : undefined;
  if (!['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) return undefined;
  return kind === 'api' || kind === 'studio' ? kind : undefined;
}

export const isWriteMethod = (method: string): boolean => method !== 'GET' && method !== 'HEAD';

/** What a token must be good for. Kernels, sessions and terminals run code; everything else that writes is a file. */
export function relayScope(path: string, method: string): Scope {
  if (!isWriteMethod(method)) return 'read';
  return /^api\/(?:kernels|sessions|terminals|shutdown)(?:\/|$)/.test(path) ? 'compute' : 'write';
}

export type SocketTarget = { kind: 'kernel'; kernelId: string } | { kind: 'terminal'; name: string };

/** The two kinds of sockets that an app has; undefined = not on the allow-list. */
export function socketTarget(path: string): SocketTarget | undefined {
  const kernelId = /^api\/kernels\/([\w-]{1,64})\/channels$/.exec(path)?.[1];
  if (kernelId !== undefined) return { kind: 'kernel', kernelId };
  const name = /^terminals\/websocket\/([\w%.~-]{1,256})$/.exec(path)?.[1];
  return name === undefined ? undefined : { kind: 'terminal', name };
}

export type KernelControl = { kernelId: string; verb: 'restart' | 'interrupt' | 'delete' };

/** Whether a request, once it has succeeded, has changed a kernel without a word on its socket. */
export function kernelControl(path: string, method: string): KernelControl | undefined {
  const match = /^api\/kernels\/([\w-]{1,64})(?:\/(restart|interrupt))?\/?$/.exec(path);
  const [, kernelId, verb] = match ?? [];
  if (kernelId === undefined) return undefined;
  if (method === 'DELETE' && verb === undefined) return { kernelId, verb: 'delete' };
  return method === 'POST' && (verb === 'restart' || verb === 'interrupt') ? { kernelId, verb } : undefined;
}
