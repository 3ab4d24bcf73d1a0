import type { IncomingHttpHeaders } from 'node:http';

/*
 * Where a request may come from. Host: exact, against DNS rebinding. Origin: exact and equal to the host it was sent to,
 * against forgery by other sites and by other ports of this machine (ports do not separate cookies, SameSite does not
 * separate ports).
 */

export type Guard = {
  /** Origin to print and to put in front of paths. */
  origin: string;
  isHostAllowed(headers: IncomingHttpHeaders): boolean;
  /** True only for an `Origin` header that is ours. */
  hasOwnOrigin(headers: IncomingHttpHeaders): boolean;
  /** A write with a cookie: our Origin, or no Origin and the browser's word that it is same-origin. */
  isOwnWrite(headers: IncomingHttpHeaders): boolean;
  /** A read with a cookie: anything but a browser's word that another site asks. */
  isOwnRead(headers: IncomingHttpHeaders): boolean;
  /** `ws:`/`wss:` origin of the host that was asked, for the CSP. */
  socketOrigin(headers: IncomingHttpHeaders): string;
};

export type GuardOptions = { host: string; port: number; behindProxy?: string | undefined };

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

export function createGuard(options: GuardOptions): Guard {
  const { port, behindProxy } = options;
  const own = options.host.includes(':') ? `[${options.host}]` : options.host;
  const names = new Set([...loopbackNames, ...(/^127\.|^\[::1\]$/.test(own) ? [own] : [])]);
  const suffix = port === 80 ? '' : `:${port}`;
  const hosts = new Set([...names].map((name) => `${name}${suffix}`));
  if (port === 80) for (const name of names) hosts.add(`${name}:80`);
  const proxyOrigin = behindProxy === undefined ? undefined : new URL(behindProxy).origin;
  if (proxyOrigin !== undefined) hosts.add(new URL(proxyOrigin).host);
  const printed = own === 'localhost' || !names.has(own) ? '127.0.0.1' : own;

  const hasOwnOrigin = ({ origin, host }: IncomingHttpHeaders): boolean => {
    if (origin === undefined || host === undefined) return false;
    // A proxy may send its own name as Host, so its public origin is enough.
    if (origin === proxyOrigin) return true;
    return hosts.has(host) && origin === `http://${host.replace(/:80$/, '')}`;
  };
  const site = (headers: IncomingHttpHeaders) => headers['sec-fetch-site'];
  return {
    origin: proxyOrigin ?? `http://${printed}${suffix}`,
    isHostAllowed: ({ host }) => host !== undefined && hosts.has(host.toLowerCase()),
    hasOwnOrigin,
    isOwnWrite: (headers) =>
      headers.origin === undefined ? site(headers) === 'same-origin' : hasOwnOrigin(headers),
    isOwnRead: (headers) => {
      const said = site(headers);
      return said === undefined || said === 'same-origin' || said === 'none';
    },
    socketOrigin: ({ host }) =>
      proxyOrigin?.startsWith('https:') && host === new URL(proxyOrigin).host
        ? `wss://${host}`
        : `ws://${host}`,
  };
}
