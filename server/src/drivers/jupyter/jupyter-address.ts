import { type AppEndpoint, StartupError } from '../driver.ts';

/** Where a foreign Jupyter Server is, from the address that a person gave. A token in the address counts too. */
export function endpointOf(url: string, token: string): AppEndpoint {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new StartupError(`${url} is not an address. Give --jupyter-url as http://host:port/base/.`);
  }
  const { protocol, hostname, pathname, searchParams } = parsed;
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new StartupError(`${url} is not an http address. Give --jupyter-url as http://host:port/base/.`);
  // The addresses that Jupyter prints end in a page of its front end.
  const base = pathname.replace(/\/(lab|tree|notebooks|edit|doc)(\/.*)?$/, '/').replace(/\/*$/, '/');
  return {
    target: {
      protocol,
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(parsed.port) || (protocol === 'https:' ? 443 : 80),
    },
    basePath: base,
    token: token === '' ? (searchParams.get('token') ?? '') : token,
    extension: false,
  };
}

/** The address in words, without a token. */
export function addressOf(endpoint: AppEndpoint): string {
  const { target, basePath } = endpoint;
  if ('socketPath' in target) return target.socketPath;
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return `${target.protocol}//${host}:${target.port}${basePath}`;
}
